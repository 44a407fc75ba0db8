/**
 * Routes through a network: every node belongs to a hub, an ordinary junction nearby, and the fastest routes from
 * everywhere to every hub and back are tabulated. A trip goes to the hub of its destination and on from there, cut
 * where the two first meet.
 */
import { KMH_PER_MPS } from '../../base/time.js';
import { nameKey, Sfc32, STREAM } from '../../random/sfc32.js';
import { sharedInt16, sharedInt32, sharedUint16 } from '../shared-arrays.js';
import { type Density, densityOf } from './density.js';
import { type EdgeRow, edgesOf } from './edges.js';
import { largestComponent } from './largest-component.js';
import { HIGHWAY, headOf, NO_STOP, RAMP, type RoadNetwork, TUNNEL, tailOf } from './network.js';
import { createTreeSearch, growTree, type TreeSearch } from './trees.js';

/** Metres of a unit of RoutingTables.costs. */
export const ROUTE_M = 8;
const MAX_UINT16 = 65535;
/** Hubs of a network. */
const MAX_HUBS = 62;
const MIN_HUBS = 20;
/** Entries of one table, at most where MIN_HUBS allows it. */
const MAX_ENTRIES = 2_000_000;
/** A small network has one hub per this many stops. */
const STOPS_PER_HUB = 12;

/** Arcs or -1: of two bytes each where a network has few enough. */
export type ArcTable = Int16Array | Int32Array;
const MAX_INT16 = 32767;

export interface RoutingTables {
  /** Nodes. */
  readonly hubs: Int32Array;
  /** By node: index of the hub through which one drives to it and from it. */
  readonly hubOf: Int32Array;
  /**
   * `toHub[hub * nodeCount + node]`: the arc to take at the node on the way to the hub; -1 at the hub and where there
   * is no route.
   */
  readonly toHub: ArcTable;
  /**
   * Same index: the arc by which the fastest route from the hub arrives at the node. Missing where all roads are driven
   * both ways: then it is `toHub[..] ^ 1`. Use `arcFromHub`.
   */
  readonly fromHub?: ArcTable;
  /**
   * `costs[2 * (node * hubs.length + hub)]`: units of ROUTE_M from the node to the hub, rounded up; behind it, seconds
   * at the posted limits without any wait.
   */
  readonly costs: Uint16Array;
  /** Nodes at which a trip may begin or end; each can be reached from every other. */
  readonly stops: Int32Array;
}

export function buildRoutingTables(name: string, network: RoadNetwork): RoutingTables {
  const connected = largestComponent(network);
  const edges = edgesOf(network);
  const stops = stopsOf(edges, connected);
  const hubs = chooseHubs(name, network, edges, connected, stops);
  const n = network.nodeCount;
  const arcTable = (): ArcTable =>
    2 * network.edgeCount <= MAX_INT16 ? sharedInt16(hubs.length * n) : sharedInt32(hubs.length * n);
  const routes = {
    hubs,
    hubOf: sharedInt32(n),
    toHub: arcTable(),
    ...(!network.symmetric && { fromHub: arcTable() }),
    costs: sharedUint16(2 * hubs.length * n),
    stops,
  };
  const search = createTreeSearch(network);
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const there = new Int32Array(n);
  const sums = { s: new Float64Array(n), m: new Float64Array(n) };
  hubs.forEach((hub, h) => {
    const settled = growTree(search, hub, false);
    routes.toHub.set(search.arc, h * n);
    addUp(search, settled, h, routes, sums);
    there.set(search.reached);
    if (routes.fromHub !== undefined) {
      growTree(search, hub, true);
      routes.fromHub.set(search.arc, h * n);
    }
    for (let node = 0; node < n; node++) {
      const cost = there[node]! + search.reached[node]!;
      if (cost >= nearest[node]!) continue;
      nearest[node] = cost;
      routes.hubOf[node] = h;
    }
  });
  return routes;
}

/** The arc by which the fastest route from a hub arrives at a node; -1 at the hub. */
export function arcFromHub({ toHub, fromHub }: RoutingTables, index: number): number {
  if (fromHub !== undefined) return fromHub[index]!;
  const arc = toHub[index]!;
  return arc < 0 ? -1 : arc ^ 1;
}

/** The arcs of a trip from p to q, nodes of the connected part. */
export function routeBetween(network: RoadNetwork, routes: RoutingTables, p: number, q: number): number[] {
  const base = routes.hubOf[q]! * network.nodeCount;
  const back: number[] = [];
  const places = new Map<number, number>([[q, 0]]);
  for (let node = q; ; ) {
    const arc = arcFromHub(routes, base + node);
    if (arc < 0) break;
    back.push(arc);
    node = tailOf(network, arc);
    places.set(node, back.length);
  }
  const route: number[] = [];
  let node = p;
  for (let place = places.get(node); place === undefined; place = places.get(node)) {
    const arc = routes.toHub[base + node]!;
    route.push(arc);
    node = headOf(network, arc);
  }
  return [...route, ...back.slice(0, places.get(node)!).reverse()];
}

/** Time and distance to the hub, along the tree in the order in which it grew. */
function addUp(
  { network, arc, order }: TreeSearch,
  settled: number,
  hub: number,
  { hubs, costs }: Pick<RoutingTables, 'hubs' | 'costs'>,
  { s, m }: { readonly s: Float64Array; readonly m: Float64Array },
): void {
  const { lengthM, limitKmh, from, to } = network;
  s[order[0]!] = m[order[0]!] = 0;
  for (let i = 1; i < settled; i++) {
    const node = order[i]!;
    const a = arc[node]!;
    const after = (a & 1) === 0 ? to[a >> 1]! : from[a >> 1]!;
    const length = lengthM[a >> 1]!;
    m[node] = m[after]! + length;
    s[node] = s[after]! + (length * KMH_PER_MPS) / limitKmh[a >> 1]!;
    const at = 2 * (node * hubs.length + hub);
    costs[at] = Math.min(MAX_UINT16, Math.ceil(m[node]! / ROUTE_M));
    costs[at + 1] = Math.min(MAX_UINT16, Math.round(s[node]!));
  }
}

function stopsOf(edges: readonly EdgeRow[], connected: Uint8Array): Int32Array {
  const kerb = new Set<number>();
  const fast = new Set<number>();
  for (const { from, to, roadType, flags } of edges) {
    if (roadType === HIGHWAY) fast.add(from).add(to);
    else if ((flags & (NO_STOP | RAMP | TUNNEL)) === 0) kerb.add(from).add(to);
  }
  const all = [...connected.keys()].filter((node) => connected[node] === 1);
  const open = all.filter((node) => kerb.has(node) && !fast.has(node));
  // If no road has a kerb, trips still need places to end.
  return sharedCopy(open.length > 0 ? open : all);
}

/** Junctions so that every stop has one nearby: nearer where stops lie close together. */
function chooseHubs(
  name: string,
  network: RoadNetwork,
  edges: readonly EdgeRow[],
  connected: Uint8Array,
  stops: Int32Array,
): Int32Array {
  const random = new Sfc32();
  random.seed(0, nameKey(name), 1, STREAM.roads);
  const density = densityOf(network, stops);
  const fit = fitness(edges, connected);
  const order = Int32Array.from(stops);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const affordable = Math.max(MIN_HUBS, Math.min(MAX_HUBS, Math.floor(MAX_ENTRIES / network.nodeCount)));
  const max = Math.min(affordable, Math.ceil(stops.length / STOPS_PER_HUB));
  for (let reachM = 250; ; reachM *= 1.07) {
    const hubs = cover(order, density, fit, reachM, max);
    if (hubs !== undefined) return sharedCopy(hubs);
  }
}

/** By node: how good a hub it is; 0 not at all. Main streets with many arms, never a motorway's junction. */
function fitness(edges: readonly EdgeRow[], connected: Uint8Array): Int32Array {
  const fit = new Int32Array(connected.length);
  const arms = new Int32Array(connected.length);
  for (const { from, to, rank, roadType, flags } of edges) {
    const fast = roadType === HIGHWAY || (flags & (RAMP | TUNNEL)) !== 0;
    for (const node of [from, to]) {
      fit[node]! += 6 - rank - (fast ? 1000 : 0);
      arms[node]!++;
    }
  }
  return fit.map((f, node) => (connected[node] === 1 && arms[node]! >= 3 && f > 0 ? f : 0));
}

function cover(
  order: Int32Array,
  { x, y, around }: Density,
  fit: Int32Array,
  reachM: number,
  max: number,
): number[] | undefined {
  const hubs: number[] = [];
  const covered = new Uint8Array(x.length);
  const squared = (a: number, b: number): number =>
    (x[a]! - x[b]!) * (x[a]! - x[b]!) + (y[a]! - y[b]!) * (y[a]! - y[b]!);
  for (const stop of order) {
    if (covered[stop] === 1) continue;
    if (hubs.length === max) return undefined;
    const reach = reachM * (around[stop]! >= 40 ? 1 : around[stop]! >= 15 ? 2 : 7);
    let hub = stop;
    for (const node of order) if (fit[node]! > fit[hub]! && squared(node, stop) < 0.25 * reach * reach) hub = node;
    hubs.push(hub);
    covered[stop] = 1;
    for (const node of order) if (squared(node, hub) < reach * reach) covered[node] = 1;
  }
  return hubs;
}

export function sharedCopy(values: readonly number[]): Int32Array {
  const out = sharedInt32(values.length);
  out.set(values);
  return out;
}
