/**
 * Fastest ways through a network: from every node to each of some attractors (places people drive to), by Dijkstra's
 * algorithm on expected time. Also the expected pace of a trip by its length, which the plan uses for durations.
 */
import { nameKey, Sfc32, STREAM } from '../random/sfc32.js';
import type { RoadNetwork } from './road-network.js';
import { sharedFloat64, sharedInt32 } from './shared-arrays.js';

/** Length of a bin of the pace table in metres; the last bin holds all longer trips. */
export const PACE_BIN_M = 2000;
const PACE_BINS = 32;

export interface Routes {
  /** Nodes of the largest connected part: homes and attractors are drawn from these. */
  readonly connected: Int32Array;
  readonly attractors: Int32Array;
  /** `nextEdge[a * nodeCount + node]`: the edge to take at a node on the way to attractor a; -1 at the attractor. */
  readonly nextEdge: Int32Array;
  /** Metres and expected milliseconds from a node to attractor a, same index. */
  readonly distanceM: Float64Array;
  readonly timeMs: Float64Array;
  /** Expected milliseconds per metre of trips of i * PACE_BIN_M metres and more. */
  readonly paceMsPerM: Float64Array;
}

export function buildRoutes(name: string, network: RoadNetwork, attractorCount: number): Routes {
  const n = network.nodeCount;
  const random = new Sfc32();
  random.seed(0, nameKey(name), 1, STREAM.roads);
  const routes: Routes = {
    connected: largestComponent(network),
    attractors: sharedInt32(attractorCount),
    nextEdge: sharedInt32(attractorCount * n),
    distanceM: sharedFloat64(attractorCount * n),
    timeMs: sharedFloat64(attractorCount * n),
    paceMsPerM: sharedFloat64(PACE_BINS),
  };
  const heap = new TimeHeap(2 * network.edgeCount + 1);
  for (let a = 0; a < attractorCount; a++) {
    routes.attractors[a] = routes.connected[random.below(routes.connected.length)]!;
    shortestPaths(network, routes, a, heap);
  }
  fillPace(routes, n);
  return routes;
}

function largestComponent(network: RoadNetwork): Int32Array {
  const { first, adjacent, from, to, nodeCount } = network;
  const seen = new Uint8Array(nodeCount);
  let largest: number[] = [];
  for (let start = 0; start < nodeCount; start++) {
    if (seen[start] === 1) continue;
    const part = [start];
    seen[start] = 1;
    for (let next = 0; next < part.length; next++) {
      const node = part[next]!;
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const edge = adjacent[i]!;
        const other = from[edge] === node ? to[edge]! : from[edge]!;
        if (seen[other] === 1) continue;
        seen[other] = 1;
        part.push(other);
      }
    }
    if (part.length > largest.length) largest = part;
  }
  const nodes = sharedInt32(largest.length);
  nodes.set(largest);
  return nodes;
}

/** The heap comes empty, and is left so. */
function shortestPaths(network: RoadNetwork, routes: Routes, a: number, heap: TimeHeap): void {
  const { first, adjacent, from, to, lengthM, expectedMs, nodeCount } = network;
  const { nextEdge, distanceM, timeMs } = routes;
  const base = a * nodeCount;
  nextEdge.fill(-1, base, base + nodeCount);
  timeMs.fill(Number.POSITIVE_INFINITY, base, base + nodeCount);
  const start = routes.attractors[a]!;
  timeMs[base + start] = 0;
  heap.push(start, 0);
  while (heap.size > 0) {
    const time = heap.topTime();
    const node = heap.pop();
    if (time > timeMs[base + node]!) continue;
    for (let i = first[node]!; i < first[node + 1]!; i++) {
      const edge = adjacent[i]!;
      const other = from[edge] === node ? to[edge]! : from[edge]!;
      const t = time + expectedMs[edge]!;
      if (t < timeMs[base + other]!) {
        timeMs[base + other] = t;
        distanceM[base + other] = distanceM[base + node]! + lengthM[edge]!;
        nextEdge[base + other] = edge;
        heap.push(other, t);
      }
    }
  }
}

/** Mean pace by length over all ways to the attractors; empty bins take their neighbour's. */
function fillPace(routes: Routes, nodeCount: number): void {
  const { distanceM, timeMs, paceMsPerM } = routes;
  const metres = new Float64Array(PACE_BINS);
  const time = new Float64Array(PACE_BINS);
  for (let i = 0; i < routes.attractors.length * nodeCount; i++) {
    if (timeMs[i] === Number.POSITIVE_INFINITY) continue;
    const bin = Math.min(PACE_BINS - 1, Math.floor(distanceM[i]! / PACE_BIN_M));
    metres[bin]! += distanceM[i]!;
    time[bin]! += timeMs[i]!;
  }
  let pace = 0.1;
  for (let bin = 0; bin < PACE_BINS; bin++) {
    if (metres[bin]! > 0) pace = time[bin]! / metres[bin]!;
    paceMsPerM[bin] = pace;
  }
}

/** A binary heap of (node, time), smallest time first. */
class TimeHeap {
  size = 0;
  private readonly nodes: Int32Array;
  private readonly times: Float64Array;

  constructor(capacity: number) {
    this.nodes = new Int32Array(capacity);
    this.times = new Float64Array(capacity);
  }

  topTime(): number {
    return this.times[0]!;
  }

  push(node: number, time: number): void {
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.times[parent]! <= time) break;
      this.nodes[i] = this.nodes[parent]!;
      this.times[i] = this.times[parent]!;
      i = parent;
    }
    this.nodes[i] = node;
    this.times[i] = time;
  }

  pop(): number {
    const top = this.nodes[0]!;
    const node = this.nodes[--this.size]!;
    const time = this.times[this.size]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.times[child + 1]! < this.times[child]!) child++;
      if (this.times[child]! >= time) break;
      this.nodes[i] = this.nodes[child]!;
      this.times[i] = this.times[child]!;
      i = child;
    }
    this.nodes[i] = node;
    this.times[i] = time;
    return top;
  }
}
