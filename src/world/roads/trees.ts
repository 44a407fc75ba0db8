/**
 * Trees of fastest routes to and from a node, by Dijkstra's algorithm with a ring of buckets instead of a heap: costs
 * are whole quarters of a second, and no arc costs more than the ring holds.
 */
import { KMH_PER_MPS } from '../../base/time.js';
import { type EdgeRow, edgesOf } from './edges.js';
import { groupByNode } from './group-by-node.js';
import {
  HIGHWAY,
  headOf,
  NO_CONTROL,
  PRIORITY,
  RAMP,
  ROUNDABOUT_ENTRY,
  type RoadNetwork,
  SERVICE,
  SIGNAL,
} from './network.js';

/** Seconds that a junction costs on average (declared). */
const WAIT_S: Readonly<Record<number, number>> = { [NO_CONTROL]: 0, [SIGNAL]: 9, [PRIORITY]: 3, [ROUNDABOUT_ENTRY]: 5 };
/** Factor on the cost of a road by rank: drivers don't use back streets to save a second (declared). */
const DETOUR = [0.95, 1, 1.03, 1.1, 1.3, 1.6];
const UNITS_PER_S = 4;
export const UNREACHED = 2147483647;

export interface TreeSearch {
  readonly network: RoadNetwork;
  /** By edge, in quarters of a second: the same both ways. */
  readonly cost: Int32Array;
  /** Arcs that arrive at a node; the outgoing ones where all roads are driven both ways. */
  readonly arriving: { readonly first: Int32Array; readonly arcs: Int32Array };
  /** By node, in quarters of a second: of the last search. */
  readonly reached: Int32Array;
  /** By node: the arc next to it on the way. */
  readonly arc: Int32Array;
  /** Nodes in the order in which they were reached for good. */
  readonly order: Int32Array;
  readonly bucket: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

export function createTreeSearch(network: RoadNetwork): TreeSearch {
  const cost = Int32Array.from(edgesOf(network), (edge) => costOf(edge, network.control));
  let max = 1;
  for (const c of cost) if (c > max) max = c;
  let ring = 1024;
  while (ring <= max) ring *= 2;
  const n = network.nodeCount;
  return {
    network,
    cost,
    arriving: network.symmetric ? network : arrivingArcs(network),
    reached: new Int32Array(n),
    arc: new Int32Array(n),
    order: new Int32Array(n),
    bucket: new Int32Array(ring),
    next: new Int32Array(n),
    previous: new Int32Array(n),
  };
}

function costOf({ from, to, lengthM, limitKmh, rank, roadType, flags }: EdgeRow, control: Uint8Array): number {
  const wait = roadType === HIGHWAY && (flags & RAMP) === 0 ? 0 : (WAIT_S[control[from]!]! + WAIT_S[control[to]!]!) / 2;
  const driving = ((lengthM * KMH_PER_MPS) / limitKmh) * (DETOUR[Math.min(rank, SERVICE)] ?? 1);
  return Math.max(1, Math.round((driving + wait) * UNITS_PER_S));
}

function arrivingArcs(network: RoadNetwork): TreeSearch['arriving'] {
  const first = new Int32Array(network.nodeCount + 1);
  const arcs = new Int32Array(network.arcs.length);
  groupByNode(
    Array.from(network.arcs, (arc) => [headOf(network, arc), arc] as const),
    first,
    arcs,
  );
  return { first, arcs };
}

/**
 * Fastest routes between `root` and every node: `reached`, `order` and, by node, in `arc` the first arc of its route to
 * the root or, with `outward`, the last arc of the route from the root to it; -1 at the root and where there is no
 * route. Returns how many nodes were reached.
 */
export function growTree(search: TreeSearch, root: number, outward: boolean): number {
  const { network, cost, reached, arc, order, bucket, next, previous } = search;
  // Towards the root, the search runs backward over arcs that arrive; where roads are symmetric, over those that leave,
  // turned.
  const { first, arcs } = outward ? network : search.arriving;
  const turned = !outward && network.symmetric ? 1 : 0;
  const { from, to } = network;
  const mask = bucket.length - 1;
  reached.fill(UNREACHED);
  arc.fill(-1);
  bucket.fill(-1);
  reached[root] = 0;
  bucket[0] = root;
  next[root] = previous[root] = -1;
  let [waiting, settled] = [1, 0];
  for (let time = 0; waiting > 0; time++) {
    const slot = time & mask;
    for (let node = bucket[slot]!; node >= 0; node = bucket[slot]!) {
      const after = next[node]!;
      bucket[slot] = after;
      if (after >= 0) previous[after] = -1;
      waiting--;
      order[settled++] = node;
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const a = arcs[i]! ^ turned;
        const edge = a >> 1;
        const other = ((a & 1) === 0) === outward ? to[edge]! : from[edge]!;
        const t = time + cost[edge]!;
        const known = reached[other]!;
        if (t >= known) continue;
        if (known === UNREACHED) waiting++;
        else {
          const [p, q] = [previous[other]!, next[other]!];
          if (p >= 0) next[p] = q;
          else bucket[known & mask] = q;
          if (q >= 0) previous[q] = p;
        }
        reached[other] = t;
        arc[other] = a;
        const head = bucket[t & mask]!;
        next[other] = head;
        previous[other] = -1;
        if (head >= 0) previous[head] = other;
        bucket[t & mask] = other;
      }
    }
  }
  return settled;
}
