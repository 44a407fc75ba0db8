/**
 * The way of a tour: from home along the fastest roads to keyed places until the planned distance is reached. The way
 * back is the same roads the other way, so every tour ends at home whatever its distance.
 */
import type { Sfc32 } from '../random/sfc32.js';
import { PACE_BIN_M } from '../world/routes.js';
import type { RegionWorld } from '../world/world.js';

/** Of the places to drive to, the one whose way best fits the planned time is taken, but for a matter of taste. */
const TASTE = 0.12;

/** Most ways have fewer edges; the arrays grow. */
const USUAL_EDGES = 32;

export class Route {
  count = 0;
  /** Directed edges in order: 2 * edge, plus 1 when driven from `to` to `from`. */
  edges = new Int32Array(USUAL_EDGES);
  /** Metres and expected milliseconds from home to the end of each edge. */
  endM = new Float64Array(USUAL_EDGES);
  endMs = new Float64Array(USUAL_EDGES);

  /** Finds a way at least `metres` long that takes about `expectedMs` in free traffic. */
  build(region: RegionWorld, home: number, metres: number, expectedMs: number, random: Sfc32): void {
    this.count = 0;
    let node = home;
    let length = 0;
    let time = 0;
    while (length < metres) {
      const to = this.choose(region, node, metres - length, Math.max(1, expectedMs - time), random);
      node = this.follow(region, node, to, metres);
      length = this.endM[this.count - 1]!;
      time = this.endMs[this.count - 1]!;
    }
  }

  /** Expected milliseconds from home to a place on the way, in metres from home. */
  timeAt(metres: number): number {
    const i = this.edgeAt(metres);
    const startM = i === 0 ? 0 : this.endM[i - 1]!;
    const startMs = i === 0 ? 0 : this.endMs[i - 1]!;
    return startMs + ((this.endMs[i]! - startMs) * (metres - startM)) / (this.endM[i]! - startM);
  }

  /** Metres from home that are reached after an expected time. */
  placeAt(ms: number): number {
    const i = firstAtLeast(this.endMs, this.count, ms);
    const startM = i === 0 ? 0 : this.endM[i - 1]!;
    const startMs = i === 0 ? 0 : this.endMs[i - 1]!;
    return startM + ((this.endM[i]! - startM) * (ms - startMs)) / (this.endMs[i]! - startMs);
  }

  /** Position in `edges` of the edge that holds a place. */
  edgeAt(metres: number): number {
    return firstAtLeast(this.endM, this.count, metres);
  }

  private choose(region: RegionWorld, node: number, metres: number, ms: number, random: Sfc32): number {
    const { routes, network } = region;
    const pace = routes.paceMsPerM;
    const count = routes.attractors.length;
    let best = 0;
    let bestScore = Number.POSITIVE_INFINITY;
    for (let a = 0; a < count; a++) {
      const taste = random.uniform() * TASTE;
      const i = a * network.nodeCount + node;
      const distance = routes.distanceM[i]!;
      if (distance < 1) continue;
      const beyond = metres - distance;
      const rest = beyond > 0 ? beyond * pace[Math.min(pace.length - 1, Math.floor(metres / PACE_BIN_M))]! : 0;
      const predicted = beyond > 0 ? routes.timeMs[i]! + rest : (routes.timeMs[i]! * metres) / distance;
      const turnsBack = this.count > 0 && routes.nextEdge[i] === this.edges[this.count - 1]! >> 1;
      // A place far beyond the distance predicts its first part badly; one much nearer adds a detour.
      const misfit = beyond > 0 ? 0.2 : Math.max(0, distance / metres - 1.1) * 0.35;
      const score = Math.abs(predicted / ms - 1) + misfit + taste + (turnsBack ? 4 : 0);
      if (score < bestScore) {
        bestScore = score;
        best = a;
      }
    }
    return best;
  }

  private follow(region: RegionWorld, start: number, attractor: number, metres: number): number {
    const { network, routes } = region;
    const base = attractor * network.nodeCount;
    let node = start;
    let length = this.count === 0 ? 0 : this.endM[this.count - 1]!;
    let time = this.count === 0 ? 0 : this.endMs[this.count - 1]!;
    for (let edge = routes.nextEdge[base + node]!; edge >= 0 && length < metres; edge = routes.nextEdge[base + node]!) {
      if (this.count === this.edges.length) this.grow();
      const forward = network.from[edge] === node;
      length += network.lengthM[edge]!;
      time += network.expectedMs[edge]!;
      this.edges[this.count] = 2 * edge + (forward ? 0 : 1);
      this.endM[this.count] = length;
      this.endMs[this.count] = time;
      this.count++;
      node = forward ? network.to[edge]! : network.from[edge]!;
    }
    return node;
  }

  private grow(): void {
    const [edges, endM, endMs] = [this.edges, this.endM, this.endMs];
    this.edges = new Int32Array(edges.length * 2);
    this.endM = new Float64Array(edges.length * 2);
    this.endMs = new Float64Array(edges.length * 2);
    this.edges.set(edges);
    this.endM.set(endM);
    this.endMs.set(endMs);
  }
}

/** Index of the first of `count` rising values that is at least `value`; the last one where none is. */
function firstAtLeast(values: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
