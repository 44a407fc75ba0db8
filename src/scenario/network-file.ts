/**
 * Roads that a user brings: a GeoJSON FeatureCollection of LineStrings. Lines meet where their coordinates agree to five
 * decimals (a metre); what is not connected with the largest part is left out.
 */
import { type FleetgenError, requestError } from '../errors.js';
import { readText } from './read-text.js';
import { type NetworkRoad, type RegionNetwork, type Road, ZONES, type Zone } from './scenario.js';
import { shortened } from './shortened.js';

const MOST_BYTES = 50_000_000;
/** Ways are tabulated for every junction, so memory grows with it. */
const MOST_ROADS = 60_000;
const LEAST_NODES = 20;
const LEAST_KM = 5;
const MOST_LATITUDE = 80;
const NODES_PER_DEGREE = 1e5;
const KM_PER_DEGREE = 111.195;
const read = new WeakSet<RegionNetwork>();
const ROADS: readonly Road[] = ['city', 'highway', 'rural'];

/** Throws a requestError where the file can't be read, is no such GeoJSON, or has too few or too many roads. */
export async function readNetwork(path: string): Promise<RegionNetwork> {
  return networkOf(await readText(path, 'GeoJSON file', MOST_BYTES), path);
}

/** The same from the text of a file. */
export function networkOf(text: string, path: string): RegionNetwork {
  const refuse = (says: string): FleetgenError => requestError('NETWORK', `${path}: ${says}`);
  const network = largestPart(gather(featuresOf(parse(text, refuse), refuse), refuse));
  const km = lengthKm(network);
  if (network.nodes.length < LEAST_NODES || km < LEAST_KM) {
    const found = `its largest connected part has ${network.nodes.length} points and ${km.toFixed(1)} km of road`;
    throw refuse(
      `${found}: give at least ${LEAST_NODES} points and ${LEAST_KM} km; lines meet where they share a coordinate`,
    );
  }
  read.add(network);
  return network;
}

/** Whether a network came from a file, and so through all checks. */
export function isRead(network: RegionNetwork): boolean {
  return read.has(network);
}

type Refuse = (says: string) => FleetgenError;
type Properties = Readonly<Record<string, unknown>>;

interface Line {
  readonly road: Omit<NetworkRoad, 'from' | 'to'>;
  readonly points: readonly Point[];
}

function parse(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`not valid JSON (${shortened((error as Error).message)}): give a GeoJSON FeatureCollection`);
  }
}

function* featuresOf(value: unknown, refuse: Refuse): Generator<Line> {
  const { type, features } = propertiesOf(value);
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw refuse('not a GeoJSON FeatureCollection: give one whose features are LineStrings');
  }
  for (const [i, feature] of features.entries()) {
    const at = (says: string): FleetgenError => refuse(`features[${i}] ${says}`);
    const { geometry, properties } = propertiesOf(feature);
    const { type: kind, coordinates } = propertiesOf(geometry);
    if (kind !== 'LineString') throw at(`is ${shown(kind)}: give LineStrings only`);
    checkPoints(coordinates, i, refuse);
    yield { road: roadOf(propertiesOf(properties), at), points: coordinates };
  }
}

function roadOf(properties: Properties, at: Refuse): Line['road'] {
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

/** Points become nodes, and every piece of a line a road. */
function gather(lines: Iterable<Line>, refuse: Refuse): RegionNetwork {
  const nodes: (readonly [number, number])[] = [];
  const roads: NetworkRoad[] = [];
  const known = new Map<string, number>();
  const nodeAt = ([longitude, latitude]: readonly [number, number]): number => {
    const [x, y] = [Math.round(longitude * NODES_PER_DEGREE), Math.round(latitude * NODES_PER_DEGREE)];
    const key = `${x} ${y}`;
    const found = known.get(key) ?? nodes.push([y / NODES_PER_DEGREE, x / NODES_PER_DEGREE]) - 1;
    known.set(key, found);
    return found;
  };
  for (const { road, points } of lines) {
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [nodeAt(points[i - 1]!), nodeAt(points[i]!)];
      if (from !== to) roads.push({ from, to, ...road });
    }
    if (roads.length > MOST_ROADS) throw refuse(`has more than ${MOST_ROADS} pieces of road: give a smaller area`);
  }
  return { nodes, roads };
}

function largestPart({ nodes, roads }: RegionNetwork): RegionNetwork {
  const parent = nodes.map((_, i) => i);
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!;
    return root;
  };
  for (const { from, to } of roads) parent[rootOf(from)] = rootOf(to);
  const sizes = new Map<number, number>();
  for (let i = 0; i < nodes.length; i++) sizes.set(rootOf(i), (sizes.get(rootOf(i)) ?? 0) + 1);
  const [largest] = [...sizes].sort((a, b) => b[1] - a[1])[0] ?? [-1];
  const kept = nodes.map((_, i) => i).filter((i) => rootOf(i) === largest);
  const renumbered = new Map(kept.map((node, i) => [node, i]));
  return {
    nodes: kept.map((i) => nodes[i]!),
    roads: roads.flatMap((road) => {
      const [from, to] = [renumbered.get(road.from), renumbered.get(road.to)];
      return from === undefined || to === undefined ? [] : [{ ...road, from, to }];
    }),
  };
}

/** Good to a few percent: it is compared with a bound only. */
function lengthKm({ nodes, roads }: RegionNetwork): number {
  let km = 0;
  for (const road of roads) {
    const [[lat0, lon0], [lat1, lon1]] = [nodes[road.from]!, nodes[road.to]!];
    km += KM_PER_DEGREE * Math.hypot(lat1 - lat0, (lon1 - lon0) * Math.cos((lat0 * Math.PI) / 180));
  }
  return km;
}

type Point = readonly [longitude: number, latitude: number];

/** Throws where a feature's line has a point that is none, or leads beyond the globe or over the antimeridian. */
function checkPoints(line: unknown, feature: number, refuse: Refuse): asserts line is readonly Point[] {
  const path = `features[${feature}].geometry.coordinates`;
  if (!Array.isArray(line)) throw refuse(`${path} is ${shown(line)}: give a list of [longitude, latitude] pairs`);
  let before: number | undefined;
  for (const [i, point] of line.entries()) {
    const wrong = (says: string): FleetgenError => refuse(`${path}[${i}] is ${shown(point)}${says}`);
    if (!isPoint(point)) throw wrong(': give a pair of numbers, [longitude, latitude]');
    const [longitude, latitude] = point;
    if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
      throw wrong(', beyond the globe: give degrees (WGS 84), longitude from -180 to 180, then latitude');
    }
    if (Math.abs(latitude) > MOST_LATITUDE) {
      throw wrong(`: give longitude, then latitude, from -${MOST_LATITUDE} to ${MOST_LATITUDE}`);
    }
    if (before !== undefined && Math.abs(longitude - before) > 180) {
      throw wrong(`, across the antimeridian from longitude ${before}: give roads on one side of it`);
    }
    before = longitude;
  }
}

function isPoint(value: unknown): value is Point {
  return Array.isArray(value) && value.length >= 2 && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

function propertiesOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null ? (value as Properties) : {};
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : shortened(JSON.stringify(value));
}
