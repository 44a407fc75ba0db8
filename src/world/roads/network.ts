/**
 * A road network as flat arrays on shared memory: junctions, the edges between them with their course, and what a place
 * on an edge means (kind of road, limit, zone, reception). Lengths on the sphere. Built from plain lists, so any source
 * of roads can feed it.
 *
 * An arc is an edge with a direction: `2 * edge` from -> to, `2 * edge + 1` back. Longitudes are continuous: a region
 * across the antimeridian continues beyond 180 degrees, so differences of longitudes need no wrapping.
 */
import { pairwise } from '../../base/pairwise.js';
import { bearingDeg, cosDeg } from '../../random/exact-math.js';
import { sharedFloat32, sharedFloat64, sharedInt32, sharedUint8 } from '../shared-arrays.js';
import { groupByNode } from './group-by-node.js';

/** Metres of one degree of latitude on a sphere of 6 371 008.8 m. */
export const METRES_PER_DEGREE = 111195.0802335329;

/** Bits of RoadNetwork.flags. */
export const TUNNEL = 1;
/** Between tall buildings. */
export const CANYON = 2;
/** No mobile network. */
export const DEAD_ZONE = 4;
/** From -> to only. */
export const ONE_WAY = 8;
export const RAMP = 16;
/** No kerb: no trip ends here. */
export const NO_STOP = 32;
export const ROUNDABOUT = 64;

/** Values of RoadNetwork.control. */
export const NO_CONTROL = 0;
export const SIGNAL = 1;
/** Vehicles on the road with the higher rank number give way. */
export const PRIORITY = 2;
export const ROUNDABOUT_ENTRY = 3;

/** Codes of ROAD_TYPES. */
export const CITY = 0;
export const HIGHWAY = 1;
export const RURAL = 2;

/** Ranks of roads, the most important first. */
export const MOTORWAY = 0;
export const ARTERIAL = 1;
export const SECONDARY = 2;
export const COLLECTOR = 3;
export const RESIDENTIAL = 4;
export const SERVICE = 5;

/** curveM of a straight edge. */
export const STRAIGHT_M = 1e6;

/** How far a rounded corner reaches into the pieces that meet in it, at most. */
export const CITY_REACH_M = 15;
export const OPEN_REACH_M = 60;

export type LatLon = readonly [latitude: number, longitude: number];

export interface RoadEdge {
  readonly from: number;
  readonly to: number;
  /** Points between the two nodes, in order. */
  readonly shape?: readonly LatLon[];
  readonly limitKmh: number;
  /** Code of ROAD_TYPES. */
  readonly roadType: number;
  /** Code of ZONES. */
  readonly zone: number;
  /** 0 motorway, 1 trunk or main arterial, 2 secondary, 3 collector, 4 residential, 5 service. */
  readonly rank: number;
  readonly flags: number;
}

export interface RoadParts {
  readonly nodes: readonly LatLon[];
  /** By node. */
  readonly controls: Uint8Array;
  readonly edges: readonly RoadEdge[];
}

export interface RoadNetwork {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** By node. */
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /** Degrees of longitude of one metre east. */
  readonly degreesPerMEast: Float64Array;
  readonly control: Uint8Array;
  /** By edge. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Along the shape. */
  readonly lengthM: Float64Array;
  readonly limitKmh: Int32Array;
  readonly roadType: Uint8Array;
  readonly zone: Uint8Array;
  readonly rank: Uint8Array;
  readonly flags: Uint8Array;
  /** The smallest radius at which a corner inside the edge is driven; STRAIGHT_M where there is none. */
  readonly curveM: Float32Array;
  /** By arc: direction of travel in tenths of a degree, 0..3599. */
  readonly headingStart: Int32Array;
  readonly headingEnd: Int32Array;
  /** By arc: metres that a rounded corner may take at its begin and end. */
  readonly reachStart: Float32Array;
  readonly reachEnd: Float32Array;
  /** Straight pieces of an edge from -> to: `pieceFirst[edge] .. pieceFirst[edge + 1]`. */
  readonly pieceFirst: Int32Array;
  /** Start of the piece. */
  readonly pieceLatitude: Float64Array;
  readonly pieceLongitude: Float64Array;
  readonly pieceLengthM: Float64Array;
  /** Tenths of a degree, 0..3599, from -> to. */
  readonly pieceHeading: Int32Array;
  /** Arcs that leave a node: `arcs[first[node] .. first[node + 1]]`. */
  readonly first: Int32Array;
  readonly arcs: Int32Array;
  /** Whether every edge is driven both ways. */
  readonly symmetric: boolean;
}

/** Builds the arrays. Longitudes must be continuous; no piece may have the length 0. */
export function buildNetwork({ nodes, controls, edges }: RoadParts): RoadNetwork {
  const n = edges.length;
  const pieces = edges.reduce((sum, edge) => sum + 1 + (edge.shape?.length ?? 0), 0);
  const oneWays = edges.reduce((sum, edge) => sum + ((edge.flags & ONE_WAY) !== 0 ? 1 : 0), 0);
  const network: RoadNetwork = {
    nodeCount: nodes.length,
    edgeCount: n,
    latitude: sharedFloat64(nodes.length),
    longitude: sharedFloat64(nodes.length),
    degreesPerMEast: sharedFloat64(nodes.length),
    control: sharedUint8(nodes.length),
    from: sharedInt32(n),
    to: sharedInt32(n),
    lengthM: sharedFloat64(n),
    limitKmh: sharedInt32(n),
    roadType: sharedUint8(n),
    zone: sharedUint8(n),
    rank: sharedUint8(n),
    flags: sharedUint8(n),
    curveM: sharedFloat32(n),
    headingStart: sharedInt32(2 * n),
    headingEnd: sharedInt32(2 * n),
    reachStart: sharedFloat32(2 * n),
    reachEnd: sharedFloat32(2 * n),
    pieceFirst: sharedInt32(n + 1),
    pieceLatitude: sharedFloat64(pieces),
    pieceLongitude: sharedFloat64(pieces),
    pieceLengthM: sharedFloat64(pieces),
    pieceHeading: sharedInt32(pieces),
    first: sharedInt32(nodes.length + 1),
    arcs: sharedInt32(2 * n - oneWays),
    symmetric: oneWays === 0,
  };
  nodes.forEach(([latitude, longitude], i) => {
    network.latitude[i] = latitude;
    network.longitude[i] = longitude;
    network.degreesPerMEast[i] = 1 / (METRES_PER_DEGREE * cosDeg(latitude));
    network.control[i] = controls[i]!;
  });
  edges.forEach((edge, e) => {
    network.from[e] = edge.from;
    network.to[e] = edge.to;
    network.limitKmh[e] = edge.limitKmh;
    network.roadType[e] = edge.roadType;
    network.zone[e] = edge.zone;
    network.rank[e] = edge.rank;
    network.flags[e] = edge.flags;
    const laid = piecesAlong([nodes[edge.from]!, ...(edge.shape ?? []), nodes[edge.to]!]);
    addPieces(network, e, laid);
    measure(network, e, laid);
  });
  const leaving = edges.flatMap(({ from, to, flags }, e): (readonly [number, number])[] =>
    (flags & ONE_WAY) !== 0
      ? [[from, 2 * e]]
      : [
          [from, 2 * e],
          [to, 2 * e + 1],
        ],
  );
  groupByNode(leaving, network.first, network.arcs);
  return network;
}

/** Node at which an arc ends. */
export function headOf(network: RoadNetwork, arc: number): number {
  return (arc & 1) === 0 ? network.to[arc >> 1]! : network.from[arc >> 1]!;
}

/** Node at which an arc begins. */
export function tailOf(network: RoadNetwork, arc: number): number {
  return (arc & 1) === 0 ? network.from[arc >> 1]! : network.to[arc >> 1]!;
}

/** A straight piece of an edge: where it begins, its length, and its heading in tenths of a degree. */
interface Piece {
  readonly latitude: number;
  readonly longitude: number;
  readonly lengthM: number;
  readonly heading: number;
}

function piecesAlong(points: readonly LatLon[]): Piece[] {
  return pairwise(points).map(([from, to]) => pieceBetween(from, to));
}

function pieceBetween([latitude, longitude]: LatLon, [lat1, lon1]: LatLon): Piece {
  const north = (lat1 - latitude) * METRES_PER_DEGREE;
  const east = (lon1 - longitude) * METRES_PER_DEGREE * cosDeg((latitude + lat1) / 2);
  const heading = Math.round(bearingDeg(east, north) * 10) % 3600;
  return { latitude, longitude, lengthM: Math.sqrt(north * north + east * east), heading };
}

function addPieces(network: RoadNetwork, e: number, pieces: readonly Piece[]): void {
  let at = network.pieceFirst[e]!;
  for (const { latitude, longitude, lengthM, heading } of pieces) {
    network.pieceLatitude[at] = latitude;
    network.pieceLongitude[at] = longitude;
    network.pieceLengthM[at] = lengthM;
    network.pieceHeading[at] = heading;
    at++;
  }
  network.pieceFirst[e + 1] = at;
}

/** Properties derived from an edge's pieces: its length, its sharpest corner, and the room for corners at its ends. */
function measure(network: RoadNetwork, e: number, pieces: readonly Piece[]): void {
  const [first, last] = [pieces.at(0)!, pieces.at(-1)!];
  const max = network.roadType[e] === CITY ? CITY_REACH_M : OPEN_REACH_M;
  let curve = STRAIGHT_M;
  for (const [before, after] of pairwise(pieces)) {
    const reach = Math.min(before.lengthM / 2, after.lengthM / 2, max);
    const turn = Math.abs(((after.heading - before.heading + 5400) % 3600) - 1800) / 10;
    // tan(turn / 2) = (1 - cos) / sin; a turn of 0.1 degrees is the rounding of headings.
    const radius = turn <= 0.1 ? STRAIGHT_M : (reach * cosDeg(turn / 2)) / cosDeg(90 - turn / 2);
    if (radius < curve) curve = radius;
  }
  network.lengthM[e] = pieces.reduce((sum, { lengthM }) => sum + lengthM, 0);
  network.curveM[e] = curve;
  network.headingStart[2 * e] = first.heading;
  network.headingEnd[2 * e] = last.heading;
  network.headingStart[2 * e + 1] = (last.heading + 1800) % 3600;
  network.headingEnd[2 * e + 1] = (first.heading + 1800) % 3600;
  network.reachStart[2 * e] = network.reachEnd[2 * e + 1] = Math.min(first.lengthM / 2, max);
  network.reachEnd[2 * e] = network.reachStart[2 * e + 1] = Math.min(last.lengthM / 2, max);
}
