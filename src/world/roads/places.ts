/**
 * Destinations, found in any network by the properties of its roads: ranks of streets, their density,
 * the position of ramps. A node occurs in a list as often as its weight.
 */
import { nameKey, Sfc32, STREAM } from '../../random/sfc32.js';
import { sharedUint8 } from '../shared-arrays.js';
import { densityOf, type Spot, spotDistanceM, spotsOf, squaredDistanceM2 } from './density.js';
import { type EdgeRow, edgesByNode, edgesOf } from './edges.js';
import { COLLECTOR, HIGHWAY, MOTORWAY, RAMP, RESIDENTIAL, type RoadNetwork, SECONDARY, SERVICE } from './network.js';
import { type RoutingTables, routeBetween, sharedCopy } from './routing-tables.js';

export const DISTRICTS = 12;
/** A stop's neighbours looked at, and how near by road one must be, in metres. */
const NEIGHBOURS = 40;
const NEARBY_M = 2100;
const ROUND_M = 100;

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

/** What is known of a node. */
interface Site extends Spot {
  readonly stop: boolean;
  readonly fromCentreM: number;
  /** Metres of road to the nearest end of a ramp, motorways left out. */
  readonly toRampM: number;
  /** Lowest and highest rank of the roads that meet there, ramps and motorways left out. */
  readonly best: number;
  readonly min: number;
  readonly onRamp: boolean;
}

interface Survey {
  readonly stops: readonly Site[];
  readonly byNode: readonly Site[];
  readonly roads: readonly (readonly EdgeRow[])[];
  /** Half of the stops are nearer to the centre than this. */
  readonly halfM: number;
}

export function findPlaces(name: string, network: RoadNetwork, routes: RoutingTables): Places {
  const random = new Sfc32();
  random.seed(0, nameKey(name), 3, STREAM.roads);
  const survey = surveyOf(network, routes.stops);
  const { stops, halfM } = survey;
  const handy = nearbyStops(network, routes, survey);
  const rests = preferNearby(handy, restsOf(survey));
  const depots = spread(random, preferNearby(handy, depotSites(survey)), 4 + random.below(3), stops);
  const isRest = new Set(rests);
  const isDepot = new Set(depots);
  const list = (weight: (site: Site) => number): Int32Array => {
    const nodes = stops.flatMap((site) => new Array<number>(weight(site)).fill(site.node));
    return nodes.length > 0 ? sharedCopy(nodes) : routes.stops;
  };
  const parks = (site: Site): boolean => site.best === SERVICE && !isRest.has(site);
  return {
    homes: list(({ min, best, around }) => {
      if (min < RESIDENTIAL || best === SERVICE) return 0;
      return around < 30 ? 1 : around < 70 ? 2 : 3;
    }),
    workplaces: list((site) => {
      if (isRest.has(site)) return 0;
      if (site.best === SERVICE) return 8;
      const away = site.fromCentreM / halfM;
      const central = away < 0.35 ? 7 : away < 0.7 ? 3 : 0;
      const business = site.best <= SECONDARY && site.toRampM < 2500 ? 3 : site.best <= COLLECTOR ? 1 : 0;
      return central + business;
    }),
    depots: nodesOf(depots),
    shops: list((site) => (site.best > COLLECTOR || isRest.has(site) ? 0 : site.around > 40 ? 3 : 1)),
    customers: routes.stops,
    districtOf: districtsOf(random, network, survey),
    ranks: nodesOf(ranksOf(random, survey)),
    rests: nodesOf(rests.length > 0 ? rests : depots),
    logistics: list((site) => {
      if (isDepot.has(site) || parks(site)) return 4;
      return site.fromCentreM > 3 * halfM && site.best <= COLLECTOR && !isRest.has(site) ? 1 : 0;
    }),
  };
}

function nodesOf(sites: readonly Site[]): Int32Array {
  return sharedCopy(sites.map(({ node }) => node));
}

/**
 * Stops that have another one near by, but not next to them, so that a vehicle which begins and ends there can drive
 * out once more when little is left of its day's distance.
 */
function nearbyStops(network: RoadNetwork, routes: RoutingTables, { stops, byNode }: Survey): Set<Site> {
  const isHandy = (site: Site): boolean => {
    // Nodes with close numbers are close on the map (locality.ts).
    for (let k = 1; k <= NEIGHBOURS; k++) {
      for (const other of [byNode[site.node - k], byNode[site.node + k]]) {
        if (other === undefined || !other.stop) continue;
        if (Math.abs(other.x - site.x) > NEARBY_M || Math.abs(other.y - site.y) > NEARBY_M) continue;
        const metres = wayM(network, routes, site.node, other.node) + wayM(network, routes, other.node, site.node);
        if (metres > NEARBY_M && metres < 2 * NEARBY_M) return true;
      }
    }
    return false;
  };
  return new Set(stops.filter(isHandy));
}

function wayM(network: RoadNetwork, routes: RoutingTables, from: number, to: number): number {
  return routeBetween(network, routes, from, to).reduce((sum, arc) => sum + network.lengthM[arc >> 1]!, 0);
}

function preferNearby(handy: ReadonlySet<Site>, sites: readonly Site[]): readonly Site[] {
  const found = sites.filter((site) => handy.has(site));
  return found.length > 0 ? found : sites;
}

function surveyOf(network: RoadNetwork, stops: Int32Array): Survey {
  const roads = edgesByNode(network.nodeCount, edgesOf(network));
  const spots = spotsOf(densityOf(network, stops));
  const centre = middleOf(Array.from(stops, (node) => spots[node]!));
  const ramps = [...roads.keys()].filter((node) => roads[node]!.some(({ flags }) => (flags & RAMP) !== 0));
  const { away } = spreadOut(network, roads, ramps, ({ roadType }) => roadType !== HIGHWAY);
  const [isStop, onRamp] = [new Set(stops), new Set(ramps)];
  const byNode = spots.map((spot): Site => {
    const { node, x, y, around } = spot;
    let [best, min] = [SERVICE, MOTORWAY];
    for (const { rank, flags, roadType } of roads[node]!) {
      if ((flags & RAMP) !== 0 || roadType === HIGHWAY) continue;
      best = Math.min(best, rank);
      min = Math.max(min, rank);
    }
    return {
      node,
      x,
      y,
      around,
      stop: isStop.has(node),
      fromCentreM: spotDistanceM(spot, centre),
      toRampM: away[node]!,
      best,
      min,
      onRamp: onRamp.has(node),
    };
  });
  const sites = Array.from(stops, (node) => byNode[node]!);
  const sorted = Float64Array.from(sites, ({ fromCentreM }) => fromCentreM).sort();
  return { stops: sites, byNode, roads, halfM: Math.max(1, sorted[sorted.length >> 1]!) };
}

/** Of the stops in the densest area, the one in the middle. */
function middleOf(stops: readonly Spot[]): Spot {
  const max = stops.reduce((max, { around }) => Math.max(max, around), 0);
  const dense = stops.filter(({ around }) => around >= 0.85 * max);
  const x = dense.reduce((sum, spot) => sum + spot.x, 0) / dense.length;
  const y = dense.reduce((sum, spot) => sum + spot.y, 0) / dense.length;
  return dense.reduce((a, b) => (squaredDistanceM2(b, { x, y }) < squaredDistanceM2(a, { x, y }) ? b : a));
}

/**
 * Metres of road from the nearest of some nodes, and which of them it is; infinite and 0 where none is. Roads both
 * ways.
 */
function spreadOut(
  { nodeCount }: RoadNetwork,
  roads: readonly (readonly EdgeRow[])[],
  sources: readonly number[],
  open: (edge: EdgeRow) => boolean,
): { readonly away: Float64Array; readonly source: Uint8Array } {
  const away = new Float64Array(nodeCount).fill(Number.POSITIVE_INFINITY);
  const source = new Uint8Array(nodeCount);
  // In rounds of a hundred metres: accurate enough for areas, without a heap.
  const rounds: number[][] = [];
  const reach = (node: number, metres: number, from: number): void => {
    away[node] = metres;
    source[node] = from;
    const round = Math.floor(metres / ROUND_M);
    const nodes = rounds[round];
    if (nodes === undefined) rounds[round] = [node];
    else nodes.push(node);
  };
  for (const [i, node] of sources.entries()) reach(node, 0, i);
  // New rounds are appended while they are walked, and a round may be missing.
  for (let round = 0; round < rounds.length; round++) {
    for (const node of rounds[round] ?? []) {
      const here = away[node]!;
      if (Math.floor(here / ROUND_M) !== round) continue;
      for (const edge of roads[node]!) {
        const other = edge.from === node ? edge.to : edge.from;
        const metres = here + edge.lengthM;
        if (metres < away[other]! && open(edge)) reach(other, metres, source[node]!);
      }
    }
  }
  return { away, source };
}

/**
 * Stops on a service road that begins at a ramp: rest areas; and, where lorries pass, stops close to an interchange out
 * of town.
 */
function restsOf({ stops, byNode, roads, halfM }: Survey): Site[] {
  const besideRamp = (site: Site): boolean =>
    roads[site.node]!.some(({ rank, from, to }) => rank === SERVICE && byNode[from === site.node ? to : from]!.onRamp);
  const areas = stops.filter((site) => besideRamp(site) && !site.onRamp && site.best === SERVICE);
  const parks = stops.filter(
    (site) => !besideRamp(site) && !site.onRamp && site.toRampM < 700 && site.fromCentreM > 1.6 * halfM,
  );
  return [...areas, ...parks.filter((_, i) => i % 3 === 0)];
}

function depotSites({ stops, halfM }: Survey): readonly Site[] {
  for (const reach of [1200, 2500, 5000]) {
    const sites = stops.filter(
      ({ onRamp, toRampM, fromCentreM, best }) =>
        !onRamp && toRampM < reach && fromCentreM < 4 * halfM && best >= COLLECTOR,
    );
    if (sites.length >= 6) return sites;
  }
  return stops;
}

/** Some of the sites, each far from the previous ones; from all stops if there are too few. */
function spread(random: Sfc32, sites: readonly Site[], count: number, stops: readonly Site[]): Site[] {
  const from = sites.length >= count ? sites : stops;
  const out = [randomOf(random, from)];
  while (out.length < Math.min(count, from.length)) {
    const gap = (site: Site): number => out.reduce((min, other) => Math.min(min, spotDistanceM(site, other)), 1e9);
    // Of a few at random, so that not all are at the rim.
    const few = Array.from({ length: 12 }, () => randomOf(random, from));
    const best = few.reduce((a, b) => (gap(b) > gap(a) ? b : a));
    out.push(gap(best) > 0 ? best : from.find((site) => !out.includes(site))!);
  }
  return out;
}

function randomOf<T>(random: Sfc32, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

function districtsOf(random: Sfc32, network: RoadNetwork, { stops, roads, halfM }: Survey): Uint8Array {
  const inner = stops.filter(({ fromCentreM }) => fromCentreM < 1.8 * halfM);
  const outer = stops.filter(({ fromCentreM }) => fromCentreM >= 1.8 * halfM);
  const inside = outer.length === 0 ? DISTRICTS : 8;
  const seeds = [
    ...spread(random, inner, inside, stops),
    ...(outer.length === 0 ? [] : spread(random, outer, DISTRICTS - inside, stops)),
  ];
  const nodes = new Set(seeds.map(({ node }) => node));
  const { source } = spreadOut(network, roads, [...nodes], () => true);
  const out = sharedUint8(network.nodeCount);
  out.set(source);
  return out;
}

/** The station, squares, a hospital on a main street, an airport at the edge. */
function ranksOf(random: Sfc32, { stops, halfM }: Survey): Site[] {
  const band = (low: number, high: number, main: number): Site[] =>
    stops.filter(({ fromCentreM, best }) => fromCentreM >= low * halfM && fromCentreM < high * halfM && best <= main);
  const pick = (from: readonly Site[]): Site[] => (from.length === 0 ? [] : [randomOf(random, from)]);
  const airport = band(1.4, 4, SERVICE).filter(({ toRampM }) => toRampM < 2500);
  const ranks = new Set([
    ...pick(band(0.1, 0.45, SECONDARY)),
    ...spread(random, band(0, 0.9, COLLECTOR), 2 + random.below(3), stops),
    ...pick(band(0.6, 1.5, SECONDARY)),
    ...pick(airport),
  ]);
  for (let i = 0; ranks.size < Math.min(5, stops.length) && i < 1000; i++) ranks.add(randomOf(random, stops));
  return [...ranks];
}
