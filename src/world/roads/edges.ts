/** A network's edges as rows, for code that compiles roads; the hot loops index its arrays. */
import type { RoadNetwork } from './network.js';

export interface EdgeRow {
  readonly edge: number;
  readonly from: number;
  readonly to: number;
  readonly lengthM: number;
  readonly limitKmh: number;
  readonly roadType: number;
  readonly zone: number;
  readonly rank: number;
  readonly flags: number;
}

export function edgesOf(network: RoadNetwork): EdgeRow[] {
  return Array.from(network.from, (from, edge) => ({
    edge,
    from,
    to: network.to[edge]!,
    lengthM: network.lengthM[edge]!,
    limitKmh: network.limitKmh[edge]!,
    roadType: network.roadType[edge]!,
    zone: network.zone[edge]!,
    rank: network.rank[edge]!,
    flags: network.flags[edge]!,
  }));
}

/** By node: the edges that begin or end there. */
export function edgesByNode(nodeCount: number, edges: readonly EdgeRow[]): readonly (readonly EdgeRow[])[] {
  const byNode = Array.from({ length: nodeCount }, (): EdgeRow[] => []);
  for (const edge of edges) {
    byNode[edge.from]!.push(edge);
    byNode[edge.to]!.push(edge);
  }
  return byNode;
}
