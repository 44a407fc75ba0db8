/**
 * Places that people drive to, found in any network by what its roads say: ranks of streets, how close they lie together,
 * where ramps are. A node stands in a list as often as it weighs.
 */
import { nameKey, Sfc32, STREAM } from '../../random/sfc32.js';
import { sharedUint8 } from '../shared-arrays.js';
import { apartM, type Density, densityOf } from './density.js';
import { COLLECTOR, HIGHWAY, RAMP, RESIDENTIAL, type RoadNetwork, SECONDARY, SERVICE } from './network.js';
import { type Routes, sharedCopy, wayBetween } from './routes.js';

export const DISTRICTS = 12;
/** A stop's neighbours looked at, and how near by road one must be, in metres. */
const NEIGHBOURS = 40;
const HANDY_M = 2100;

export interface Places {
  readonly homes: Int32Array;
  readonly workplaces: Int32Array;
  /** 4 to 6. */
  readonly depots: Int32Array;
  readonly shops: Int32Array;
  /** Every stop. */
  readonly customers: Int32Array;
  /** By node: one of DISTRICTS contiguous areas. */
  readonly districtOf: Uint8Array;
  /** Taxi ranks, 5 to 8: station, squares, a hospital, an airport. */
  readonly ranks: Int32Array;
  /** Where lorries rest. */
  readonly rests: Int32Array;
  /** Where lorries load. */
  readonly logistics: Int32Array;
}

/** What is known of each node. */
interface Survey {
  readonly density: Density;
  readonly centre: number;
  /** Half of the stops are nearer to the centre than this. */
  readonly halfM: number;
  readonly fromCentreM: Float64Array;
  /** Metres of road to the nearest end of a ramp, motorways left out. */
  readonly toRampM: Float64Array;
  /** Lowest and highest rank of the roads at a node, ramps and motorways left out. */
  readonly best: Uint8Array;
  readonly least: Uint8Array;
  readonly onRamp: Uint8Array;
}

export function findPlaces(name: string, network: RoadNetwork, routes: Routes): Places {
  const random = new Sfc32();
  random.seed(0, nameKey(name), 3, STREAM.roads);
  const { stops } = routes;
  const survey = surveyOf(network, stops);
  const handy = handyStops(network, routes, survey.density);
  const rests = preferHandy(handy, restsOf(network, survey, stops));
  const depots = spread(
    random,
    survey.density,
    preferHandy(handy, depotSites(survey, stops)),
    4 + random.below(3),
    stops,
  );
  const isRest = new Set(rests);
  const list = (weight: (node: number) => number): Int32Array => {
    const out: number[] = [];
    for (const node of stops) for (let i = weight(node); i >= 1; i--) out.push(node);
    return out.length > 0 ? sharedCopy(out) : stops;
  };
  const { density, fromCentreM, halfM, best, least, toRampM } = survey;
  const parks = (node: number): boolean => best[node] === SERVICE && !isRest.has(node);
  return {
    homes: list((node) => {
      if (least[node]! < RESIDENTIAL || best[node] === SERVICE) return 0;
      return density.around[node]! < 30 ? 1 : density.around[node]! < 70 ? 2 : 3;
    }),
    workplaces: list((node) => {
      if (isRest.has(node)) return 0;
      if (best[node] === SERVICE) return 8;
      const away = fromCentreM[node]! / halfM;
      const central = away < 0.35 ? 7 : away < 0.7 ? 3 : 0;
      const business = best[node]! <= SECONDARY && toRampM[node]! < 2500 ? 3 : best[node]! <= COLLECTOR ? 1 : 0;
      return central + business;
    }),
    depots: sharedCopy(depots),
    shops: list((node) => (best[node]! > COLLECTOR || isRest.has(node) ? 0 : density.around[node]! > 40 ? 3 : 1)),
    customers: stops,
    districtOf: districtsOf(random, network, survey, stops),
    ranks: sharedCopy(ranksOf(random, survey, stops)),
    rests: sharedCopy(rests.length > 0 ? rests : depots),
    logistics: list((node) => {
      if (depots.includes(node)) return 4;
      if (parks(node)) return 4;
      return fromCentreM[node]! > 3 * halfM && best[node]! <= COLLECTOR && !isRest.has(node) ? 1 : 0;
    }),
  };
}

/**
 * By node: 1 for a stop that has another one near by, but not next to it, so that a vehicle which begins and ends there can drive
 * out once more when little is left of its day's distance.
 */
function handyStops(network: RoadNetwork, routes: Routes, { x, y }: Density): Uint8Array {
  const handy = new Uint8Array(network.nodeCount);
  const isStop = new Uint8Array(network.nodeCount);
  for (const node of routes.stops) isStop[node] = 1;
  for (const node of routes.stops) {
    // Numbers close together are places close together (locality.ts).
    for (let k = 1; k <= NEIGHBOURS && handy[node] === 0; k++) {
      for (const other of [node - k, node + k]) {
        if (other < 0 || other >= network.nodeCount || isStop[other] === 0) continue;
        if (Math.abs(x[other]! - x[node]!) > HANDY_M || Math.abs(y[other]! - y[node]!) > HANDY_M) continue;
        const metres = there(network, routes, node, other) + there(network, routes, other, node);
        if (metres > HANDY_M && metres < 2 * HANDY_M) handy[node] = 1;
      }
    }
  }
  return handy;
}

function there(network: RoadNetwork, routes: Routes, from: number, to: number): number {
  return wayBetween(network, routes, from, to).reduce((sum, arc) => sum + network.lengthM[arc >> 1]!, 0);
}

function preferHandy(handy: Uint8Array, sites: readonly number[]): number[] {
  const found = sites.filter((node) => handy[node] === 1);
  return found.length > 0 ? found : [...sites];
}

function surveyOf(network: RoadNetwork, stops: Int32Array): Survey {
  const { nodeCount, edgeCount, from, to, rank, roadType, flags } = network;
  const density = densityOf(network, stops);
  const best = new Uint8Array(nodeCount).fill(SERVICE);
  const least = new Uint8Array(nodeCount);
  const onRamp = new Uint8Array(nodeCount);
  for (let e = 0; e < edgeCount; e++) {
    for (const node of [from[e]!, to[e]!]) {
      if ((flags[e]! & RAMP) !== 0) onRamp[node] = 1;
      else if (roadType[e] !== HIGHWAY) {
        best[node] = Math.min(best[node]!, rank[e]!);
        least[node] = Math.max(least[node]!, rank[e]!);
      }
    }
  }
  const centre = middleOf(density, stops);
  const fromCentreM = Float64Array.from({ length: nodeCount }, (_, node) => apartM(density, node, centre));
  const sorted = Float64Array.from(stops, (node) => fromCentreM[node]!).sort();
  const halfM = Math.max(1, sorted[sorted.length >> 1]!);
  const ramps = Array.from(onRamp.keys()).filter((node) => onRamp[node] === 1);
  const { away } = spreadOut(network, ramps, (e) => roadType[e] !== HIGHWAY);
  return { density, centre, halfM, fromCentreM, toRampM: away, best, least, onRamp };
}

/** Of the stops where most lie around, the one in their middle. */
function middleOf(density: Density, stops: Int32Array): number {
  let most = 0;
  for (const node of stops) most = Math.max(most, density.around[node]!);
  const dense = [...stops].filter((node) => density.around[node]! >= 0.85 * most);
  const mean = (values: Float64Array): number => dense.reduce((sum, node) => sum + values[node]!, 0) / dense.length;
  const [x, y] = [mean(density.x), mean(density.y)];
  const squared = (node: number): number =>
    (density.x[node]! - x) * (density.x[node]! - x) + (density.y[node]! - y) * (density.y[node]! - y);
  return dense.reduce((a, b) => (squared(b) < squared(a) ? b : a));
}

/** Metres of road from the nearest of some nodes, and which of them it is; infinite and 0 where none is. Roads both ways. */
function spreadOut(
  network: RoadNetwork,
  sources: readonly number[],
  open: (edge: number) => boolean,
): { readonly away: Float64Array; readonly source: Uint8Array } {
  const { nodeCount, edgeCount, from, to, lengthM } = network;
  const away = new Float64Array(nodeCount).fill(Number.POSITIVE_INFINITY);
  const source = new Uint8Array(nodeCount);
  const first = new Int32Array(nodeCount + 1);
  const edges = new Int32Array(2 * edgeCount);
  for (let e = 0; e < edgeCount; e++) {
    first[from[e]! + 1]!++;
    first[to[e]! + 1]!++;
  }
  for (let i = 0; i < nodeCount; i++) first[i + 1]! += first[i]!;
  const next = first.slice(0, nodeCount);
  for (let e = 0; e < edgeCount; e++) {
    edges[next[from[e]!]!++] = e;
    edges[next[to[e]!]!++] = e;
  }
  // In rounds of a hundred metres: exact enough for areas, and no heap.
  const rounds: number[][] = [[]];
  sources.forEach((node, i) => {
    away[node] = 0;
    source[node] = i;
    rounds[0]!.push(node);
  });
  for (let round = 0; round < rounds.length; round++) {
    const queue = rounds[round];
    if (queue === undefined) continue;
    for (const node of queue) {
      if (Math.floor(away[node]! / 100) !== round) continue;
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const e = edges[i]!;
        const other = from[e] === node ? to[e]! : from[e]!;
        const d = away[node]! + lengthM[e]!;
        if (d >= away[other]! || !open(e)) continue;
        away[other] = d;
        source[other] = source[node]!;
        const at = Math.floor(d / 100);
        const there = rounds[at];
        if (there === undefined) rounds[at] = [other];
        else there.push(other);
      }
    }
  }
  return { away, source };
}

/** Stops on a service road that begins at a ramp: rest areas; and, where lorries pass, stops close to an interchange out of town. */
function restsOf(network: RoadNetwork, survey: Survey, stops: Int32Array): number[] {
  const { onRamp, best, toRampM, fromCentreM, halfM } = survey;
  const beside = new Uint8Array(network.nodeCount);
  for (let e = 0; e < network.edgeCount; e++) {
    const [a, b] = [network.from[e]!, network.to[e]!];
    if (network.rank[e] !== SERVICE) continue;
    if (onRamp[a] === 1) beside[b] = 1;
    if (onRamp[b] === 1) beside[a] = 1;
  }
  const areas = [...stops].filter((node) => beside[node] === 1 && onRamp[node] === 0 && best[node] === SERVICE);
  const parks = [...stops].filter(
    (node) => beside[node] === 0 && onRamp[node] === 0 && toRampM[node]! < 700 && fromCentreM[node]! > 1.6 * halfM,
  );
  return [...areas, ...parks.filter((_, i) => i % 3 === 0)];
}

function depotSites({ toRampM, onRamp, best, fromCentreM, halfM }: Survey, stops: Int32Array): number[] {
  for (const reach of [1200, 2500, 5000]) {
    const sites = [...stops].filter(
      (node) =>
        onRamp[node] === 0 && toRampM[node]! < reach && fromCentreM[node]! < 4 * halfM && best[node]! >= COLLECTOR,
    );
    if (sites.length >= 6) return sites;
  }
  return [...stops];
}

/** Some of the sites, the next always far from those before. */
function spread(random: Sfc32, density: Density, sites: readonly number[], count: number, stops: Int32Array): number[] {
  const from = sites.length >= count ? sites : [...stops];
  const out = [from[random.below(from.length)]!];
  while (out.length < Math.min(count, from.length)) {
    const gap = (node: number): number =>
      out.reduce((least, other) => Math.min(least, apartM(density, node, other)), 1e9);
    // Of a few at random, so that not all are at the rim.
    const few = Array.from({ length: 12 }, () => from[random.below(from.length)]!);
    const best = few.reduce((a, b) => (gap(b) > gap(a) ? b : a));
    out.push(gap(best) > 0 ? best : from.find((node) => !out.includes(node))!);
  }
  return out;
}

function districtsOf(random: Sfc32, network: RoadNetwork, survey: Survey, stops: Int32Array): Uint8Array {
  const inner = [...stops].filter((node) => survey.fromCentreM[node]! < 1.8 * survey.halfM);
  const outer = [...stops].filter((node) => survey.fromCentreM[node]! >= 1.8 * survey.halfM);
  const inside = outer.length === 0 ? DISTRICTS : 8;
  const seeds = [
    ...spread(random, survey.density, inner, inside, stops),
    ...(outer.length === 0 ? [] : spread(random, survey.density, outer, DISTRICTS - inside, stops)),
  ];
  const { source } = spreadOut(network, [...new Set(seeds)], () => true);
  const out = sharedUint8(network.nodeCount);
  out.set(source);
  return out;
}

/** The station, squares, a hospital on a main street, an airport at the edge. */
function ranksOf(random: Sfc32, survey: Survey, stops: Int32Array): number[] {
  const { best, fromCentreM, halfM, toRampM, density } = survey;
  const band = (low: number, high: number, main: number): number[] =>
    [...stops].filter(
      (node) => fromCentreM[node]! >= low * halfM && fromCentreM[node]! < high * halfM && best[node]! <= main,
    );
  const pick = (from: readonly number[]): number[] => (from.length === 0 ? [] : [from[random.below(from.length)]!]);
  const airport = band(1.4, 4, SERVICE).filter((node) => toRampM[node]! < 2500);
  const chosen = [
    ...pick(band(0.1, 0.45, SECONDARY)),
    ...spread(random, density, band(0, 0.9, COLLECTOR), 2 + random.below(3), stops),
    ...pick(band(0.6, 1.5, SECONDARY)),
    ...pick(airport),
  ];
  const ranks = new Set(chosen);
  for (let i = 0; ranks.size < Math.min(5, stops.length) && i < 1000; i++)
    ranks.add(stops[random.below(stops.length)]!);
  return [...ranks];
}
