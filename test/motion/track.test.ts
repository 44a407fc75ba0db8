/** Where a vehicle is on its route: on a continuous line, heading along it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Track } from '#src/motion/track.js';
import { METRES_PER_DEGREE } from '#src/world/roads/network.js';
import { type Driven, driven, trips } from './trips.js';

interface Seen {
  readonly latitude: number;
  readonly longitude: number;
  readonly heading: number;
}

function* along({ region, route }: Driven, stepM: number): Generator<Seen> {
  const track = new Track();
  track.start(region.network, region.geometry, route);
  for (let metres = 0; metres <= route.lengthM; metres += stepM) {
    track.to(metres);
    track.place(metres);
    yield { latitude: track.latitude, longitude: track.longitude, heading: track.heading };
  }
}

/** Metres east and north. */
function between(a: Seen, b: Seen): readonly [east: number, north: number] {
  const narrow = Math.cos((a.latitude * Math.PI) / 180);
  return [(b.longitude - a.longitude) * METRES_PER_DEGREE * narrow, (b.latitude - a.latitude) * METRES_PER_DEGREE];
}

/** Degrees between two headings in tenths of a degree. */
function turnOf(a: number, b: number): number {
  const turn = Math.abs(a - b);
  return Math.min(turn, 3600 - turn) / 10;
}

describe('a track', () => {
  it('moves no further than the metres driven, corners rounded, turns steadily, and heads where it goes', () => {
    const STEP_M = 0.5;
    let [steps, sudden, aslant] = [0, 0, 0];
    fc.assert(
      fc.property(trips, (draw) => {
        let before: Seen | undefined;
        let metres = 0;
        for (const seen of along(driven(draw), STEP_M)) {
          metres += STEP_M;
          if (before !== undefined) {
            const [east, north] = between(before, seen);
            const distance = Math.hypot(east, north);
            if (distance > 1.002 * STEP_M) assert.fail(`${distance} m near ${metres} m`);
            steps++;
            if (turnOf(before.heading, seen.heading) > 12) sudden++;
            if (distance > 0.1 * STEP_M) {
              const course = ((Math.atan2(east, north) * 1800) / Math.PI + 3600) % 3600;
              if (turnOf(course, seen.heading) > 8) aslant++;
            }
          }
          before = seen;
        }
      }),
      { numRuns: 25 },
    );
    assert.ok(sudden < 1e-4 * steps, `${sudden} sudden turns in ${steps} steps`);
    assert.ok(aslant < 1e-3 * steps, `${aslant} of ${steps} steps aslant`);
  });

  it('begins and ends at the end nodes of the route', () => {
    fc.assert(
      fc.property(trips, (draw) => {
        const { region, route } = driven(draw);
        const { network } = region;
        const track = new Track();
        track.start(network, region.geometry, route);
        const end = (arc: number, head: boolean): number =>
          ((arc & 1) === 0) === head ? network.to[arc >> 1]! : network.from[arc >> 1]!;
        for (const [metres, node] of [
          [0, end(route.arcs[0]!, false)],
          [route.lengthM, end(route.arcs[route.count - 1]!, true)],
        ] as const) {
          track.to(metres);
          track.place(metres);
          assert.ok(Math.abs(track.latitude - network.latitude[node]!) < 1e-7);
          assert.ok(Math.abs(track.longitude - network.longitude[node]!) < 1e-7);
        }
        assert.equal(track.i, route.count - 1);
        assert.ok(Math.abs(track.endM - route.lengthM) < 1e-6);
      }),
      { numRuns: 500 },
    );
  });
});
