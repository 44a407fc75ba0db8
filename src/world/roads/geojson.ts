/** The network of a region with a custom road network; missing properties follow from the kind of road. */
import { ROAD_TYPES } from '../../columns/telemetry.js';
import { nameKey } from '../../random/sfc32.js';
import {
  type NetworkRoad,
  type RegionNetwork,
  type Road,
  type Roads,
  ZONES,
  type Zone,
} from '../../scenario/model/scenario.js';
import { largestComponent } from './largest-component.js';
import { sortByLocality } from './locality.js';
import {
  buildNetwork,
  CANYON,
  COLLECTOR,
  DEAD_ZONE,
  MOTORWAY,
  NO_CONTROL,
  NO_STOP,
  ONE_WAY,
  PRIORITY,
  RAMP,
  RESIDENTIAL,
  ROUNDABOUT,
  ROUNDABOUT_ENTRY,
  type RoadEdge,
  type RoadNetwork,
  SECONDARY,
  SERVICE,
  SIGNAL,
  TUNNEL,
} from './network.js';
import { controlsOf } from './procedural/controls.js';

const ZONE_OF: Readonly<Record<Road, Zone>> = { city: 'urban', highway: 'radial', rural: 'rural' };
const RANK_OF: Readonly<Record<Road, number>> = { city: COLLECTOR, highway: MOTORWAY, rural: SECONDARY };
/** Usual limit of a service road (declared). */
const SERVICE_KMH = 20;

/** The largest part of the roads in which every place can be reached from every other, one-way roads respected. */
export function geojsonNetwork(name: string, network: RegionNetwork, limits: Roads['limits']): RoadNetwork {
  const all = network.roads.map((road) => edgeOf(road, limits));
  const connected = largestComponent(
    buildNetwork({ nodes: network.nodes, controls: new Uint8Array(network.nodes.length), edges: all }),
  );
  const ids = new Map<number, number>();
  network.nodes.forEach((_, node) => {
    if (connected[node] === 1) ids.set(node, ids.size);
  });
  const edges = all.flatMap((edge) => {
    const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
  });
  const nodes = [...ids.keys()].map((node) => network.nodes[node]!);
  const controls = controlsOf(edges, nodes.length, nameKey(name));
  if (network.signals !== undefined && network.signals.length > 0) {
    // Lights are where the file says, and nowhere else.
    controls.forEach((control, node) => {
      if (control === SIGNAL) controls[node] = PRIORITY;
    });
    for (const node of network.signals) if (ids.has(node)) controls[ids.get(node)!] = SIGNAL;
  }
  if (edges.some(({ flags }) => (flags & ROUNDABOUT) !== 0)) enterRoundabouts(edges, controls);
  return buildNetwork(sortByLocality({ nodes, controls, edges }));
}

function edgeOf(road: NetworkRoad, limits: Roads['limits']): RoadEdge {
  const zone = road.zone ?? ZONE_OF[road.road_type];
  const rank = road.rank ?? RANK_OF[road.road_type];
  const highway = road.road_type === 'highway';
  return {
    from: road.from,
    to: road.to,
    ...(road.shape !== undefined && { shape: road.shape }),
    limitKmh: road.speed_limit_kmh ?? usualLimit(road, rank, limits),
    roadType: ROAD_TYPES.indexOf(road.road_type),
    zone: ZONES.indexOf(zone),
    rank,
    flags:
      (road.tunnel ? TUNNEL | NO_STOP : 0) |
      (road.dead_zone ? DEAD_ZONE : 0) |
      // A centre is where buildings are tall, as in the procedural cities.
      (zone === 'centre' ? CANYON : 0) |
      (road.one_way === true ? ONE_WAY : 0) |
      (road.ramp === true ? RAMP | NO_STOP : 0) |
      (road.roundabout === true ? ROUNDABOUT | NO_STOP : 0) |
      (highway ? NO_STOP : 0),
  };
}

function usualLimit(road: NetworkRoad, rank: number, limits: Roads['limits']): number {
  if (road.ramp === true) return limits.ramp;
  if (rank === SERVICE) return SERVICE_KMH;
  if (road.road_type === 'highway') return limits.radial;
  if (road.road_type === 'rural') return rank < RESIDENTIAL ? limits.rural : limits.town;
  return rank < RESIDENTIAL ? limits.arterial : limits.residential;
}

/** Vehicles entering a roundabout give way; those on it do not. */
function enterRoundabouts(edges: readonly RoadEdge[], controls: Uint8Array): void {
  const on = new Uint8Array(controls.length);
  const off = new Uint8Array(controls.length);
  for (const { from, to, flags } of edges) {
    for (const node of [from, to]) ((flags & ROUNDABOUT) !== 0 ? on : off)[node] = 1;
  }
  controls.forEach((control, node) => {
    if (on[node] === 1) controls[node] = off[node] === 1 ? ROUNDABOUT_ENTRY : NO_CONTROL;
    else if (control === ROUNDABOUT_ENTRY) controls[node] = PRIORITY;
  });
}
