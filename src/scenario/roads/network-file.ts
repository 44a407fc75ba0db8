/**
 * Roads that a user brings: a GeoJSON FeatureCollection, either of LineStrings with a road_type or an export of
 * OpenStreetMap with its tags. Lines meet where their coordinates agree to five decimals (a metre); what is not
 * connected with the largest part is left out. A network across the antimeridian continues beyond 180 degrees.
 */

import { DisjointSets } from '../../base/disjoint-sets.js';
import { type FleetgenError, requestError } from '../../base/errors.js';
import { pairwise } from '../../base/pairwise.js';
import { truncateLine } from '../../base/text.js';
import { contractNetwork } from '../model/contract-network.js';
import { type NetworkRoad, type RegionNetwork, type Road, ZONES, type Zone } from '../model/scenario.js';
import { readText } from '../read/read-text.js';
import { roadOfTags, type Tags, tagsOf } from './osm-tags.js';

const MAX_BYTES = 200_000_000;
/** Routes are tabulated for every junction, so memory grows with it. */
const MAX_ROADS = 60_000;
/** Before pieces that continue each other are joined. */
const MAX_PIECES = 1_000_000;
const MIN_NODES = 20;
const MIN_KM = 5;
const MAX_LATITUDE = 80;
const NODES_PER_DEGREE = 1e5;
const KM_PER_DEGREE = 111.195;
/** Kilometres of road per square kilometre from which an area is a town. */
const TOWN_KM_PER_KM2 = 3;
const read = new WeakSet<RegionNetwork>();
const ROADS: readonly Road[] = ['city', 'highway', 'rural'];

/** Throws a requestError if the file can't be read, is not such GeoJSON, or has too few or too many roads. */
export async function readNetwork(path: string): Promise<RegionNetwork> {
  return networkOf(await readText(path, 'GeoJSON file', MAX_BYTES), path);
}

/** The same from the text of a file. */
export function networkOf(text: string, path: string): RegionNetwork {
  const refuse = (says: string): FleetgenError => requestError('NETWORK', `${path}: ${says}`);
  const network = largestPart(gather(featuresOf(parse(text, refuse), refuse), refuse));
  if (network.roads.length > MAX_ROADS) {
    throw refuse(`has more than ${MAX_ROADS} road segments: give a smaller area`);
  }
  const km = lengthKm(network);
  if (network.nodes.length < MIN_NODES || km < MIN_KM) {
    const found = `its largest connected part has ${network.nodes.length} points and ${km.toFixed(1)} km of road`;
    throw refuse(
      `${found}: give at least ${MIN_NODES} points and ${MIN_KM} km; lines meet where they share a coordinate`,
    );
  }
  read.add(network);
  return network;
}

/** Whether a network came from a file, and so has passed all checks. */
export function isFromFile(network: RegionNetwork): boolean {
  return read.has(network);
}

type Refuse = (says: string) => FleetgenError;
/** For a feature as a whole, and for the value of one of its keys. */
type AtFeature = Refuse & { readonly key: Refuse };
type Properties = Readonly<Record<string, unknown>>;

type LonLat = readonly [longitude: number, latitude: number];

interface Line {
  /** Without a road_type if the density of the area decides. */
  readonly road: Omit<NetworkRoad, 'road_type' | 'from' | 'to'> & { readonly road_type?: Road };
  readonly points: readonly LonLat[];
}

interface Features {
  readonly lines: readonly Line[];
  /** Traffic lights. */
  readonly signals: readonly LonLat[];
  /** Whether the features carry OpenStreetMap's tags. */
  readonly osm: boolean;
}

function parse(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`not valid JSON (${truncateLine((error as Error).message)}): give a GeoJSON FeatureCollection`);
  }
}

function featuresOf(value: unknown, refuse: Refuse): Features {
  const { type, features } = propertiesOf(value);
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw refuse('not a GeoJSON FeatureCollection: give one whose features are LineStrings');
  }
  const osm = features.some((feature) => {
    const properties = propertiesOf(propertiesOf(feature).properties);
    return properties.road_type === undefined && tagsOf(properties).highway !== undefined;
  });
  const lines: Line[] = [];
  const signals: LonLat[] = [];
  for (const [i, feature] of features.entries()) {
    const at = Object.assign((says: string): FleetgenError => refuse(`features[${i}] ${says}`), {
      key: (says: string): FleetgenError => refuse(`features[${i}].${says}`),
    });
    const properties = propertiesOf(propertiesOf(feature).properties);
    const { type: kind, coordinates } = propertiesOf(propertiesOf(feature).geometry);
    if (osm && properties.road_type === undefined) {
      const tags = tagsOf(properties);
      if (kind === 'Point' && tags.highway === 'traffic_signals') signals.push(...pointsOf([coordinates], at));
      lines.push(...osmLines(tags, kind, coordinates, at));
      continue;
    }
    if (kind !== 'LineString') throw at(`is ${shown(kind)}: give LineStrings only`);
    lines.push({ road: roadOf(properties, at), points: pointsOf(coordinates, at) });
  }
  return { lines, signals, osm };
}

/** The lines of a road that cars drive on; of anything else, none. */
function osmLines(tags: Tags, kind: unknown, coordinates: unknown, at: AtFeature): Line[] {
  if (kind !== 'LineString' && kind !== 'MultiLineString') return [];
  const found = roadOfTags(tags);
  if (found === undefined) return [];
  const { against, ...road } = found;
  const parts: readonly unknown[] =
    kind === 'LineString' ? [coordinates] : Array.isArray(coordinates) ? coordinates : [undefined];
  return parts.map((part) => {
    const points = pointsOf(part, at);
    return { road, points: against ? [...points].reverse() : points };
  });
}

/** The points of a line; throws if one is invalid or outside the globe. */
function pointsOf(line: unknown, at: AtFeature): readonly LonLat[] {
  const path = 'geometry.coordinates';
  if (!Array.isArray(line)) throw at.key(`${path} is ${shown(line)}: give a list of [longitude, latitude] pairs`);
  for (const [i, point] of line.entries()) {
    const wrong = (says: string): FleetgenError => at.key(`${path}[${i}] is ${shown(point)}${says}`);
    if (!isPoint(point)) throw wrong(': give a pair of numbers, [longitude, latitude]');
    const [longitude, latitude] = point;
    if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
      throw wrong(', beyond the globe: give degrees (WGS 84), longitude from -180 to 180, then latitude');
    }
    if (Math.abs(latitude) > MAX_LATITUDE) {
      throw wrong(`: give longitude, then latitude, from -${MAX_LATITUDE} to ${MAX_LATITUDE}`);
    }
  }
  return line;
}

function roadOf(properties: Properties, at: Refuse): Omit<NetworkRoad, 'from' | 'to'> {
  const { road_type, zone, speed_limit_kmh: limit, tunnel = false, dead_zone = false } = properties;
  if (!ROADS.includes(road_type as Road)) throw at(`has road_type ${shown(road_type)}: give ${ROADS.join(', ')}`);
  if (zone !== undefined && !ZONES.includes(zone as Zone))
    throw at(`has zone ${shown(zone)}: give ${ZONES.join(', ')}`);
  if (limit !== undefined && !(Number.isInteger(limit) && (limit as number) >= 10 && (limit as number) <= 200)) {
    throw at(`has speed_limit_kmh ${shown(limit)}: give a whole number from 10 to 200`);
  }
  for (const [key, value] of Object.entries({ tunnel, dead_zone })) {
    if (typeof value !== 'boolean') throw at(`has ${key} ${shown(value)}: give true or false`);
  }
  return {
    road_type: road_type as Road,
    ...(zone !== undefined && { zone: zone as Zone }),
    ...(limit !== undefined && { speed_limit_kmh: limit as number }),
    tunnel: tunnel === true,
    dead_zone: dead_zone === true,
  };
}

/** Points become nodes, and every piece of a line a road; OpenStreetMap's pieces are joined again. */
function gather({ lines, signals, osm }: Features, refuse: Refuse): RegionNetwork {
  const nodes: (readonly [number, number])[] = [];
  const roads: (Line['road'] & { readonly from: number; readonly to: number })[] = [];
  const known = new Map<string, number>();
  const shift = overAntimeridian(lines) ? 360 : 0;
  const keyOf = ([longitude, latitude]: LonLat): readonly [string, number, number] => {
    const x = Math.round((longitude < 0 ? longitude + shift : longitude) * NODES_PER_DEGREE);
    const y = Math.round(latitude * NODES_PER_DEGREE);
    return [`${x} ${y}`, x, y];
  };
  const nodeAt = (point: LonLat): number => {
    const [key, x, y] = keyOf(point);
    const found = known.get(key) ?? nodes.push([y / NODES_PER_DEGREE, x / NODES_PER_DEGREE]) - 1;
    known.set(key, found);
    return found;
  };
  for (const { road, points } of lines) {
    for (const [a, b] of pairwise(points)) {
      const [from, to] = [nodeAt(a), nodeAt(b)];
      if (from !== to) roads.push({ from, to, ...road });
    }
    const max = osm ? MAX_PIECES : MAX_ROADS;
    if (roads.length > max) throw refuse(`has more than ${max} pieces of road: give a smaller area`);
  }
  if (!osm) return { nodes, roads: roads.map((road) => ({ road_type: 'city', ...road })) };
  const lit = signals.flatMap((point) => known.get(keyOf(point)[0]) ?? []);
  return contractNetwork({ nodes, roads: typed(nodes, roads), signals: [...new Set(lit)] });
}

/** Longitudes more than half the globe apart are neighbours across the antimeridian. */
function overAntimeridian(lines: readonly Line[]): boolean {
  let [west, east] = [180, -180];
  for (const { points } of lines) {
    for (const [longitude] of points) {
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
    }
  }
  return east - west > 180;
}

/**
 * A road whose class and limit do not decide is a city's if roads are dense around it, in squares of about a
 * kilometre.
 */
function typed(
  nodes: RegionNetwork['nodes'],
  roads: readonly (Line['road'] & { readonly from: number; readonly to: number })[],
): NetworkRoad[] {
  const km = new Map<string, number>();
  const squareOf = (node: number): [number, number] => {
    const [latitude, longitude] = nodes[node]!;
    return [
      Math.floor(latitude * KM_PER_DEGREE),
      Math.floor(longitude * KM_PER_DEGREE * Math.cos((latitude * Math.PI) / 180)),
    ];
  };
  for (const road of roads) {
    const key = squareOf(road.from).join(' ');
    km.set(key, (km.get(key) ?? 0) + pieceKm(nodes, road));
  }
  return roads.map((road) => {
    if (road.road_type !== undefined) return { ...road, road_type: road.road_type };
    const [y, x] = squareOf(road.from);
    let around = 0;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) around += km.get(`${y + dy} ${x + dx}`) ?? 0;
    return { ...road, road_type: around > 9 * TOWN_KM_PER_KM2 ? 'city' : 'rural' };
  });
}

function largestPart(network: RegionNetwork): RegionNetwork {
  const { nodes, roads } = network;
  const parts = new DisjointSets(nodes.length);
  for (const { from, to } of roads) parts.union(from, to);
  const sizes = new Map<number, number>();
  for (const node of nodes.keys()) sizes.set(parts.find(node), (sizes.get(parts.find(node)) ?? 0) + 1);
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1])[0] ?? [-1];
  const kept = [...nodes.entries()].filter(([node]) => parts.find(node) === largest);
  const ids = new Map(kept.map(([node], i) => [node, i]));
  return {
    nodes: kept.map(([, place]) => place),
    roads: roads.flatMap((road) => {
      const [from, to] = [ids.get(road.from), ids.get(road.to)];
      return from === undefined || to === undefined ? [] : [{ ...road, from, to }];
    }),
    ...(network.signals !== undefined && { signals: network.signals.flatMap((node) => ids.get(node) ?? []) }),
  };
}

/** Accurate to a few percent: it is only compared with a bound. */
function lengthKm({ nodes, roads }: RegionNetwork): number {
  return roads.reduce((km, road) => km + pieceKm(nodes, road), 0);
}

function pieceKm(
  nodes: RegionNetwork['nodes'],
  { from, to, shape = [] }: { readonly from: number; readonly to: number; readonly shape?: RegionNetwork['nodes'] },
): number {
  let km = 0;
  for (const [[lat0, lon0], [lat1, lon1]] of pairwise([nodes[from]!, ...shape, nodes[to]!])) {
    km += KM_PER_DEGREE * Math.hypot(lat1 - lat0, (lon1 - lon0) * Math.cos((lat0 * Math.PI) / 180));
  }
  return km;
}

function isPoint(value: unknown): value is LonLat {
  return Array.isArray(value) && value.length >= 2 && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

function propertiesOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : truncateLine(JSON.stringify(value));
}
