/** The largest part of a network in which every node can be reached from every other. */
import type { RoadNetwork } from './network.js';

/** By node: 1 in that part (Tarjan's algorithm, without recursion). */
export function largestComponent({ nodeCount, first, arcs, from, to }: RoadNetwork): Uint8Array {
  const index = new Int32Array(nodeCount);
  const low = new Int32Array(nodeCount);
  const part = new Int32Array(nodeCount).fill(-1);
  const next = first.slice(0, nodeCount);
  const stack: number[] = [];
  const path: number[] = [];
  const sizes: number[] = [];
  let count = 0;
  for (let start = 0; start < nodeCount; start++) {
    if (index[start] !== 0) continue;
    path.push(start);
    stack.push(start);
    index[start] = low[start] = ++count;
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      const i = next[node]!;
      if (i < first[node + 1]!) {
        next[node] = i + 1;
        const arc = arcs[i]!;
        const other = (arc & 1) === 0 ? to[arc >> 1]! : from[arc >> 1]!;
        if (index[other] === 0) {
          path.push(other);
          stack.push(other);
          index[other] = low[other] = ++count;
        } else if (part[other]! < 0) low[node] = Math.min(low[node]!, index[other]!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      if (low[node] !== index[node]) continue;
      let size = 0;
      for (let member = -1; member !== node; size++) {
        member = stack.pop()!;
        part[member] = sizes.length;
      }
      sizes.push(size);
    }
  }
  const largest = sizes.indexOf(sizes.reduce((max, size) => Math.max(max, size), 0));
  return Uint8Array.from(part, (of) => (of === largest ? 1 : 0));
}
