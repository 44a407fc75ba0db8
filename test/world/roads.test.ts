import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bearingDeg, cosDeg } from '../../src/random/exact-math.js';
import { defaultScenario } from '../../src/scenario/load.js';
import { compileWorld } from '../../src/world/compile-world.js';
import { distanceM, METRES_PER_DEGREE, type RoadNetwork } from '../../src/world/road-network.js';

const scenario = defaultScenario();
const world = compileWorld(scenario, 10000);

for (const { name, network, routes } of world.regions) {
  describe(`the roads of ${name}`, () => {
    it('are nearly all one piece, and homes and places to go are on it', () => {
      const reached = reachedFrom(network, routes.connected[0]!);
      assert.deepEqual([...routes.connected].sort(byNumber), [...reached].sort(byNumber));
      assert.ok(reached.size > 0.97 * network.nodeCount, `${reached.size} of ${network.nodeCount} nodes`);
      for (const node of routes.attractors) assert.ok(reached.has(node));
    });

    it('lead from every node to every attractor, and distance and time are the sums of the way', () => {
      for (let a = 0; a < routes.attractors.length; a++) {
        for (let i = 0; i < routes.connected.length; i += 37) {
          const start = routes.connected[i]!;
          const way = wayTo(network, routes.nextEdge, a, start);
          assert.equal(way.end, routes.attractors[a]);
          near(way.metres, routes.distanceM[a * network.nodeCount + start]!);
          near(way.ms, routes.timeMs[a * network.nodeCount + start]!);
        }
      }
    });

    it('have no shortcut: no edge makes a way faster', () => {
      for (let a = 0; a < routes.attractors.length; a++) {
        const base = a * network.nodeCount;
        for (let e = 0; e < network.edgeCount; e++) {
          const [from, to] = [routes.timeMs[base + network.from[e]!]!, routes.timeMs[base + network.to[e]!]!];
          if (from === Number.POSITIVE_INFINITY) continue;
          assert.ok(Math.abs(from - to) <= network.expectedMs[e]! + 1e-6);
        }
      }
    });

    it('have lengths and headings of the sphere', () => {
      for (let e = 0; e < network.edgeCount; e++) {
        const [a, b] = [placeOf(network, network.from[e]!), placeOf(network, network.to[e]!)];
        assert.ok(Math.abs(network.lengthM[e]! / haversineM(a, b) - 1) < 1e-5, `edge ${e}`);
        assert.ok(network.lengthM[e]! >= 1);
        const east = (b[1] - a[1]) * cosDeg((a[0] + b[0]) / 2);
        const turn = Math.abs(network.headingDeci[e]! / 10 - bearingDeg(east, b[0] - a[0]));
        assert.ok(Math.min(turn, 360 - turn) <= 0.05 + 1e-9, `edge ${e}`);
      }
    });

    it('stay within reach of the centre and have every kind of road', () => {
      const { centre } = scenario.regions[name]!;
      for (let node = 0; node < network.nodeCount; node++) {
        assert.ok(distanceM(centre, placeOf(network, node)) < 1.15 * scenario.roads.radial_km * 1000);
      }
      assert.deepEqual([...new Set(network.roadType)].sort(byNumber), [0, 1, 2]);
      assert.deepEqual([...new Set(network.zone)].sort(byNumber), [0, 1, 2, 3, 4, 5]);
    });
  });
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6 * Math.max(1, expected), `${actual}, not ${expected}`);
}

function placeOf(network: RoadNetwork, node: number): readonly [number, number] {
  return [network.latitude[node]!, network.longitude[node]!];
}

/** Every node that some way of edges leads to, by the plain list of edges. */
function reachedFrom(network: RoadNetwork, start: number): Set<number> {
  const neighbours = new Map<number, number[]>();
  const join = (a: number, b: number): void => {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
  };
  for (let e = 0; e < network.edgeCount; e++) {
    join(network.from[e]!, network.to[e]!);
    join(network.to[e]!, network.from[e]!);
  }
  const reached = new Set([start]);
  for (const node of reached) for (const next of neighbours.get(node) ?? []) reached.add(next);
  return reached;
}

function wayTo(network: RoadNetwork, nextEdge: Int32Array, a: number, start: number) {
  let node = start;
  let metres = 0;
  let ms = 0;
  for (let steps = 0; steps <= network.nodeCount; steps++) {
    const edge = nextEdge[a * network.nodeCount + node]!;
    if (edge < 0) break;
    metres += network.lengthM[edge]!;
    ms += network.expectedMs[edge]!;
    node = network.from[edge] === node ? network.to[edge]! : network.from[edge]!;
  }
  return { end: node, metres, ms };
}

function haversineM(a: readonly [number, number], b: readonly [number, number]): number {
  const radians = Math.PI / 180;
  const half = (x: number): number => Math.sin((x * radians) / 2) ** 2;
  const h = half(b[0] - a[0]) + Math.cos(a[0] * radians) * Math.cos(b[0] * radians) * half(b[1] - a[1]);
  return ((2 * METRES_PER_DEGREE) / radians) * Math.asin(Math.sqrt(h));
}
