/** Everything about a region's roads that the plan and the simulator index. */
import { nameKey } from '../../random/sfc32.js';
import type { Region, Roads } from '../../scenario/model/scenario.js';
import { readRoads } from '../../scenario/roads/shipped-roads.js';
import { sharedUint8 } from '../shared-arrays.js';
import type { RegionWorld } from '../world.js';
import { geojsonNetwork } from './geojson.js';
import { fromMemoryImage } from './memory-image.js';
import { DISTRICTS, findPlaces } from './places.js';
import { proceduralNetwork } from './procedural/region.js';
import { geometryOf } from './region-geometry.js';
import { buildRoutingTables, sharedCopy } from './routing-tables.js';

type RegionRoads = Pick<RegionWorld, 'network' | 'routes' | 'places' | 'geometry' | 'stoppable' | 'districts'>;

/** The part that takes long to compile; the geometry is derived in a few milliseconds. */
type CompiledRoads = Omit<RegionRoads, 'geometry'>;

/** Uses the roads that the build has compiled, or compiles them: some 0.2 s, more for a large network. */
export function regionRoads(name: string, region: Region, roads: Roads): RegionRoads {
  if (region.network !== undefined || !LITTLE_ENDIAN) return withGeometry(compileRegionRoads(name, region, roads));
  const key = roadsKey(name, region, roads);
  const image = readRoads(roadsName(name, key));
  const known = image && (fromMemoryImage(key, image) as CompiledRoads | undefined);
  return withGeometry(known ?? compileRegionRoads(name, region, roads));
}

function withGeometry(compiled: CompiledRoads): RegionRoads {
  return { ...compiled, geometry: geometryOf(compiled.network) };
}

export function compileRegionRoads(name: string, region: Region, roads: Roads): CompiledRoads {
  const network =
    region.network === undefined
      ? proceduralNetwork(name, region, roads)
      : geojsonNetwork(name, region.network, { ...roads.limits, ...region.limits });
  const routes = buildRoutingTables(name, network);
  const places = findPlaces(name, network, routes);
  const stoppable = sharedUint8(network.nodeCount);
  for (const node of routes.stops) stoppable[node] = 1;
  const districts = Array.from({ length: DISTRICTS }, (_, district) =>
    sharedCopy([...places.customers].filter((node) => places.districtOf[node] === district)),
  ).filter((customers) => customers.length > 0);
  return { network, routes, places, stoppable, districts };
}

/** A key of everything that determines procedural roads. */
export function roadsKey(name: string, region: Region, roads: Roads): string {
  const { centre, city_radius_km, town, water, limits } = region;
  return JSON.stringify({ name, centre, city_radius_km, town, water, limits, roads });
}

/** Name of the file with the roads of a key. */
export function roadsName(name: string, key: string): string {
  return `${name}-${(nameKey(key) >>> 0).toString(16).padStart(8, '0')}`;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
