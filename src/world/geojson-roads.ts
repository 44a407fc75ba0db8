/** The network of a region that brings roads of its own; what they don't say follows from their kind. */
import { ROAD_TYPES } from '../columns/telemetry.js';
import { type RegionNetwork, type Road, type Roads, ZONES, type Zone } from '../scenario/scenario.js';
import { buildNetwork, CANYON, DEAD_ZONE, type RoadNetwork, TUNNEL } from './road-network.js';

const ZONE_OF: Readonly<Record<Road, Zone>> = { city: 'urban', highway: 'radial', rural: 'rural' };

export function geojsonRoads(network: RegionNetwork, { limits, stop_chance, stop_seconds }: Roads): RoadNetwork {
  const usual: Readonly<Record<Road, number>> = { city: limits.arterial, highway: limits.radial, rural: limits.rural };
  const edges = network.roads.map((road) => {
    const zone = road.zone ?? ZONE_OF[road.road_type];
    return {
      from: road.from,
      to: road.to,
      limitKmh: road.speed_limit_kmh ?? usual[road.road_type],
      roadType: ROAD_TYPES.indexOf(road.road_type),
      zone: ZONES.indexOf(zone),
      // A centre is where buildings are tall, as in the procedural cities.
      flags: (road.tunnel ? TUNNEL : 0) | (road.dead_zone ? DEAD_ZONE : 0) | (zone === 'centre' ? CANYON : 0),
    };
  });
  const { city, highway, rural } = stop_chance;
  return buildNetwork(network.nodes, edges, { chance: [city, highway, rural], seconds: stop_seconds });
}
