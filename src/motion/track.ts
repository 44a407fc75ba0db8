/**
 * Where a vehicle is on its way: arc, position and heading at ascending distances. Corners are rounded: within the
 * reach of a corner on either side of its vertex the path is a quadratic Bezier curve, so the heading changes steadily.
 */

import { CITY_REACH_M, OPEN_REACH_M, type RoadNetwork } from '../world/roads/network.js';
import {
  HEADING,
  LATITUDE,
  LATITUDE_PER_M,
  LONGITUDE,
  LONGITUDE_PER_M,
  PIECE_M,
  PIECE_STRIDE,
  type RegionGeometry,
  START_M,
} from '../world/roads/region-geometry.js';
import type { Route } from './route.js';

export class Track {
  /** Index into the route's arcs, the arc, and metres from the trip's start to the arc's begin and end. */
  i = 0;
  arc = 0;
  startM = 0;
  endM = 0;
  /** Set by `place`: degrees; heading in tenths of a degree, 0..3599. */
  latitude = 0.5;
  longitude = 0.5;
  heading = 0;
  private network!: RoadNetwork;
  private route!: Route;
  private pieces!: Float64Array;
  /** Positions in `pieces`: of the current piece, and of the first and last of the arc's edge. */
  private pieceAt = 0;
  private firstAt = 0;
  private lastAt = 0;
  private maxReach = 0;
  /** Distance from the position to the nearer vertex, a field because an argument of `round` would be boxed. */
  private toVertexM = 0.5;

  start(network: RoadNetwork, geometry: RegionGeometry, route: Route): void {
    this.network = network;
    this.pieces = geometry.pieces;
    this.route = route;
    this.startM = 0;
    this.endM = 0;
    this.enter(0);
  }

  /** Advances to the arc that contains a distance; returns whether the arc has changed. */
  to(metres: number): boolean {
    const { route } = this;
    if (metres <= this.endM || this.i === route.count - 1) return false;
    do this.enter(this.i + 1);
    while (metres > this.endM && this.i < route.count - 1);
    return true;
  }

  /** Sets latitude, longitude and heading at a distance on the current arc. */
  place(metres: number): void {
    const { arc, pieces } = this;
    const back = (arc & 1) === 1;
    const lengthM = this.endM - this.startM;
    let along = metres - this.startM;
    if (along > lengthM) along = lengthM;
    const x = back ? lengthM - along : along;
    let at = this.pieceAt;
    if (back) while (at > this.firstAt && x < pieces[at + START_M]!) at -= PIECE_STRIDE;
    else while (at < this.lastAt && x >= pieces[at + PIECE_STRIDE + START_M]!) at += PIECE_STRIDE;
    this.pieceAt = at;
    const inPiece = x - pieces[at + START_M]!;
    this.latitude = pieces[at + LATITUDE]! + pieces[at + LATITUDE_PER_M]! * inPiece;
    this.longitude = pieces[at + LONGITUDE]! + pieces[at + LONGITUDE_PER_M]! * inPiece;
    const heading = pieces[at + HEADING]! + (back ? 1800 : 0);
    this.heading = heading < 3600 ? heading : heading - 3600;
    // The nearer vertex, if it is within reach of a corner.
    const pieceM = pieces[at + PIECE_M]!;
    const ahead = back ? inPiece : pieceM - inPiece;
    const toAhead = ahead < pieceM - ahead;
    const distance = toAhead ? ahead : pieceM - ahead;
    if (distance < this.maxReach) {
      this.toVertexM = distance;
      this.round(at, back, toAhead);
    }
  }

  /** Moves the position onto the rounded corner if the vertex is within reach. */
  private round(at: number, back: boolean, toAhead: boolean): void {
    const { pieces, route, network, toVertexM: distance } = this;
    const forward = toAhead !== back;
    let other = at + (forward ? PIECE_STRIDE : -PIECE_STRIDE);
    let otherBack = back;
    let reach = this.maxReach;
    if (other >= this.firstAt && other <= this.lastAt) {
      const half = Math.min(pieces[at + PIECE_M]!, pieces[other + PIECE_M]!) / 2;
      if (half < reach) reach = half;
    } else {
      const i = this.i + (toAhead ? 1 : -1);
      if (i < 0 || i >= route.count) return;
      const otherArc = route.arcs[i]!;
      const edge = otherArc >> 1;
      otherBack = (otherArc & 1) === 1;
      other = PIECE_STRIDE * (toAhead !== otherBack ? network.pieceFirst[edge]! : network.pieceFirst[edge + 1]! - 1);
      const a = toAhead ? network.reachEnd[this.arc]! : network.reachStart[this.arc]!;
      const b = toAhead ? network.reachStart[otherArc]! : network.reachEnd[otherArc]!;
      reach = Math.min(a, b);
    }
    if (distance >= reach) return;
    // t is the Bezier parameter: 0 at the corner's begin or end, 1/2 at the vertex.
    const t = (reach - distance) / (2 * reach);
    const offset = toAhead ? reach * t * t : -reach * t * t;
    const here = back ? -offset : offset;
    const there = otherBack ? -offset : offset;
    this.latitude += there * pieces[other + LATITUDE_PER_M]! - here * pieces[at + LATITUDE_PER_M]!;
    this.longitude += there * pieces[other + LONGITUDE_PER_M]! - here * pieces[at + LONGITUDE_PER_M]!;
    let turn = pieces[other + HEADING]! + (otherBack ? 1800 : 0) - this.heading;
    if (turn >= 3600) turn -= 3600;
    if (turn >= 1800) turn -= 3600;
    else if (turn < -1800) turn += 3600;
    const heading = this.heading + Math.round(turn * t);
    this.heading = heading < 0 ? heading + 3600 : heading >= 3600 ? heading - 3600 : heading;
  }

  private enter(i: number): void {
    const { network } = this;
    const arc = this.route.arcs[i]!;
    const edge = arc >> 1;
    this.i = i;
    this.arc = arc;
    this.startM = this.endM;
    this.endM = this.startM + network.lengthM[edge]!;
    this.firstAt = PIECE_STRIDE * network.pieceFirst[edge]!;
    this.lastAt = PIECE_STRIDE * (network.pieceFirst[edge + 1]! - 1);
    this.pieceAt = arc & 1 ? this.lastAt : this.firstAt;
    this.maxReach = network.roadType[edge] === 0 ? CITY_REACH_M : OPEN_REACH_M;
  }
}
