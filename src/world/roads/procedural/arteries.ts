/** The main streets of a city as a planar graph: they are cut into arteries where they cross. */
import { pairwise } from '../../../base/pairwise.js';
import { distance, intersection, type Piece, type Point, Polyline } from './plane-geometry.js';
import { addPoint, pointOf, type RoadKind, type Sketch } from './sketch.js';

/** A main street from end to end, before it is cut at crossings. */
export interface MainStreet {
  readonly points: readonly Point[];
  readonly kind: RoadKind;
}

/** A stretch of a main street between two junctions; streets that join it on the way are its feet. */
export interface Artery {
  readonly from: number;
  readonly to: number;
  readonly course: Polyline;
  readonly kind: RoadKind;
  readonly feet: { readonly at: number; readonly node: number }[];
}

/** Crossings nearer to each other than this are one junction. */
const MERGE_M = 130;
/** Points of a main street nearer than this to a junction are dropped. */
const CLEAR_M = 60;
const PIECES_PER_BOX = 8;

interface Stop {
  readonly at: number;
  readonly node: number;
}

/** A main street while it is cut: where others cross it, and its course in boxes. */
interface Uncut {
  readonly course: Polyline;
  readonly kind: RoadKind;
  readonly stops: Stop[];
  readonly boxes: readonly Box[];
}

/** Consecutive pieces of a course and their bounding box. */
interface Box {
  readonly pieces: readonly Piece[];
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * Cuts the main streets where they cross. Dangling ends shorter than `stubM` are dropped, and longer ones in the city.
 */
export function splitAtCrossings(sketch: Sketch, streets: readonly MainStreet[], stubM: number): Artery[] {
  const junctions: number[] = [];
  const nodeAt = (p: Point): number => {
    const known = junctions.find((node) => distance(pointOf(sketch, node), p) < MERGE_M);
    if (known !== undefined) return known;
    const node = addPoint(sketch, p);
    junctions.push(node);
    return node;
  };
  const uncut = streets.map(({ points, kind }): Uncut => {
    const course = new Polyline(points);
    return { course, kind, stops: [], boxes: boxesOf(course) };
  });
  for (const [i, a] of uncut.entries()) {
    for (const b of uncut.slice(i + 1)) cross(a, b, nodeAt);
  }
  const arteries = uncut.flatMap(({ course, kind, stops }) => {
    const ends = [
      { at: 0, node: nodeAt(course.first.a) },
      { at: course.lengthM, node: nodeAt(course.last.b) },
    ];
    const sorted = [...ends, ...stops].sort((a, b) => a.at - b.at);
    return pairwise(sorted).flatMap(([a, b]): Artery[] => {
      if (a.node === b.node) return [];
      const shape = course.inside(a.at, b.at, CLEAR_M);
      const points = [pointOf(sketch, a.node), ...shape, pointOf(sketch, b.node)];
      return [{ from: a.node, to: b.node, course: new Polyline(points), kind, feet: [] }];
    });
  });
  return withoutStubs(sketch, withoutTwins(arteries), stubM);
}

function boxesOf({ pieces }: Polyline): Box[] {
  const boxes: Box[] = [];
  for (let from = 0; from < pieces.length; from += PIECES_PER_BOX) {
    const inBox = pieces.slice(from, from + PIECES_PER_BOX);
    const xs = inBox.flatMap(({ a, b }) => [a[0], b[0]]);
    const ys = inBox.flatMap(({ a, b }) => [a[1], b[1]]);
    boxes.push({
      pieces: inBox,
      west: Math.min(...xs),
      south: Math.min(...ys),
      east: Math.max(...xs),
      north: Math.max(...ys),
    });
  }
  return boxes;
}

function cross(a: Uncut, b: Uncut, nodeAt: (p: Point) => number): void {
  for (const boxA of a.boxes) {
    for (const boxB of b.boxes) {
      if (boxA.west > boxB.east || boxB.west > boxA.east || boxA.south > boxB.north || boxB.south > boxA.north)
        continue;
      for (const pa of boxA.pieces) {
        for (const pb of boxB.pieces) {
          const t = intersection(pa.a, pa.b, pb.a, pb.b);
          if (t < 0) continue;
          const at: Point = [pa.a[0] + (pa.b[0] - pa.a[0]) * t, pa.a[1] + (pa.b[1] - pa.a[1]) * t];
          const node = nodeAt(at);
          a.stops.push({ at: pa.start + distance(pa.a, at), node });
          b.stops.push({ at: pb.start + distance(pb.a, at), node });
        }
      }
    }
  }
}

/** Of arteries between the same two junctions, the shortest: merged crossings leave duplicates. */
function withoutTwins(arteries: readonly Artery[]): Artery[] {
  const best = new Map<number, Artery>();
  for (const artery of arteries) {
    const key = Math.min(artery.from, artery.to) * 65536 + Math.max(artery.from, artery.to);
    const known = best.get(key);
    if (known === undefined || artery.course.lengthM < known.course.lengthM) best.set(key, artery);
  }
  return [...best.values()];
}

function withoutStubs(sketch: Sketch, arteries: readonly Artery[], stubM: number): Artery[] {
  let kept = [...arteries];
  for (;;) {
    const degree = new Map<number, number>();
    for (const { from, to } of kept) {
      degree.set(from, (degree.get(from) ?? 0) + 1);
      degree.set(to, (degree.get(to) ?? 0) + 1);
    }
    const left = kept.filter(({ from, to, course }) => {
      const ends = [from, to].filter((node) => degree.get(node) === 1);
      const max = ends.some((node) => distance(pointOf(sketch, node), [0, 0]) < 1.18 * sketch.radiusM)
        ? 4 * stubM
        : stubM;
      return ends.length === 0 || course.lengthM >= max;
    });
    if (left.length === kept.length) return kept;
    kept = left;
  }
}
