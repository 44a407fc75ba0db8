/** Points in metres east and north of a region's centre, courses through them, and smooth fields that bend them. */
import { pairwise } from '../../../base/pairwise.js';
import { sinDeg } from '../../../random/exact-math.js';
import type { Sfc32 } from '../../../random/sfc32.js';

/** Stride of the coarse search for the nearest vertex. */
const COARSE_STEP = 12;

export type Point = readonly [east: number, north: number];

const SINE = Float64Array.from({ length: 361 }, (_, d) => sinDeg(d));

/** Sine of an angle in turns, from a table: good to 4e-5 and quick. */
export function sine(turns: number): number {
  const degrees = (turns - Math.floor(turns)) * 360;
  const i = Math.min(359, Math.floor(degrees));
  return SINE[i]! + (SINE[i + 1]! - SINE[i]!) * (degrees - i);
}

export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** The point at a distance in the direction of a bearing in turns (0 north, 0.25 east). */
export function offsetPoint([x, y]: Point, bearing: number, metres: number): Point {
  return [x + sine(bearing) * metres, y + cosine(bearing) * metres];
}

export function distance(a: Point, b: Point): number {
  const [dx, dy] = [a[0] - b[0], a[1] - b[1]];
  return Math.sqrt(dx * dx + dy * dy);
}

export function interpolate(a: Point, b: Point, f: number): Point {
  return [a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f];
}

/** Uniform in [low, high). */
export function uniformIn(random: Sfc32, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A smooth field of random waves: mean 0, mostly within +-1. */
export type SmoothField = (x: number, y: number) => number;

export function smoothField(random: Sfc32, wavelengthM: number): SmoothField {
  const waves = Array.from({ length: 4 }, (_, i) => {
    const [bearing, length] = [(i + random.uniform()) / 4, wavelengthM * uniformIn(random, 0.7, 1.4)];
    return [sine(bearing) / length, cosine(bearing) / length, random.uniform()] as const;
  });
  return (x, y) => {
    let sum = 0;
    for (const [kx, ky, phase] of waves) sum += sine(x * kx + y * ky + phase);
    return sum * 0.5;
  };
}

/** Catmull-Rom curve through the points, about a point every `stepM` metres; the ends are kept. */
export function spline(points: readonly Point[], stepM: number, closed = false): Point[] {
  const n = points.length;
  const at = (i: number): Point => {
    if (closed) return points[(i + n) % n]!;
    return points[Math.max(0, Math.min(n - 1, i))]!;
  };
  const out: Point[] = [];
  const spans = closed ? n : n - 1;
  for (let i = 0; i < spans; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const steps = Math.max(1, Math.round(distance(b, c) / stepM));
    for (let k = 0; k < steps; k++) {
      const t = k / steps;
      out.push([hermite(a[0], b[0], c[0], d[0], t), hermite(a[1], b[1], c[1], d[1], t)]);
    }
  }
  out.push(at(spans));
  return out;
}

function hermite(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Cubic Bezier curve without its two ends. */
export function bezier(a: Point, b: Point, c: Point, d: Point, pieces: number): Point[] {
  return Array.from({ length: pieces - 1 }, (_, i) => {
    const t = (i + 1) / pieces;
    const s = 1 - t;
    const [w0, w1, w2, w3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    return [w0 * a[0] + w1 * b[0] + w2 * c[0] + w3 * d[0], w0 * a[1] + w1 * b[1] + w2 * c[1] + w3 * d[1]] as const;
  });
}

/** A straight piece of a course from `a` to `b`, with the metres from the start of the course to both. */
export interface Piece {
  readonly a: Point;
  readonly b: Point;
  readonly start: number;
  readonly end: number;
}

/** A polyline of at least two points, measured by arc length. */
export class Polyline {
  readonly pieces: readonly Piece[];
  readonly first: Piece;
  readonly last: Piece;
  readonly lengthM: number;

  constructor(readonly points: readonly Point[]) {
    let along = 0;
    this.pieces = pairwise(points).map(([a, b]) => {
      const start = along;
      along += distance(a, b);
      return { a, b, start, end: along };
    });
    const [first, last] = [this.pieces.at(0), this.pieces.at(-1)];
    if (first === undefined || last === undefined) throw new RangeError('a course needs two points');
    this.first = first;
    this.last = last;
    this.lengthM = along;
  }

  /** The piece at a distance from the start; the first and the last reach beyond the ends. */
  private pieceAt(metres: number): Piece {
    let [low, high] = [0, this.pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle]!.start <= metres) low = middle;
      else high = middle - 1;
    }
    return this.pieces[low]!;
  }

  at(metres: number): Point {
    const { a, b, start, end } = this.pieceAt(metres);
    return interpolate(a, b, (metres - start) / (end - start));
  }

  /** Unit vector of the direction at a distance. */
  direction(metres: number): Point {
    const { a, b, start, end } = this.pieceAt(metres);
    const length = end - start;
    return [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  }

  /** The points strictly between two distances, none nearer to them than `clearM`. */
  inside(from: number, to: number, clearM: number): Point[] {
    return this.pieces.filter(({ end }) => end > from + clearM && end < to - clearM).map(({ b }) => b);
  }

  /** Distance along the course of the vertex nearest to `p`: a coarse search, refined around its result. */
  nearest(p: Point): number {
    const last = this.points.length - 1;
    const coarse = this.nearestOf(p, 0, last, COARSE_STEP);
    const nearest = this.nearestOf(p, Math.max(0, coarse - COARSE_STEP), Math.min(last, coarse + COARSE_STEP), 1);
    return nearest === 0 ? 0 : this.pieces[nearest - 1]!.end;
  }

  private nearestOf([x, y]: Point, from: number, to: number, step: number): number {
    let [best, squared] = [from, Number.POSITIVE_INFINITY];
    for (let i = from; i <= to; i += step) {
      const p = this.points[i]!;
      const s = (p[0] - x) * (p[0] - x) + (p[1] - y) * (p[1] - y);
      if (s < squared) [best, squared] = [i, s];
    }
    return best;
  }
}

/**
 * Drops redundant points: the course stays within `toleranceM`, and pieces are at most `longestM` long.
 */
export function simplify(points: readonly Point[], toleranceM: number, longestM: number): Point[] {
  let [from] = points;
  if (from === undefined) return [];
  const out = [from];
  let dropped: Point[] = [];
  for (const [before, p] of pairwise(points)) {
    if (dropped.length > 0 && !(straight(from, p, dropped, toleranceM) && distance(from, p) <= longestM)) {
      from = before;
      out.push(from);
      dropped = [];
    }
    dropped.push(p);
  }
  out.push(...points.slice(-1));
  return out;
}

/** Whether the line from a to b passes all points within a tolerance. */
function straight(a: Point, b: Point, points: readonly Point[], toleranceM: number): boolean {
  const length = distance(a, b);
  return points.every((p) => {
    const cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
    return Math.abs(cross) <= toleranceM * length;
  });
}

/** Where the segments ab and cd cross, as a share of ab; -1 where they don't. */
export function intersection(a: Point, b: Point, c: Point, d: Point): number {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const denominator = rx * sy - ry * sx;
  if (denominator === 0) return -1;
  const [qx, qy] = [c[0] - a[0], c[1] - a[1]];
  const t = (qx * sy - qy * sx) / denominator;
  const u = (qx * ry - qy * rx) / denominator;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? t : -1;
}

/** Whether a point is inside a polygon, by the even-odd rule. */
export function polygonContains(polygon: readonly Point[], [x, y]: Point): boolean {
  const last = polygon.at(-1);
  if (last === undefined) return false;
  let [xj, yj] = last;
  let inside = false;
  for (const [xi, yi] of polygon) {
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    xj = xi;
    yj = yi;
  }
  return inside;
}

/** Square of the distance from p to the segment ab, and the position of the closest point (share of ab). */
export function closestOnSegment(a: Point, b: Point, p: Point): { readonly share: number; readonly squared: number } {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const raw = length === 0 ? 0 : ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length;
  const share = Math.max(0, Math.min(1, raw));
  const [ex, ey] = [a[0] + dx * share - p[0], a[1] + dy * share - p[1]];
  return { share, squared: ex * ex + ey * ey };
}
