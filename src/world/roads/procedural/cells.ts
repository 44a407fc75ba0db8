/** The cells between arteries: faces of the planar graph, whose streets are drawn one cell at a time. */
import { pairwise } from '../../../base/pairwise.js';
import { bearingDeg } from '../../../random/exact-math.js';
import type { Artery } from './arteries.js';
import type { Point } from './plane-geometry.js';

/** A side of a cell from `a` to `b`: the artery it lies on, and the metres along that at both. */
export interface Side {
  readonly a: Point;
  readonly b: Point;
  readonly artery: Artery;
  readonly from: number;
  readonly to: number;
}

export interface Cell {
  readonly polygon: readonly Point[];
  /** In the order of the polygon's points. */
  readonly sides: readonly Side[];
  readonly centre: Point;
}

/** An artery in one direction. */
interface HalfEdge {
  readonly leaves: number;
  readonly bearing: number;
  readonly sides: readonly Side[];
}

/** The bounded faces. */
export function cellsOf(arteries: readonly Artery[]): Cell[] {
  const edges = arteries.map(halfEdgesOf);
  const next = nextAround(edges);
  const seen = new Set<HalfEdge>();
  const cells: Cell[] = [];
  for (const start of edges.flat()) {
    const sides: Side[] = [];
    for (let half: HalfEdge | undefined = start; half !== undefined && !seen.has(half); half = next.get(half)) {
      seen.add(half);
      sides.push(...half.sides);
    }
    const polygon = sides.map(({ a }) => a);
    if (area(polygon) > 0) cells.push({ polygon, sides, centre: middle(polygon) });
  }
  return cells;
}

function halfEdgesOf(artery: Artery): readonly [forward: HalfEdge, backward: HalfEdge] {
  const { from, to, course } = artery;
  const { first, last, pieces } = course;
  return [
    {
      leaves: from,
      bearing: bearing(first.a, first.b),
      sides: pieces.map(({ a, b, start, end }) => ({ a, b, artery, from: start, to: end })),
    },
    {
      leaves: to,
      bearing: bearing(last.b, last.a),
      sides: pieces.map(({ a, b, start, end }) => ({ a: b, b: a, artery, from: end, to: start })).reverse(),
    },
  ];
}

function bearing(a: Point, b: Point): number {
  return bearingDeg(b[0] - a[0], b[1] - a[1]);
}

/** By half-edge: the one that follows it around the face on its left. */
function nextAround(edges: readonly (readonly [HalfEdge, HalfEdge])[]): Map<HalfEdge, HalfEdge> {
  const leaving = new Map<number, { readonly half: HalfEdge; readonly twin: HalfEdge }[]>();
  const add = (half: HalfEdge, twin: HalfEdge): void => {
    const list = leaving.get(half.leaves) ?? [];
    list.push({ half, twin });
    leaving.set(half.leaves, list);
  };
  for (const [forward, backward] of edges) {
    add(forward, backward);
    add(backward, forward);
  }
  const next = new Map<HalfEdge, HalfEdge>();
  for (const list of leaving.values()) {
    list.sort((a, b) => a.half.bearing - b.half.bearing);
    for (const [{ twin }, { half }] of pairwise([...list, ...list.slice(0, 1)])) next.set(twin, half);
  }
  return next;
}

/** Positive if the polygon is counterclockwise. */
function area(polygon: readonly Point[]): number {
  let sum = 0;
  for (const [a, b] of pairwise([...polygon.slice(-1), ...polygon])) sum += a[0] * b[1] - b[0] * a[1];
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
