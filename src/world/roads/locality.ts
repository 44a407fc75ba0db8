/**
 * Numbers nodes and edges so that what lies close together on the map does so in memory: a walk along a road then finds most
 * of what it reads in the cache.
 */
import type { LatLon, RoadEdge, RoadParts } from './network.js';

const BITS = 15;
const STEPS = (1 << BITS) - 1;

/** The same roads, nodes in Morton order of their places, edges in the order of their nodes. */
export function closeTogether({ nodes, controls, edges }: RoadParts): RoadParts {
  const code = mortonCodes(nodes);
  const order = Array.from(nodes.keys()).sort((a, b) => code[a]! - code[b]! || a - b);
  const id = new Int32Array(nodes.length);
  order.forEach((node, i) => {
    id[node] = i;
  });
  const renumbered = edges.map((edge) => ({ ...edge, from: id[edge.from]!, to: id[edge.to]! }));
  const first = ({ from, to }: RoadEdge): number => Math.min(from, to);
  return {
    nodes: order.map((node) => nodes[node]!),
    controls: Uint8Array.from(order, (node) => controls[node]!),
    edges: renumbered.sort((a, b) => first(a) - first(b)),
  };
}

function mortonCodes(nodes: readonly LatLon[]): Float64Array {
  const scaled = ([0, 1] as const).map((axis) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const node of nodes) {
      least = Math.min(least, node[axis]);
      most = Math.max(most, node[axis]);
    }
    const span = Math.max(most - least, 1e-9);
    return nodes.map((node) => Math.round(((node[axis] - least) / span) * STEPS));
  });
  return Float64Array.from(nodes, (_, i) => spread(scaled[0]![i]!) * 2 + spread(scaled[1]![i]!));
}

/** Puts a zero between the bits of a number of BITS bits. */
function spread(value: number): number {
  let out = 0;
  for (let bit = 0; bit < BITS; bit++) if ((value >> bit) & 1) out += 2 ** (2 * bit);
  return out;
}
