/** Joins pieces of road that only continue each other into one road with a shape: junctions and ends alone stay nodes. */
import type { NetworkRoad, RegionNetwork } from './scenario.js';

export function contract(network: RegionNetwork): RegionNetwork {
  const { nodes, roads } = network;
  const at: number[][] = nodes.map(() => []);
  roads.forEach(({ from, to }, i) => {
    at[from]!.push(i);
    at[to]!.push(i);
  });
  const kinds = roads.map(({ from: _from, to: _to, shape: _shape, ...kind }) => JSON.stringify(kind));
  const kept = new Set(network.signals);
  const through = at.map((list, node) => {
    if (list.length !== 2 || kept.has(node)) return false;
    const [a, b] = [roads[list[0]!]!, roads[list[1]!]!];
    if (a === b || kinds[list[0]!] !== kinds[list[1]!]) return false;
    return a.one_way !== true || (a.to === node) !== (b.to === node);
  });
  const done = new Uint8Array(roads.length);
  const out: NetworkRoad[] = [];
  const follow = (start: number, first: number): void => {
    // One-way roads are followed in their direction.
    const passed: number[] = [start];
    let [node, i] = [start, first];
    for (;;) {
      done[i] = 1;
      const { from, to } = roads[i]!;
      node = from === node ? to : from;
      passed.push(node);
      const next = at[node]!.find((other) => done[other] === 0);
      if (!through[node] || next === undefined) break;
      i = next;
    }
    // A loop keeps a node in its middle.
    const cuts = passed[0] === node ? [0, passed.length >> 1, passed.length - 1] : [0, passed.length - 1];
    for (let c = 1; c < cuts.length; c++) {
      const [a, b] = [cuts[c - 1]!, cuts[c]!];
      if (a === b) continue;
      const shape = passed.slice(a + 1, b).map((p) => nodes[p]!);
      out.push({ ...roads[first]!, from: passed[a]!, to: passed[b]!, ...(shape.length > 0 && { shape }) });
    }
  };
  roads.forEach(({ from, to, one_way }, i) => {
    if (done[i] === 1) return;
    if (!through[from]) follow(from, i);
    else if (!through[to] && one_way !== true) follow(to, i);
  });
  // What is left are closed courses without a junction.
  roads.forEach(({ from }, i) => {
    if (done[i] === 0) follow(from, i);
  });
  return renumbered({ ...network, roads: out });
}

/** Without nodes that no road begins or ends at. */
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
