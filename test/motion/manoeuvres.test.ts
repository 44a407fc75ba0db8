/** Hard braking and harsh acceleration in drives: as hard as requested, with the rest unchanged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Cursor } from '#src/motion/cursor.js';
import type { Drive } from '#src/motion/drive.js';
import {
  addHardBraking,
  addHarshAcceleration,
  firstTimeAtSpeed,
  type ManoeuvreBounds,
  sectionAt,
} from '#src/motion/manoeuvres.js';
import { assertWhole, type Driven, driven, trips, world } from './trips.js';

const { tolerance } = world.events;
const RUNS = 600;
/** No hard change of speed lasts longer; nothing else in that time is as strong. */
const MAX_S = 12;
const wishes = fc.record({
  share: fc.double({ min: 0, max: 0.9, noNaN: true }),
  peak: fc.double({ min: 3.05, max: 5, noNaN: true }),
  variety: fc.double({ min: 0, max: 1, noNaN: true }),
});

function boundsOf({ profile }: Driven, peak: number, variety: number): ManoeuvreBounds {
  return { peak, variety, tolerance, topSpeed: profile.topSpeed, acceleration: profile.acceleration };
}

function readFrom(trip: Driven): Cursor {
  const cursor = new Cursor();
  cursor.start(trip.drive, trip.profile.topSpeed, tolerance);
  return cursor;
}

const kinds: readonly {
  name: string;
  put: (drive: Drive, from: number, bounds: ManoeuvreBounds) => number;
  sign: number;
}[] = [
  { name: 'hard braking', put: addHardBraking, sign: -1 },
  { name: 'harsh acceleration', put: addHarshAcceleration, sign: 1 },
];

for (const { name, put, sign } of kinds) {
  describe(name, () => {
    it('changes neither arrival nor distance, and has the requested peak at the returned time', () => {
      let found = 0;
      fc.assert(
        fc.property(trips, wishes, (draw, { share, peak, variety }) => {
          const trip = driven(draw);
          const { drive } = trip;
          const { seconds, lengthM } = drive;
          const from = share * seconds;
          const t0 = drive.t0.slice(0, drive.sections + 1);
          const s0 = drive.s0.slice(0, drive.sections + 1);
          const begin = put(drive, from, boundsOf(trip, peak, variety));
          assertWhole(drive);
          assert.equal(drive.seconds, seconds);
          assert.equal(drive.lengthM, lengthM);
          const cursor = readFrom(trip);
          // Every section begins when and where it would have without the manoeuvre.
          for (let k = 0; k < t0.length; k++) {
            cursor.to(t0[k]!);
            assert.ok(Math.abs(cursor.metres - s0[k]!) < 1e-6, `section ${k}: at ${cursor.metres} m, not ${s0[k]}`);
          }
          if (begin < 0) return;
          found++;
          assert.ok(begin >= from - 1e-9, `begins at ${begin} s, not from ${from} s on`);
          const again = readFrom(trip);
          again.to(begin);
          again.to(begin + MAX_S);
          assert.ok(Math.abs(again.peak - sign * peak) < 1e-6, `${again.peak} m/s2, not ${sign * peak}`);
        }),
        { numRuns: RUNS },
      );
      assert.ok(found > RUNS / 2, `${found} of ${RUNS} trips offer it`);
    });

    it('stays below the top speed', () => {
      fc.assert(
        fc.property(trips, wishes, (draw, { share, peak, variety }) => {
          const trip = driven(draw);
          put(trip.drive, share * trip.drive.seconds, boundsOf(trip, peak, variety));
          const { drive, profile } = trip;
          for (let k = 0; k < drive.sections; k++) assert.ok(drive.peak[k]! <= profile.topSpeed);
        }),
        { numRuns: RUNS },
      );
    });
  });
}

/** With no room above the cruise, so that only a launch or a stop can be made hard. */
function onlyAtStops(trip: Driven, peak: number): ManoeuvreBounds {
  return { ...boundsOf(trip, peak, 0.5), topSpeed: 0 };
}

describe('the time gained by a manoeuvre at a stop', () => {
  const PEAK = 5;
  const times = ({ t0, accelerateS, cruiseS, brakeS, waitS, sections }: Drive) => ({
    t0: [...t0.slice(0, sections + 1)],
    accelerateS: [...accelerateS.slice(0, sections)],
    cruiseS: [...cruiseS.slice(0, sections)],
    brakeS: [...brakeS.slice(0, sections)],
    waitS: [...waitS.slice(0, sections)],
  });

  it('adds two fifths to the standstill before a launch and three fifths to the cruise', () => {
    let first = 0;
    let later = 0;
    fc.assert(
      fc.property(trips, fc.constantFrom(0, 0.05, 0.3, 0.5), (draw, share) => {
        const trip = driven(draw);
        const { drive } = trip;
        const from = share * drive.seconds;
        const before = times(drive);
        const begin = addHarshAcceleration(drive, from, onlyAtStops(trip, PEAK));
        if (begin < 0) return assert.deepEqual(times(drive), before);
        const k = sectionAt(drive, begin);
        const gain = before.accelerateS[k]! - ((16 / 9) * drive.peak[k]!) / PEAK;
        assert.ok(gain > 0.05 * before.accelerateS[k]!, `${gain} s`);
        const after = times(drive);
        near(begin, before.t0[k]! + 0.4 * gain);
        near(after.t0[k]!, begin);
        near(after.accelerateS[k]!, before.accelerateS[k]! - gain);
        near(after.cruiseS[k]!, before.cruiseS[k]! + 0.6 * gain);
        if (k === 0) first++;
        else {
          later++;
          assert.ok(before.waitS[k - 1]! >= 0.8, `launches after a wait of ${before.waitS[k - 1]} s`);
          near(after.waitS[k - 1]!, before.waitS[k - 1]! + 0.4 * gain);
          before.waitS[k - 1] = after.waitS[k - 1]!;
        }
        before.t0[k] = after.t0[k]!;
        before.accelerateS[k] = after.accelerateS[k]!;
        before.cruiseS[k] = after.cruiseS[k]!;
        assert.deepEqual(after, before);
      }),
      { numRuns: RUNS },
    );
    assert.ok(first > 20 && later > 20, `${first} at the beginning, ${later} later`);
  });

  it('adds three fifths to the cruise before a stop and two fifths to the standstill', () => {
    let found = 0;
    fc.assert(
      fc.property(trips, fc.constantFrom(0, 0.05, 0.3, 0.5), (draw, share) => {
        const trip = driven(draw);
        const { drive } = trip;
        const before = times(drive);
        const begin = addHardBraking(drive, share * drive.seconds, onlyAtStops(trip, PEAK));
        if (begin < 0) return assert.deepEqual(times(drive), before);
        found++;
        const k = sectionAt(drive, begin);
        const gain = before.brakeS[k]! - ((16 / 9) * drive.peak[k]!) / PEAK;
        assert.ok(gain > 0.05 * before.brakeS[k]!, `${gain} s`);
        const after = times(drive);
        near(begin, after.t0[k]! + after.accelerateS[k]! + after.cruiseS[k]!);
        near(after.brakeS[k]!, before.brakeS[k]! - gain);
        near(after.cruiseS[k]!, before.cruiseS[k]! + 0.6 * gain);
        near(after.waitS[k]!, before.waitS[k]! + 0.4 * gain);
        for (const name of ['brakeS', 'cruiseS', 'waitS'] as const) before[name][k] = after[name][k]!;
        assert.deepEqual(after, before);
      }),
      { numRuns: RUNS },
    );
    assert.ok(found > 100, `${found} of ${RUNS} trips offer it`);
  });
});

function near(value: number, wanted: number): void {
  assert.ok(Math.abs(value - wanted) < 1e-9, `${value}, not ${wanted}`);
}

describe('firstTimeAtSpeed', () => {
  it('returns a time at which the vehicle is fast enough, not before the requested one', () => {
    fc.assert(
      fc.property(
        trips,
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer({ min: 3, max: 25 }),
        (draw, share, speed) => {
          const trip = driven(draw);
          const from = share * trip.drive.seconds;
          const t = firstTimeAtSpeed(trip.drive, from, speed);
          if (t < 0) return;
          assert.ok(t >= from);
          const cursor = readFrom(trip);
          cursor.to(t);
          // Except for a waver.
          assert.ok(cursor.speed > 0.85 * speed, `${cursor.speed} m/s, not ${speed}`);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('returns a time within the section that sectionAt finds', () => {
    fc.assert(
      fc.property(trips, fc.double({ min: 0, max: 1, noNaN: true }), (draw, share) => {
        const { drive } = driven(draw);
        const t = share * drive.seconds;
        const k = sectionAt(drive, t);
        assert.ok(k === 0 || drive.t0[k]! <= t);
        assert.ok(k === drive.sections - 1 || drive.t0[k + 1]! > t);
      }),
    );
  });
});
