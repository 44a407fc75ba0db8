/** Everything about a region's roads that the plan and the simulator index. */
import type { Region, Roads } from '../../scenario/scenario.js';
import { sharedUint8 } from '../shared-arrays.js';
import type { RegionWorld } from '../world.js';
import { geojsonNetwork } from './geojson.js';
import { geometryOf } from './geometry.js';
import { DISTRICTS, findPlaces } from './places.js';
import { proceduralNetwork } from './procedural/region.js';
import { buildRoutes, sharedCopy } from './routes.js';

type RegionRoads = Pick<RegionWorld, 'network' | 'routes' | 'places' | 'geometry' | 'stoppable' | 'districts'>;

export function compileRegionRoads(name: string, region: Region, roads: Roads): RegionRoads {
  const network =
    region.network === undefined
      ? proceduralNetwork(name, region, roads)
      : geojsonNetwork(name, region.network, { ...roads.limits, ...region.limits });
  const routes = buildRoutes(name, network);
  const places = findPlaces(name, network, routes);
  const stoppable = sharedUint8(network.nodeCount);
  for (const node of routes.stops) stoppable[node] = 1;
  const districts = Array.from({ length: DISTRICTS }, (_, district) =>
    sharedCopy([...places.customers].filter((node) => places.districtOf[node] === district)),
  ).filter((customers) => customers.length > 0);
  return { network, routes, places, geometry: geometryOf(network), stoppable, districts };
}
