/** A region's roads while they are drawn: points in the plane and the roads between them. */
import type { Sfc32 } from '../../../random/sfc32.js';
import type { Region, Roads } from '../../../scenario/model/scenario.js';
import type { Point } from './plane-geometry.js';
import type { Water } from './water.js';

/** The properties of a road apart from its course. */
export interface RoadKind {
  readonly rank: number;
  readonly roadType: number;
  readonly zone: number;
  readonly limitKmh: number;
  readonly flags: number;
}

export interface Street extends RoadKind {
  readonly from: number;
  readonly to: number;
  readonly shape: readonly Point[];
}

export interface Sketch {
  readonly random: Sfc32;
  readonly region: Region;
  readonly roads: Roads;
  readonly limits: Roads['limits'];
  readonly water: Water;
  readonly radiusM: number;
  readonly points: Point[];
  readonly streets: Street[];
}

export function addPoint(sketch: Sketch, point: Point): number {
  return sketch.points.push(point) - 1;
}

/** Where a node is. */
export function pointOf({ points }: Sketch, node: number): Point {
  const point = points[node];
  if (point === undefined) throw new RangeError(`no node ${node}`);
  return point;
}

export function addStreet(sketch: Sketch, from: number, to: number, shape: readonly Point[], kind: RoadKind): void {
  if (from !== to) sketch.streets.push({ from, to, shape, ...kind });
}
