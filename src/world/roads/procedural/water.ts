/**
 * Areas without roads: lakes and seas as polygons, rivers as polylines with a width. Bridges cross rivers and narrows.
 */
import { cosDeg } from '../../../random/exact-math.js';
import type { Water as WaterSpec } from '../../../scenario/model/scenario.js';
import { type LatLon, METRES_PER_DEGREE } from '../network.js';
import { closestOnSegment, distance, type Point, polygonContains } from './plane-geometry.js';

/** Roads keep this far from a shore. */
const BANK_M = 60;
/** Pieces between samples of a road that is tested. */
const SAMPLE_M = 60;

interface Body {
  readonly points: readonly Point[];
  readonly halfWidthM: number;
  /** West, south, east, north. */
  readonly box: readonly [number, number, number, number];
}

export interface Water {
  readonly lakes: readonly Body[];
  readonly rivers: readonly Body[];
}

/** From degrees to metres east and north of the centre, and back. */
export function toPlane([lat0, lon0]: LatLon, [latitude, longitude]: LatLon): Point {
  const east = ((longitude - lon0 + 540) % 360) - 180;
  return [east * METRES_PER_DEGREE * cosDeg(latitude), (latitude - lat0) * METRES_PER_DEGREE];
}

export function toDegrees([lat0, lon0]: LatLon, [east, north]: Point): LatLon {
  const latitude = lat0 + north / METRES_PER_DEGREE;
  return [latitude, lon0 + east / (METRES_PER_DEGREE * cosDeg(latitude))];
}

export function createWater(centre: LatLon, spec: WaterSpec | undefined): Water {
  const body = (points: readonly LatLon[], widthM: number): Body => {
    const plane = points.map((p) => toPlane(centre, p));
    const margin = widthM / 2 + BANK_M;
    const [xs, ys] = [plane.map(([x]) => x), plane.map(([, y]) => y)];
    return {
      points: plane,
      halfWidthM: widthM / 2,
      box: [Math.min(...xs) - margin, Math.min(...ys) - margin, Math.max(...xs) + margin, Math.max(...ys) + margin],
    };
  };
  return {
    lakes: (spec?.lakes ?? []).map((lake) => body(pointsOf(lake), 0)),
    rivers: (spec?.rivers ?? []).map((river) => body(pointsOf(river.course), river.width_m)),
  };
}

function pointsOf(text: string): LatLon[] {
  return text.split(',').map((point): LatLon => {
    const [latitude = Number.NaN, longitude = Number.NaN] = point.trim().split(/\s+/).map(Number);
    return [latitude, longitude];
  });
}

/** Whether a point is in water or nearer to it than `bankM`. */
export function isInOrNearWater(water: Water, p: Point, bankM = BANK_M): boolean {
  return inLake(water, p, bankM) || inRiver(water, p, bankM);
}

export function inLake(water: Water, p: Point, bankM: number): boolean {
  return water.lakes.some(
    (lake) => inBox(lake, p) && (polygonContains(lake.points, p) || (bankM > 0 && nearLine(lake, p, bankM, true))),
  );
}

export function inRiver(water: Water, p: Point, bankM: number): boolean {
  return water.rivers.some((river) => inBox(river, p) && nearLine(river, p, river.halfWidthM + bankM, false));
}

/** How a road from a to b meets water: 0 not at all, 1 it crosses a river, 2 it runs into a lake or along a river. */
export function crossesWater(water: Water, a: Point, b: Point): 0 | 1 | 2 {
  if (water.lakes.length + water.rivers.length === 0) return 0;
  const samples = Math.max(1, Math.ceil(distance(a, b) / SAMPLE_M));
  let wetM = 0;
  let kind: 0 | 1 | 2 = 0;
  for (let i = 0; i <= samples; i++) {
    const p: Point = [a[0] + ((b[0] - a[0]) * i) / samples, a[1] + ((b[1] - a[1]) * i) / samples];
    if (inLake(water, p, BANK_M / 2)) return 2;
    if (!inRiver(water, p, 0)) continue;
    kind = 1;
    wetM += SAMPLE_M;
    if (wetM > 1000) return 2;
  }
  return kind;
}

function inBox({ box }: Body, [x, y]: Point): boolean {
  return x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3];
}

function nearLine({ points }: Body, p: Point, metres: number, closed: boolean): boolean {
  const limit = metres * metres;
  let before = closed ? points.at(-1) : undefined;
  for (const point of points) {
    if (before !== undefined && closestOnSegment(before, point, p).squared < limit) return true;
    before = point;
  }
  return false;
}
