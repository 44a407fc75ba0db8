/** The main streets of a city as a planar graph: bands that cross each other become arteries between junctions. */
import { Course, crossing, distance, type Point } from './geometry.js';
import { addPoint, type Kind, type Sketch } from './sketch.js';

/** A main street from end to end, before it is cut at crossings. */
export interface Band {
  readonly points: readonly Point[];
  readonly kind: Kind;
}

/** A stretch of a main street between two junctions; streets that join it on the way are its feet. */
export interface Artery {
  readonly from: number;
  readonly to: number;
  readonly course: Course;
  readonly kind: Kind;
  readonly feet: { readonly at: number; readonly node: number }[];
}

/** Crossings nearer to each other than this are one junction. */
const MERGE_M = 130;
const BOX_STRETCHES = 8;

interface Stop {
  readonly at: number;
  readonly node: number;
}

/** Cuts the bands where they cross. Ends that dangle by less than `stubM` go, and longer ones in the city. */
export function arrange(sketch: Sketch, bands: readonly Band[], stubM: number): Artery[] {
  const first = sketch.points.length;
  const nodeAt = (p: Point): number => {
    for (let i = first; i < sketch.points.length; i++) if (distance(sketch.points[i]!, p) < MERGE_M) return i;
    return addPoint(sketch, p);
  };
  const courses = bands.map((band) => new Course(band.points));
  const stops: Stop[][] = bands.map(() => []);
  const boxes = courses.map(boxesOf);
  for (let i = 0; i < bands.length; i++) {
    for (let j = i + 1; j < bands.length; j++) cross(courses, boxes, i, j, stops, nodeAt);
  }
  const arteries = bands.flatMap((band, i) => {
    const course = courses[i]!;
    const ends = [
      { at: 0, node: nodeAt(course.points[0]!) },
      { at: course.lengthM, node: nodeAt(course.points[course.points.length - 1]!) },
    ];
    const sorted = [...ends, ...stops[i]!].sort((a, b) => a.at - b.at);
    const out: Artery[] = [];
    for (let k = 1; k < sorted.length; k++) {
      const [a, b] = [sorted[k - 1]!, sorted[k]!];
      if (a.node === b.node) continue;
      const shape = course.inside(a.at, b.at, 60);
      const points = [sketch.points[a.node]!, ...shape, sketch.points[b.node]!];
      out.push({ from: a.node, to: b.node, course: new Course(points), kind: band.kind, feet: [] });
    }
    return out;
  });
  return withoutStubs(sketch, withoutTwins(arteries), stubM);
}

type Box = readonly [from: number, to: number, west: number, south: number, east: number, north: number];

function boxesOf({ points }: Course): Box[] {
  const out: Box[] = [];
  for (let from = 0; from < points.length - 1; from += BOX_STRETCHES) {
    const to = Math.min(points.length - 1, from + BOX_STRETCHES);
    let [west, south, east, north] = [points[from]![0], points[from]![1], points[from]![0], points[from]![1]];
    for (let i = from + 1; i <= to; i++) {
      const [x, y] = points[i]!;
      west = Math.min(west, x);
      east = Math.max(east, x);
      south = Math.min(south, y);
      north = Math.max(north, y);
    }
    out.push([from, to, west, south, east, north]);
  }
  return out;
}

function cross(
  courses: readonly Course[],
  boxes: readonly (readonly Box[])[],
  i: number,
  j: number,
  stops: readonly Stop[][],
  nodeAt: (p: Point) => number,
): void {
  const [a, b] = [courses[i]!, courses[j]!];
  for (const [fromA, toA, westA, southA, eastA, northA] of boxes[i]!) {
    for (const [fromB, toB, westB, southB, eastB, northB] of boxes[j]!) {
      if (westA > eastB || westB > eastA || southA > northB || southB > northA) continue;
      for (let p = fromA; p < toA; p++) {
        for (let q = fromB; q < toB; q++) {
          const [a0, a1, b0, b1] = [a.points[p]!, a.points[p + 1]!, b.points[q]!, b.points[q + 1]!];
          const t = crossing(a0, a1, b0, b1);
          if (t < 0) continue;
          const at: Point = [a0[0] + (a1[0] - a0[0]) * t, a0[1] + (a1[1] - a0[1]) * t];
          const node = nodeAt(at);
          stops[i]!.push({ at: a.along[p]! + distance(a0, at), node });
          stops[j]!.push({ at: b.along[q]! + distance(b0, at), node });
        }
      }
    }
  }
}

/** Of arteries between the same two junctions, the shortest: merged crossings leave doubles. */
function withoutTwins(arteries: readonly Artery[]): Artery[] {
  const best = new Map<number, Artery>();
  for (const artery of arteries) {
    const key = Math.min(artery.from, artery.to) * 65536 + Math.max(artery.from, artery.to);
    const known = best.get(key);
    if (known === undefined || artery.course.lengthM < known.course.lengthM) best.set(key, artery);
  }
  return [...best.values()];
}

function withoutStubs({ points, radiusM }: Sketch, arteries: readonly Artery[], stubM: number): Artery[] {
  let kept = [...arteries];
  for (;;) {
    const degree = new Map<number, number>();
    for (const { from, to } of kept) {
      degree.set(from, (degree.get(from) ?? 0) + 1);
      degree.set(to, (degree.get(to) ?? 0) + 1);
    }
    const left = kept.filter(({ from, to, course }) => {
      const ends = [from, to].filter((node) => degree.get(node) === 1);
      const most = ends.some((node) => distance(points[node]!, [0, 0]) < 1.18 * radiusM) ? 4 * stubM : stubM;
      return ends.length === 0 || course.lengthM >= most;
    });
    if (left.length === kept.length) return kept;
    kept = left;
  }
}
