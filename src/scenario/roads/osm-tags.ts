/** The road that OpenStreetMap's tags describe, as export tools write them into the properties of a GeoJSON feature. */
import type { Road } from '../model/scenario.js';

export type Tags = Readonly<Record<string, unknown>>;

export interface OsmRoad {
  /** Missing if class and limit do not decide. */
  readonly road_type?: Road;
  readonly rank: number;
  readonly speed_limit_kmh?: number;
  readonly one_way?: boolean;
  readonly ramp?: boolean;
  readonly roundabout?: boolean;
  readonly tunnel: boolean;
  readonly dead_zone: boolean;
  /** One-way, against the order of the points. */
  readonly against: boolean;
}

/** Ranks as in the world's networks; classes that no car drives on are missing. */
const RANK: Readonly<Record<string, number>> = {
  motorway: 0,
  motorway_link: 2,
  trunk: 1,
  trunk_link: 2,
  primary: 1,
  primary_link: 2,
  secondary: 2,
  secondary_link: 2,
  tertiary: 3,
  tertiary_link: 3,
  unclassified: 4,
  residential: 4,
  living_street: 4,
  road: 4,
  service: 5,
};

const KMH_PER_MPH = 1.609344;
/** Limits that a country's rules imply, by the suffix after its code: DE:urban. */
const IMPLIED: Readonly<Record<string, number>> = {
  urban: 50,
  rural: 90,
  trunk: 100,
  motorway: 120,
  living_street: 10,
  pedestrian: 10,
  bicycle_road: 30,
};
const IMPLIED_BY_COUNTRY: Readonly<Record<string, number>> = {
  'DE:rural': 100,
  'DE:motorway': 130,
  'AT:rural': 100,
  'AT:motorway': 130,
  'FR:rural': 80,
  'FR:motorway': 130,
  'GB:nsl_single': 97,
  'GB:nsl_dual': 113,
  'GB:motorway': 113,
};
/** Where there is no limit, drivers keep to about the advised speed; walking pace is the minimum for a network. */
const NO_LIMIT_KMH = 130;
const WALK_KMH = 10;
const MIN_KMH = 10;
const MAX_KMH = 200;

/**
 * Tags of a feature: flat (osmium export, overpass turbo), the rest under `other_tags` (ogr2ogr) or `tags` (pyrosm).
 */
export function tagsOf(properties: Tags): Tags {
  const { tags, other_tags: other } = properties;
  if (typeof other === 'string') return { ...hstore(other), ...known(properties) };
  if (typeof tags === 'string') return { ...jsonTags(tags), ...known(properties) };
  if (typeof tags === 'object' && tags !== null) return { ...(tags as Tags), ...known(properties) };
  return properties;
}

/** A table's empty fields are missing tags. */
function known(properties: Tags): Tags {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null && value !== ''));
}

function hstore(text: string): Tags {
  return Object.fromEntries([...text.matchAll(/"([^"]*)"=>"([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
}

function jsonTags(text: string): Tags {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Tags) : {};
  } catch {
    return {};
  }
}

/** The road of a feature with these tags; undefined where no car may drive. */
export function roadOfTags(tags: Tags): OsmRoad | undefined {
  const kind = String(first(tags.highway));
  const rank = RANK[kind];
  if (rank === undefined || tags.area === 'yes' || closedToCars(tags)) return undefined;
  const link = kind.endsWith('_link');
  const roundabout = ['roundabout', 'circular'].includes(String(tags.junction));
  const oneway = String(first(tags.oneway)).toLowerCase();
  const against = oneway === '-1' || oneway === 'reverse';
  const implied = kind === 'motorway' || kind === 'motorway_link' || roundabout;
  const oneWay =
    against || ['yes', 'true', '1'].includes(oneway) || (implied && !['no', 'false', '0'].includes(oneway));
  const limit = speedOf(tags.maxspeed) ?? (kind === 'living_street' ? WALK_KMH : undefined);
  const fast =
    kind.startsWith('motorway') || (kind.startsWith('trunk') && (limit === undefined ? oneWay : limit >= 80));
  const type = fast ? 'highway' : typeOf(kind, limit);
  return {
    rank,
    ...(type !== undefined && { road_type: type }),
    ...(limit !== undefined && { speed_limit_kmh: limit }),
    ...(oneWay && { one_way: true }),
    ...(link && rank === 2 && { ramp: true }),
    ...(roundabout && { roundabout: true }),
    tunnel: tags.tunnel !== undefined && !['no', 'false', 'culvert'].includes(String(tags.tunnel)),
    dead_zone: false,
    against,
  };
}

/** A settlement's streets and slow roads are a city's, fast ones are not; the others are undecided. */
function typeOf(kind: string, limit: number | undefined): Road | undefined {
  if (limit !== undefined && limit >= 80) return 'rural';
  if (limit !== undefined && limit <= 60) return 'city';
  return limit === undefined && ['residential', 'living_street'].includes(kind) ? 'city' : undefined;
}

function closedToCars({ access, motor_vehicle, motorcar, vehicle, service }: Tags): boolean {
  const own = [motorcar, motor_vehicle, vehicle, access].find((value) => value !== undefined && value !== null);
  return (
    ['no', 'private', 'agricultural', 'forestry'].includes(String(own)) ||
    ['parking_aisle', 'driveway'].includes(String(service))
  );
}

/**
 * km/h of a maxspeed tag, rounded to whole km/h; undefined if it gives no fixed limit (signals, variable).
 */
export function speedOf(value: unknown): number | undefined {
  for (const item of Array.isArray(value) ? value : String(value ?? '').split(/[;|,]/)) {
    const kmh = oneSpeed(String(item).trim());
    if (kmh !== undefined) return Math.min(MAX_KMH, Math.max(MIN_KMH, Math.round(kmh)));
  }
  return undefined;
}

function oneSpeed(text: string): number | undefined {
  const number = /^(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph)?$/i.exec(text);
  if (number !== null) return Number(number[1]) * (number[2]?.toLowerCase() === 'mph' ? KMH_PER_MPH : 1);
  if (text === 'none') return NO_LIMIT_KMH;
  if (text === 'walk') return WALK_KMH;
  const zone = /^(?:[A-Z]{2}:)?zone:?(\d+)$/i.exec(text);
  if (zone !== null) return Number(zone[1]);
  const rule = /^[A-Z]{2}:(\w+)$/.exec(text);
  return rule === null ? undefined : (IMPLIED_BY_COUNTRY[text] ?? IMPLIED[rule[1]!]);
}

/** A list's first item: tools write several values as an array, or with semicolons. */
function first(value: unknown): unknown {
  const item: unknown = Array.isArray(value) ? value[0] : value;
  return typeof item === 'string' ? item.split(';')[0]!.trim() : item;
}
