/** Routes between random stops of every region. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Route } from '#src/motion/route.js';
import {
  buildNetwork,
  CITY,
  headOf,
  type LatLon,
  ONE_WAY,
  RESIDENTIAL,
  type RoadEdge,
  tailOf,
} from '#src/world/roads/network.js';
import { geometryOf } from '#src/world/roads/region-geometry.js';
import { buildRoutingTables, routeBetween } from '#src/world/roads/routing-tables.js';
import type { RegionWorld } from '#src/world/world.js';
import { world } from './trips.js';

describe('a route', () => {
  // One for all: it must forget the previous route, and the region.
  const route = new Route();
  const ends = fc.tuple(fc.nat(world.regions.length - 1), fc.nat(999_999), fc.nat(999_999));

  it('leads from one end to the other, arc by arc, without visiting a junction twice', () => {
    fc.assert(
      fc.property(ends, ([r, a, b]) => {
        const region = world.regions[r]!;
        const { network, routes } = region;
        const { stops } = routes;
        const from = stops[a % stops.length]!;
        const to = stops[b % stops.length]!;
        route.find(region, from, to);
        const arcs = [...route.arcs.subarray(0, route.count)];
        assert.deepEqual(arcs, from === to ? [] : routeBetween(network, routes, from, to));
        if (from === to) return;
        const nodes = [from];
        let metres = 0;
        for (const arc of arcs) {
          assert.equal(tailOf(network, arc), nodes.at(-1));
          nodes.push(headOf(network, arc));
          metres += network.lengthM[arc >> 1]!;
        }
        assert.equal(nodes.at(-1), to);
        assert.equal(new Set(nodes).size, nodes.length);
        assert.ok(Math.abs(metres - route.lengthM) < 1e-6);
      }),
      { numRuns: 3000 },
    );
  });

  it('respects one-way roads', () => {
    const region = oneWayGrid(12);
    const { network, routes } = region;
    const nodes = fc.nat(network.nodeCount - 1);
    assert.ok(routes.fromHub !== undefined);
    fc.assert(
      fc.property(nodes, nodes, (from, to) => {
        route.find(region, from, to);
        const arcs = [...route.arcs.subarray(0, route.count)];
        assert.deepEqual(arcs, from === to ? [] : routeBetween(network, routes, from, to));
        assert.ok(arcs.every((arc) => (arc & 1) === 0));
      }),
      { numRuns: 1000 },
    );
  });
});

/** A square of streets that lead east and west, north and south in turn. */
function oneWayGrid(size: number): RegionWorld {
  const nodes: LatLon[] = [];
  const edges: RoadEdge[] = [];
  const street = { limitKmh: 50, roadType: CITY, zone: 0, rank: RESIDENTIAL, flags: ONE_WAY };
  for (let i = 0; i < size * size; i++) {
    const [row, column] = [Math.floor(i / size), i % size];
    nodes.push([48 + row / 500, 8 + column / 400]);
    const join = (other: number, forwards: boolean): void => {
      edges.push({ ...street, from: forwards ? i : other, to: forwards ? other : i });
    };
    if (column + 1 < size) join(i + 1, row % 2 === 0);
    if (row + 1 < size) join(i + size, column % 2 === 1);
  }
  const network = buildNetwork({ nodes, controls: new Uint8Array(nodes.length), edges });
  const routes = buildRoutingTables('grid', network);
  return { ...world.regions[0]!, network, routes, geometry: geometryOf(network) };
}
