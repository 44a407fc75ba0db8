/**
 * The route of a trip as a list of arcs: along the routing tree to the destination's hub, and from the hub to the
 * destination, joined where the two first meet. Both halves follow precomputed tables, so no search is needed.
 */

import type { RoadNetwork } from '../world/roads/network.js';
import { ARC_STRIDE, HEAD, LENGTH_M } from '../world/roads/region-geometry.js';
import type { RegionWorld } from '../world/world.js';

/** Most routes are shorter; the array grows. */
const USUAL_ARCS = 64;

/** Scratch memory for finding a route; routes can share it. */
export class RouteSearch {
  /** By node: the last walk from the hub that visited it, and its distance from the destination in arcs. */
  seen = new Int32Array(0);
  position = new Int32Array(0);
  walk = 0;
  /** The arcs from the destination back towards the hub. */
  tail: Int32Array = new Int32Array(USUAL_ARCS);
  network: RoadNetwork | undefined;

  use(network: RoadNetwork): void {
    this.network = network;
    if (this.seen.length >= network.nodeCount) return;
    this.seen = new Int32Array(network.nodeCount);
    this.position = new Int32Array(network.nodeCount);
    this.walk = 0;
  }

  growTail(): Int32Array {
    const tail = new Int32Array(2 * this.tail.length);
    tail.set(this.tail);
    this.tail = tail;
    return tail;
  }
}

export class Route {
  count = 0;
  /** Arcs in driving order: 2 * edge, plus 1 where the edge is driven from `to` to `from`. */
  arcs: Int32Array = new Int32Array(USUAL_ARCS);
  lengthM = 0;

  /** Finds the route between two nodes of the network's connected part; empty where they are the same. */
  find(region: RegionWorld, from: number, to: number, search = new RouteSearch()): void {
    const { network, routes, geometry } = region;
    this.count = 0;
    this.lengthM = 0;
    if (from === to) return;
    if (search.network !== network) search.use(network);
    const { nodeCount } = network;
    const { arcs: table, ints } = geometry;
    const { toHub, fromHub } = routes;
    const { seen, position } = search;
    const base = routes.hubOf[to]! * nodeCount;
    const walk = ++search.walk;
    let tail: Int32Array = search.tail;
    let back = 0;
    let node = to;
    seen[node] = walk;
    position[node] = 0;
    // Backwards from the destination to its hub; without one-way roads this is the way to the hub reversed.
    while (node !== from) {
      const arc = fromHub === undefined ? toHub[base + node]! ^ 1 : fromHub[base + node]!;
      if (arc < 0) break;
      if (back === tail.length) tail = search.growTail();
      tail[back++] = arc;
      node = ints[2 * ARC_STRIDE * (arc ^ 1) + HEAD]!;
      seen[node] = walk;
      position[node] = back;
    }
    node = from;
    let count = 0;
    let length = 0;
    while (seen[node] !== walk) {
      const arc = toHub[base + node]!;
      if (count === this.arcs.length) this.growArcs();
      this.arcs[count++] = arc;
      length += table[ARC_STRIDE * arc + LENGTH_M]!;
      node = ints[2 * ARC_STRIDE * arc + HEAD]!;
    }
    for (let i = position[node]! - 1; i >= 0; i--) {
      if (count === this.arcs.length) this.growArcs();
      const arc = tail[i]!;
      this.arcs[count++] = arc;
      length += table[ARC_STRIDE * arc + LENGTH_M]!;
    }
    this.count = count;
    this.lengthM = length;
  }

  private growArcs(): void {
    const arcs = new Int32Array(2 * this.arcs.length);
    arcs.set(this.arcs);
    this.arcs = arcs;
  }
}
