/**
 * Numbers nodes and edges so that neighbours on the map are neighbours in memory: a walk along a road then finds
 * most of what it reads in the cache.
 */
import type { LatLon, RoadEdge, RoadParts } from './network.js';

const BITS = 15;
const STEPS = (1 << BITS) - 1;

/** The same roads, nodes in Morton order of their places, edges in the order of their nodes. */
export function sortByLocality({ nodes, controls, edges }: RoadParts): RoadParts {
  const codeOf = mortonCode(nodes);
  const sorted = nodes
    .map((place, node) => ({ node, place, code: codeOf(place) }))
    .sort((a, b) => a.code - b.code || a.node - b.node);
  const id = new Int32Array(nodes.length);
  for (const [i, { node }] of sorted.entries()) id[node] = i;
  const renumbered = edges.map((edge) => ({ ...edge, from: id[edge.from]!, to: id[edge.to]! }));
  const first = ({ from, to }: RoadEdge): number => Math.min(from, to);
  return {
    nodes: sorted.map(({ place }) => place),
    controls: Uint8Array.from(sorted, ({ node }) => controls[node]!),
    edges: renumbered.sort((a, b) => first(a) - first(b)),
  };
}

/** The Morton code of a place among the given ones. */
function mortonCode(places: readonly LatLon[]): (place: LatLon) => number {
  const latitude = scale(places.map(([latitude]) => latitude));
  const longitude = scale(places.map(([, longitude]) => longitude));
  return (place) => spread(latitude(place[0])) * 2 + spread(longitude(place[1]));
}

/** From the range of the values to whole steps. */
function scale(values: readonly number[]): (value: number) => number {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const span = Math.max(max - min, 1e-9);
  return (value) => Math.round(((value - min) / span) * STEPS);
}

/** Puts a zero between the bits of a number of BITS bits. */
function spread(value: number): number {
  let out = 0;
  for (let bit = 0; bit < BITS; bit++) if ((value >> bit) & 1) out += 2 ** (2 * bit);
  return out;
}
