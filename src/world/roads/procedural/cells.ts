/** The cells between arteries: faces of the planar graph, whose streets are drawn one cell at a time. */
import { bearingDeg } from '../../../random/exact-math.js';
import type { Artery } from './arteries.js';
import type { Point } from './geometry.js';

export interface Cell {
  readonly polygon: readonly Point[];
  /** By piece of the polygon (from its point i to i + 1): the artery it lies on, and how far along it the piece begins and ends. */
  readonly sides: readonly { readonly artery: Artery; readonly from: number; readonly to: number }[];
  readonly areaM2: number;
  readonly centre: Point;
}

/** The bounded faces. A half-edge is `2 * artery + (0 forward | 1 backward)`. */
export function cellsOf(arteries: readonly Artery[]): Cell[] {
  const next = nextAround(arteries);
  const seen = new Uint8Array(2 * arteries.length);
  const cells: Cell[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1) continue;
    const polygon: Point[] = [];
    const sides: Cell['sides'][number][] = [];
    let half = start;
    do {
      seen[half] = 1;
      walk(arteries[half >> 1]!, (half & 1) === 1, polygon, sides);
      half = next[half]!;
    } while (half !== start);
    const areaM2 = area(polygon);
    if (areaM2 > 0) cells.push({ polygon, sides, areaM2, centre: middle(polygon) });
  }
  return cells;
}

/** By half-edge: the one that follows it around the face on its left. */
function nextAround(arteries: readonly Artery[]): Int32Array {
  const leaving = new Map<number, { readonly half: number; readonly bearing: number }[]>();
  arteries.forEach(({ from, to, course: { points } }, i) => {
    const n = points.length;
    add(from, 2 * i, points[0]!, points[1]!);
    add(to, 2 * i + 1, points[n - 1]!, points[n - 2]!);
  });
  function add(node: number, half: number, a: Point, b: Point): void {
    const list = leaving.get(node) ?? [];
    list.push({ half, bearing: bearingDeg(b[0] - a[0], b[1] - a[1]) });
    leaving.set(node, list);
  }
  const next = new Int32Array(2 * arteries.length);
  for (const list of leaving.values()) {
    list.sort((a, b) => a.bearing - b.bearing);
    list.forEach(({ half }, i) => {
      next[half ^ 1] = list[(i + 1) % list.length]!.half;
    });
  }
  return next;
}

function walk(artery: Artery, backward: boolean, polygon: Point[], sides: Cell['sides'][number][]): void {
  const { points, along } = artery.course;
  const n = points.length;
  for (let i = 0; i < n - 1; i++) {
    const [a, b] = backward ? [n - 1 - i, n - 2 - i] : [i, i + 1];
    polygon.push(points[a]!);
    sides.push({ artery, from: along[a]!, to: along[b]! });
  }
}

/** Positive where the polygon is walked with its inside on the left. */
function area(polygon: readonly Point[]): number {
  let sum = 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    sum += polygon[j]![0] * polygon[i]![1] - polygon[i]![0] * polygon[j]![1];
  }
  return sum / 2;
}

function middle(polygon: readonly Point[]): Point {
  let [x, y] = [0, 0];
  for (const p of polygon) {
    x += p[0];
    y += p[1];
  }
  return [x / polygon.length, y / polygon.length];
}
