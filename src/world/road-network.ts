/**
 * A road network as flat arrays: nodes, undirected edges, and what a place on an edge means (kind of road, limit, zone,
 * reception). Straight edges; lengths on the sphere. Built from plain lists, so any source of roads can feed it.
 */
import { bearingDeg, cosDeg } from '../random/exact-math.js';
import { sharedFloat64, sharedInt32, sharedUint8 } from './shared-arrays.js';

/** Metres of one degree of latitude on a sphere of 6 371 008.8 m. */
export const METRES_PER_DEGREE = 111195.0802335329;

/** Bits of RoadNetwork.flags. */
export const TUNNEL = 1;
export const CANYON = 2;
export const DEAD_ZONE = 4;

export interface RoadEdge {
  readonly from: number;
  readonly to: number;
  readonly limitKmh: number;
  /** Code of ROAD_TYPES. */
  readonly roadType: number;
  /** Code of ZONES. */
  readonly zone: number;
  readonly flags: number;
}

export interface RoadNetwork {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /** Degrees of longitude of one metre east at a node. */
  readonly degreesPerMEast: Float64Array;
  /** Edges as nodes from and to. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly lengthM: Float64Array;
  /** Heading from `from` to `to` in tenths of a degree, 0..3599. */
  readonly headingDeci: Int32Array;
  /** Posted limit in tenths of km/h. */
  readonly limitDeci: Int32Array;
  readonly roadType: Uint8Array;
  readonly zone: Uint8Array;
  readonly flags: Uint8Array;
  /** Expected milliseconds to drive the edge in free traffic, stops at its end included. */
  readonly expectedMs: Float64Array;
  /** Chance of a stop at the junction at either end, as a 32-bit threshold. */
  readonly stopThreshold: Float64Array;
  /** Edges at a node: `adjacent[first[node] .. first[node + 1]]`. */
  readonly first: Int32Array;
  readonly adjacent: Int32Array;
}

export interface StopModel {
  /** By code of ROAD_TYPES. */
  readonly chance: readonly number[];
  readonly seconds: number;
}

/** Share of the limit at which a free driver cruises. */
export const CRUISE = 0.94;

/** Builds the arrays. Nodes are [latitude, longitude] in degrees. */
export function buildNetwork(
  nodes: readonly (readonly [number, number])[],
  edges: readonly RoadEdge[],
  stops: StopModel,
): RoadNetwork {
  const n = edges.length;
  const network: RoadNetwork = {
    nodeCount: nodes.length,
    edgeCount: n,
    latitude: sharedFloat64(nodes.length),
    longitude: sharedFloat64(nodes.length),
    degreesPerMEast: sharedFloat64(nodes.length),
    from: sharedInt32(n),
    to: sharedInt32(n),
    lengthM: sharedFloat64(n),
    headingDeci: sharedInt32(n),
    limitDeci: sharedInt32(n),
    roadType: sharedUint8(n),
    zone: sharedUint8(n),
    flags: sharedUint8(n),
    expectedMs: sharedFloat64(n),
    stopThreshold: sharedFloat64(n),
    first: sharedInt32(nodes.length + 1),
    adjacent: sharedInt32(2 * n),
  };
  nodes.forEach(([latitude, longitude], i) => {
    network.latitude[i] = latitude;
    network.longitude[i] = longitude;
    network.degreesPerMEast[i] = 1 / (METRES_PER_DEGREE * cosDeg(latitude));
  });
  edges.forEach((edge, e) => {
    setEdge(network, e, edge, stops);
  });
  connect(network);
  return network;
}

/** Metres between two nodes along the chord of the sphere's local plane; exact to a millionth on edges of some km. */
export function distanceM(a: readonly [number, number], b: readonly [number, number]): number {
  const north = (b[0] - a[0]) * METRES_PER_DEGREE;
  const east = (b[1] - a[1]) * METRES_PER_DEGREE * cosDeg((a[0] + b[0]) / 2);
  return Math.sqrt(north * north + east * east);
}

function setEdge(network: RoadNetwork, e: number, edge: RoadEdge, stops: StopModel): void {
  const a = [network.latitude[edge.from]!, network.longitude[edge.from]!] as const;
  const b = [network.latitude[edge.to]!, network.longitude[edge.to]!] as const;
  const length = distanceM(a, b);
  const chance = stops.chance[edge.roadType]!;
  network.from[e] = edge.from;
  network.to[e] = edge.to;
  network.lengthM[e] = length;
  const heading = bearingDeg((b[1] - a[1]) * cosDeg((a[0] + b[0]) / 2), b[0] - a[0]);
  network.headingDeci[e] = Math.round(heading * 10) % 3600;
  network.limitDeci[e] = edge.limitKmh * 10;
  network.roadType[e] = edge.roadType;
  network.zone[e] = edge.zone;
  network.flags[e] = edge.flags;
  // A stop costs its wait and about eight seconds of braking and pulling away.
  const stopMs = chance * (stops.seconds + 8) * 1000;
  network.expectedMs[e] = (length * 3600) / (edge.limitKmh * CRUISE) + stopMs;
  network.stopThreshold[e] = chance * 4294967296;
}

function connect(network: RoadNetwork): void {
  const { first, adjacent, from, to, edgeCount, nodeCount } = network;
  for (let e = 0; e < edgeCount; e++) {
    first[from[e]! + 1]!++;
    first[to[e]! + 1]!++;
  }
  for (let i = 0; i < nodeCount; i++) first[i + 1]! += first[i]!;
  const next = first.slice(0, nodeCount);
  for (let e = 0; e < edgeCount; e++) {
    adjacent[next[from[e]!]!++] = e;
    adjacent[next[to[e]!]!++] = e;
  }
}
