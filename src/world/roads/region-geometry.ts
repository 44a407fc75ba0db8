/**
 * A network as the hot loops read it: the data of one arc, or of one straight piece, are together in one cache
 * line. Derived from the network once, on shared memory.
 */
import { KMH_PER_MPS } from '../../base/time.js';
import type { RoadNetwork } from './network.js';

/** Doubles of an arc and of a piece; an arc's last three hold integers, seen as `ints`. */
export const ARC_STRIDE = 8;
export const PIECE_STRIDE = 8;
/**
 * In `arcs`, from ARC_STRIDE * arc on: metres, m/s, effective radius of its sharpest inner corner, reach of the corners
 * at its ends.
 */
export const LENGTH_M = 0;
export const LIMIT_MPS = 1;
export const CURVE_M = 2;
export const REACH_START = 3;
export const REACH_END = 4;
/**
 * In `ints`, from 2 * ARC_STRIDE * arc on: the node it leads to, headings in tenths of a degree at its ends, and bits.
 */
export const HEAD = 10;
export const HEADING_START = 11;
export const HEADING_END = 12;
export const BITS = 13;
/** In the bits: zone (3 bits), road type (2), control of the node it leads to (2), whether it gives way there (1). */
export const ROAD_SHIFT = 3;
export const CONTROL_SHIFT = 5;
export const GIVES_WAY_SHIFT = 7;
/**
 * In `pieces`, from PIECE_STRIDE * piece on: where it starts in degrees, what a metre along it moves, metres from its
 * edge's `from`, its own metres, heading in tenths of a degree.
 */
export const LATITUDE = 0;
export const LONGITUDE = 1;
export const LATITUDE_PER_M = 2;
export const LONGITUDE_PER_M = 3;
export const START_M = 4;
export const PIECE_M = 5;
export const HEADING = 6;

export interface RegionGeometry {
  readonly arcs: Float64Array;
  /** The same memory. */
  readonly ints: Int32Array;
  readonly pieces: Float64Array;
}

export function geometryOf(network: RoadNetwork): RegionGeometry {
  const arcs = new Float64Array(new SharedArrayBuffer(2 * network.edgeCount * ARC_STRIDE * 8));
  const ints = new Int32Array(arcs.buffer);
  const ranks = bestRanks(network);
  for (let arc = 0; arc < 2 * network.edgeCount; arc++) {
    const edge = arc >> 1;
    const head = arc & 1 ? network.from[edge]! : network.to[edge]!;
    const at = arc * ARC_STRIDE;
    arcs[at + LENGTH_M] = network.lengthM[edge]!;
    arcs[at + LIMIT_MPS] = network.limitKmh[edge]! / KMH_PER_MPS;
    arcs[at + CURVE_M] = network.curveM[edge]!;
    arcs[at + REACH_START] = network.reachStart[arc]!;
    arcs[at + REACH_END] = network.reachEnd[arc]!;
    ints[2 * at + HEAD] = head;
    ints[2 * at + HEADING_START] = network.headingStart[arc]!;
    ints[2 * at + HEADING_END] = network.headingEnd[arc]!;
    ints[2 * at + BITS] =
      network.zone[edge]! |
      (network.roadType[edge]! << ROAD_SHIFT) |
      (network.control[head]! << CONTROL_SHIFT) |
      ((network.rank[edge]! > ranks[head]! ? 1 : 0) << GIVES_WAY_SHIFT);
  }
  return { arcs, ints, pieces: piecesOf(network) };
}

function piecesOf(network: RoadNetwork): Float64Array {
  const { pieceFirst, pieceLatitude, pieceLongitude, pieceLengthM, pieceHeading, edgeCount } = network;
  const pieces = new Float64Array(new SharedArrayBuffer(pieceFirst[edgeCount]! * PIECE_STRIDE * 8));
  for (let edge = 0; edge < edgeCount; edge++) {
    let metres = 0;
    const end = pieceFirst[edge + 1]!;
    const to = network.to[edge]!;
    for (let p = pieceFirst[edge]!; p < end; p++) {
      const latitude = p + 1 < end ? pieceLatitude[p + 1]! : network.latitude[to]!;
      const longitude = p + 1 < end ? pieceLongitude[p + 1]! : network.longitude[to]!;
      const lengthM = pieceLengthM[p]!;
      const at = p * PIECE_STRIDE;
      pieces[at + LATITUDE] = pieceLatitude[p]!;
      pieces[at + LONGITUDE] = pieceLongitude[p]!;
      pieces[at + LATITUDE_PER_M] = (latitude - pieceLatitude[p]!) / lengthM;
      pieces[at + LONGITUDE_PER_M] = (longitude - pieceLongitude[p]!) / lengthM;
      pieces[at + START_M] = metres;
      pieces[at + PIECE_M] = lengthM;
      pieces[at + HEADING] = pieceHeading[p]!;
      metres += lengthM;
    }
  }
  return pieces;
}

/** The best rank of the roads at each node: vehicles on a lower one give way. */
function bestRanks(network: RoadNetwork): Uint8Array {
  const best = new Uint8Array(network.nodeCount).fill(255);
  for (let edge = 0; edge < network.edgeCount; edge++) {
    const rank = network.rank[edge]!;
    for (const node of [network.from[edge]!, network.to[edge]!]) if (rank < best[node]!) best[node] = rank;
  }
  return best;
}
