/** Invariants of the roads of every procedural region. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sfc32 } from '#src/random/sfc32.js';
import {
  HIGHWAY,
  headOf,
  NO_STOP,
  RAMP,
  type RoadNetwork,
  STRAIGHT_M,
  TUNNEL,
  tailOf,
} from '#src/world/roads/network.js';
import { createWater, inLake, inRiver, toPlane } from '#src/world/roads/procedural/water.js';
import { routeBetween } from '#src/world/roads/routing-tables.js';
import { type Built, builtRegions, digest } from './regions.js';

/** Sideways acceleration that a driver takes on a motorway's curve without braking, m/s2. */
const EASY_MS2 = 2;
const LONGEST_BRIDGE_M = 1100;

const GOLDEN: Readonly<Record<string, string>> = {
  berlin: '935341dcae7697fd',
  munich: '94f2e87170688fb5',
  madrid: '4abd144675d847f3',
  warsaw: '661cf205d898d854',
  chicago: 'fb1cfe20c9d4eede',
  freiburg: '8b42f1aa4767ae53',
};

const regions = await builtRegions();

it('all default regions together stay within 12 MB', () => {
  const all = regions.reduce(
    (sum, { network, routes, places }) => sum + bytes(network) + bytes(routes) + bytes(places),
    0,
  );
  assert.ok(all < 12e6, `${all} bytes`);
});

for (const built of regions) {
  const { name, network, routes, places } = built;
  describe(`roads of ${name}`, () => {
    it('are the same on every machine', () => {
      assert.equal(digest(built), GOLDEN[name]);
    });

    it('stay within what memory allows', () => {
      assert.ok(network.nodeCount <= 3000, `${network.nodeCount} nodes`);
      assert.ok(bytes(network) + bytes(routes) + bytes(places) < 2.8e6);
    });

    it('let no trip end on a highway, a ramp or in a tunnel', () => {
      const kerb = new Uint8Array(network.nodeCount);
      for (let e = 0; e < network.edgeCount; e++) {
        const closed = (network.flags[e]! & (NO_STOP | RAMP | TUNNEL)) !== 0 || network.roadType[e] === HIGHWAY;
        if (!closed) kerb[network.from[e]!] = kerb[network.to[e]!] = 1;
      }
      assert.deepEqual(
        routes.stops.filter((node) => kerb[node] === 0),
        new Int32Array(),
      );
    });

    it('join motorways by ramps only', () => {
      for (let node = 0; node < network.nodeCount; node++) {
        const edges = Array.from(
          network.arcs.subarray(network.first[node], network.first[node + 1]),
          (arc) => arc >> 1,
        );
        const open = edges.filter((e) => network.roadType[e] === HIGHWAY && (network.flags[e]! & RAMP) === 0);
        const others = edges.filter((e) => network.roadType[e] !== HIGHWAY);
        assert.ok(open.length === 0 || others.length === 0, `node ${node}`);
      }
    });

    it('curve gently enough for the limit on motorways', () => {
      let slowest = STRAIGHT_M;
      for (let e = 0; e < network.edgeCount; e++) {
        if (network.roadType[e] !== HIGHWAY || (network.flags[e]! & RAMP) !== 0) continue;
        const speed = network.limitKmh[e]! / 3.6;
        slowest = Math.min(slowest, (network.curveM[e]! * EASY_MS2) / (speed * speed));
      }
      assert.ok(slowest >= 1, `a curve allows ${slowest} of the limit's square`);
    });

    it('can be driven at the posted limit on ramps', () => {
      for (let e = 0; e < network.edgeCount; e++) {
        if ((network.flags[e]! & RAMP) === 0) continue;
        const speed = network.limitKmh[e]! / 3.6;
        assert.ok((network.curveM[e]! * 4) / (speed * speed) >= 1, `ramp ${e}: ${network.curveM[e]} m`);
        assert.ok(network.limitKmh[e]! >= 40 && network.limitKmh[e]! <= 60);
      }
    });

    it('avoid water except on bridges', () => {
      for (const wet of wetStretches(built)) assert.ok(wet <= LONGEST_BRIDGE_M, `${wet} m over water`);
    });

    it('lead from every stop to every other', () => {
      for (const [p, q] of pairs(built, 400)) {
        const route = routeBetween(network, routes, p, q);
        let node = p;
        const seen = new Set([p]);
        for (const arc of route) {
          assert.equal(tailOf(network, arc), node);
          node = headOf(network, arc);
          assert.ok(!seen.has(node), 'visits a node twice');
          seen.add(node);
        }
        assert.equal(node, q);
      }
    });

    it('have places of every kind, all of them stops', () => {
      const stops = new Set(routes.stops);
      for (const [kind, nodes] of Object.entries(places)) {
        assert.ok(nodes.length > 0, kind);
        if (kind !== 'districtOf')
          assert.ok(
            nodes.every((node: number) => stops.has(node)),
            kind,
          );
      }
      assert.ok(places.depots.length >= 4 && places.depots.length <= 6);
      assert.ok(places.ranks.length >= 5 && places.ranks.length <= 8);
    });
  });
}

function pairs({ routes: { stops } }: Built, count: number): [number, number][] {
  const random = new Sfc32();
  random.seed(11, 0, 0, 0);
  return Array.from({ length: count }, () => [stops[random.below(stops.length)]!, stops[random.below(stops.length)]!]);
}

/** Lengths of the stretches of roads that lie in water, in metres, sampled every 20 m. */
function wetStretches({ region, network }: Built): number[] {
  const water = createWater(region.centre, region.water);
  if (water.lakes.length + water.rivers.length === 0) return [];
  const out: number[] = [];
  for (let e = 0; e < network.edgeCount; e++) {
    let wet = 0;
    for (const [latitude, longitude] of samples(network, e, 20)) {
      const p = toPlane(region.centre, [latitude, longitude]);
      if (inRiver(water, p, 0) || inLake(water, p, 0)) wet += 20;
      else {
        if (wet > 0) out.push(wet);
        wet = 0;
      }
    }
    if (wet > 0) out.push(wet);
  }
  return out;
}

function* samples(network: RoadNetwork, e: number, stepM: number): Generator<readonly [number, number]> {
  const end = network.pieceFirst[e + 1]!;
  for (let p = network.pieceFirst[e]!; p < end; p++) {
    const [lat0, lon0] = [network.pieceLatitude[p]!, network.pieceLongitude[p]!];
    const last = p + 1 === end;
    const lat1 = last ? network.latitude[network.to[e]!]! : network.pieceLatitude[p + 1]!;
    const lon1 = last ? network.longitude[network.to[e]!]! : network.pieceLongitude[p + 1]!;
    const steps = Math.ceil(network.pieceLengthM[p]! / stepM);
    for (let i = 0; i < steps; i++) yield [lat0 + ((lat1 - lat0) * i) / steps, lon0 + ((lon1 - lon0) * i) / steps];
  }
}

function bytes(tables: object): number {
  return Object.values(tables).reduce((sum, table) => sum + (ArrayBuffer.isView(table) ? table.byteLength : 0), 0);
}
