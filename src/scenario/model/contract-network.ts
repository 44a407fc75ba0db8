/**
 * Joins pieces of road that only continue each other into one road with a shape: only junctions and ends remain nodes.
 */
import type { NetworkRoad, RegionNetwork } from './scenario.js';

interface Piece {
  readonly road: NetworkRoad;
  /** The properties that joined pieces must share: all except their geometry. */
  readonly kind: string;
}

export function contractNetwork(network: RegionNetwork): RegionNetwork {
  const { nodes, roads } = network;
  const pieces = roads.map((road): Piece => {
    const { from: _from, to: _to, shape: _shape, ...kind } = road;
    return { road, kind: JSON.stringify(kind) };
  });
  const at = nodes.map((): Piece[] => []);
  for (const piece of pieces) {
    at[piece.road.from]!.push(piece);
    at[piece.road.to]!.push(piece);
  }
  const kept = new Set(network.signals);
  const through = at.map(([a, b, ...more], node) => {
    if (a === undefined || b === undefined || more.length > 0 || kept.has(node)) return false;
    if (a === b || a.kind !== b.kind) return false;
    return a.road.one_way !== true || (a.road.to === node) !== (b.road.to === node);
  });
  const done = new Set<Piece>();
  const out: NetworkRoad[] = [];
  const follow = (start: number, first: Piece): void => {
    // One-way roads are followed in their direction.
    const passed: number[] = [start];
    let node = start;
    for (let piece: Piece | undefined = first; piece !== undefined; ) {
      done.add(piece);
      const { from, to } = piece.road;
      node = from === node ? to : from;
      passed.push(node);
      piece = through[node] ? at[node]!.find((other) => !done.has(other)) : undefined;
    }
    // A loop keeps one node halfway.
    const middle = passed.length >> 1;
    const parts = node === start ? [passed.slice(0, middle + 1), passed.slice(middle)] : [passed];
    for (const [from, ...rest] of parts) {
      const to = rest.pop();
      if (from === undefined || to === undefined) continue;
      const shape = rest.map((p) => nodes[p]!);
      out.push({ ...first.road, from, to, ...(shape.length > 0 && { shape }) });
    }
  };
  for (const piece of pieces) {
    if (done.has(piece)) continue;
    const { from, to, one_way } = piece.road;
    if (!through[from]) follow(from, piece);
    else if (!through[to] && one_way !== true) follow(to, piece);
  }
  // What is left are closed courses without a junction.
  for (const piece of pieces) if (!done.has(piece)) follow(piece.road.from, piece);
  return renumbered({ ...network, roads: out });
}

/** Removes nodes at which no road begins or ends. */
function renumbered(network: RegionNetwork): RegionNetwork {
  const ids = new Map<number, number>();
  const nodes: RegionNetwork['nodes'][number][] = [];
  const id = (node: number): number => {
    const known = ids.get(node);
    if (known !== undefined) return known;
    ids.set(node, nodes.length);
    return nodes.push(network.nodes[node]!) - 1;
  };
  const roads = network.roads.map((road) => ({ ...road, from: id(road.from), to: id(road.to) }));
  const signals = network.signals?.flatMap((node) => ids.get(node) ?? []);
  return { nodes, roads, ...(signals !== undefined && { signals }) };
}
