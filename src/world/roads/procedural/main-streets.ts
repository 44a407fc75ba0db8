/**
 * The main streets of a city by its style: radial with rings, a grid, or grown paths that fork; embankments beside
 * water.
 */
import { pairwise } from '../../../base/pairwise.js';
import type { Town } from '../../../scenario/model/scenario.js';
import { ARTERIAL, CITY, SECONDARY } from '../network.js';
import type { MainStreet } from './arteries.js';
import {
  distance,
  offsetPoint,
  type Point,
  Polyline,
  simplify,
  smoothField,
  spline,
  uniformIn,
} from './plane-geometry.js';
import type { Sketch } from './sketch.js';
import { inLake, inRiver } from './water.js';

export type Style = NonNullable<Town['style']>;

/** How far main streets wander from their plan, as a share of the city's radius. */
const BEND: Readonly<Record<Style, number>> = { grid: 0.008, radial: 0.05, organic: 0.075, mixed: 0.04 };
/** Main streets end at this share of the radius, or lead on over the ring road as far as LEAVES. */
const EDGE = 0.98;
const LEAVES = 1.34;
const LONGEST_BRIDGE_M = 900;

interface Line {
  readonly points: readonly Point[];
  readonly rank: number;
  readonly closed?: boolean;
}

export function mainStreets(sketch: Sketch, style: Style, turn: number): MainStreet[] {
  const { random, radiusM: R } = sketch;
  const bendX = smoothField(random, R * 0.95);
  const bendY = smoothField(random, R * 0.95);
  const bend = BEND[style] * R;
  const lines = style === 'grid' ? grid(sketch, turn) : style === 'organic' ? grown(sketch) : radial(sketch);
  const streets: MainStreet[] = [];
  for (const { points, rank, closed } of lines) {
    const bent = spline(points, 130, closed).map(([x, y]): Point => [x + bend * bendX(x, y), y + bend * bendY(x, y)]);
    for (const part of onLand(sketch, bent, rank)) streets.push(mainStreet(sketch, part, rank));
  }
  for (const part of embankments(sketch)) {
    for (const dry of onLand(sketch, part, SECONDARY)) streets.push(mainStreet(sketch, dry, SECONDARY));
  }
  return streets;
}

function mainStreet({ limits }: Sketch, points: readonly Point[], rank: number): MainStreet {
  const kind = { rank, roadType: CITY, zone: 0, limitKmh: limits.arterial, flags: 0 };
  return { points: simplify(points, 4, 400), kind };
}

const ring = ({ random, radiusM: R }: Sketch, share: number, spread: number, from: number, turns: number): Point[] => {
  const steps = Math.max(4, Math.round(turns * 11));
  return Array.from({ length: turns === 1 ? steps : steps + 1 }, (_, i) =>
    offsetPoint([0, 0], from + (turns * i) / steps, R * share * uniformIn(random, 1 - spread, 1 + spread)),
  );
};

function radial(sketch: Sketch): Line[] {
  const { random, radiusM: R } = sketch;
  const lines: Line[] = [];
  const count = 6 + random.below(3);
  const offset = random.uniform();
  const core = uniformIn(random, 0.17, 0.24);
  for (let i = 0; i < count; i++) {
    const bearing = offset + (i + uniformIn(random, -0.27, 0.27)) / count;
    const drift = uniformIn(random, -0.035, 0.035);
    const shares = [core - 0.04, 0.45, 0.75, 1, LEAVES];
    lines.push({
      points: shares.map((share) => offsetPoint([0, 0], bearing + drift * share, share * R)),
      rank: i % 3 === 2 ? SECONDARY : ARTERIAL,
    });
    // Between two of them, a street begins further out.
    if (random.uniform() < 0.75) {
      const beside = bearing + uniformIn(random, 0.4, 0.6) / count;
      const to = random.uniform() < 0.3 ? LEAVES : EDGE * uniformIn(random, 0.85, 1.02);
      lines.push({
        points: [0.5, 0.75, to].map((share) => offsetPoint([0, 0], beside - drift * share, share * R)),
        rank: SECONDARY,
      });
    }
  }
  lines.push({ points: ring(sketch, core, 0.1, random.uniform(), 1), rank: ARTERIAL, closed: true });
  lines.push({
    points: ring(sketch, uniformIn(random, 0.48, 0.56), 0.09, random.uniform(), 1),
    rank: ARTERIAL,
    closed: true,
  });
  lines.push({
    points: ring(sketch, uniformIn(random, 0.76, 0.84), 0.07, random.uniform(), uniformIn(random, 0.75, 0.98)),
    rank: SECONDARY,
  });
  const outer = random.uniform();
  for (const from of [outer, outer + 0.5]) {
    lines.push({
      points: ring(sketch, uniformIn(random, 0.95, 1), 0.04, from, uniformIn(random, 0.25, 0.42)),
      rank: SECONDARY,
    });
  }
  return [...lines, ...throughCore(sketch, core, offset)];
}

/** Two or three streets across the old town that miss each other's crossing a little. */
function throughCore({ random, radiusM: R }: Sketch, core: number, offset: number): Line[] {
  return [0, 0.23 + 0.05 * random.uniform()].map((across) => {
    const [from, aside] = [offset + across, uniformIn(random, -0.05, 0.05) * R];
    const through = offsetPoint([0, 0], from + 0.25, aside);
    return {
      points: [
        offsetPoint([0, 0], from, (core + 0.02) * R),
        through,
        offsetPoint([0, 0], from + uniformIn(random, 0.46, 0.54), (core + 0.02) * R),
      ],
      rank: SECONDARY,
    };
  });
}

/** Roads that grew: they wind out of the centre and fork; others lead across from one to the next. */
function grown(sketch: Sketch): Line[] {
  const { random, radiusM: R } = sketch;
  const count = 5 + random.below(2);
  const offset = random.uniform();
  const bearings = Array.from({ length: count }, (_, i) => offset + (i + uniformIn(random, -0.3, 0.3)) / count);
  const roads = bearings.map((bearing) => {
    const drift = uniformIn(random, -0.09, 0.09);
    return { bearing, drift, at: (share: number) => offsetPoint([0, 0], bearing + drift * share, share * R) };
  });
  const lines: Line[] = [{ points: ring(sketch, 0.085, 0.12, random.uniform(), 1), rank: SECONDARY, closed: true }];
  for (const [road, next] of pairwise([...roads, ...roads.slice(0, 1)])) {
    const { bearing, drift } = road;
    lines.push({ points: [0.055, 0.25, 0.5, 0.78, 1.05, LEAVES].map(road.at), rank: ARTERIAL });
    const fork = uniformIn(random, 0.3, 0.5);
    const aside = uniformIn(random, 0.06, 0.1) * (random.uniform() < 0.5 ? -1 : 1);
    const end = random.uniform() < 0.4 ? LEAVES : EDGE;
    lines.push({
      points: [
        road.at(fork),
        offsetPoint([0, 0], bearing + drift * 0.7 + aside * 0.75, 0.7 * R),
        offsetPoint([0, 0], bearing + drift + aside, end * R),
      ],
      rank: SECONDARY,
    });
    for (const level of [0.22, 0.42, 0.66, 0.94]) {
      if (level > 0.9 && random.uniform() < 0.3) continue;
      const a = road.at(level * uniformIn(random, 0.88, 1.12));
      const b = next.at(level * uniformIn(random, 0.88, 1.12));
      const bulge = uniformIn(random, 0.98, 1.2);
      const middle: Point = [((a[0] + b[0]) / 2) * bulge, ((a[1] + b[1]) / 2) * bulge];
      // Each end runs over the road it meets, so that they cross.
      const past = (p: Point, q: Point): Point => [p[0] + (p[0] - q[0]) * 0.03, p[1] + (p[1] - q[1]) * 0.03];
      lines.push({
        points: [past(a, middle), a, middle, b, past(b, middle)],
        rank: level === 0.42 ? ARTERIAL : SECONDARY,
      });
    }
  }
  return lines;
}

/** Section-line roads, some of which lead out, denser around the centre; a few diagonals. */
function grid({ random, radiusM: R }: Sketch, turn: number): Line[] {
  const lines: Line[] = [];
  const step = R * uniformIn(random, 0.23, 0.27);
  const place = (u: number, v: number, along: boolean): Point => {
    const p: Point = along ? [v, u] : [u, v];
    return [p[0] * Math.sqrt(1 - turn * turn) - p[1] * turn, p[0] * turn + p[1] * Math.sqrt(1 - turn * turn)];
  };
  for (const along of [true, false]) {
    const half = Math.floor((0.97 * R) / step);
    for (let k = -half; k <= half; k++) {
      const v = (k + uniformIn(random, -0.1, 0.1)) * step;
      const reach = Math.sqrt(Math.max(0.05, 1.02 - (v * v) / (R * R))) * R;
      const leads = (k + 9) % 3 === 0;
      const end = (side: -1 | 1): number => side * (leads ? LEAVES * R : reach * uniformIn(random, 0.8, 1.05));
      const [from, to] = [end(-1), end(1)];
      const points = Array.from({ length: 7 }, (_, i) => place(from + ((to - from) * i) / 6, v, along));
      lines.push({ points, rank: leads ? ARTERIAL : SECONDARY });
    }
    for (const k of [-0.5, 0.5]) {
      const points = [-1.1, 1.1].map((side) => place(side * step * uniformIn(random, 0.9, 1.3), k * step, along));
      lines.push({ points, rank: SECONDARY });
    }
  }
  const first = random.uniform();
  for (let k = 0; k < 3; k++) {
    const bearing = Math.floor(4 * (first + k * 0.25)) / 4 + uniformIn(random, 0.09, 0.16);
    lines.push({
      points: [0.14, 0.5, uniformIn(random, 0.8, LEAVES)].map((share) => offsetPoint([0, 0], bearing, share * R)),
      rank: SECONDARY,
    });
  }
  return lines;
}

/** Streets along both banks of rivers and along the shore of lakes, where they touch the city. */
function embankments({ water, radiusM: R }: Sketch): Point[][] {
  const out: Point[][] = [];
  for (const river of water.rivers) {
    const course = spline(river.points, 150);
    for (const side of [-1, 1]) {
      out.push(...nearCity(offset(course, side * (river.halfWidthM + 130)), (side === 1 ? 0.75 : 0.4) * R));
    }
  }
  for (const lake of water.lakes) {
    const shore = spline([...lake.points, ...lake.points.slice(0, 1)], 150);
    for (const side of [-1, 1]) {
      const aside = offset(shore, side * 230);
      const dry = aside.filter((p, i) => i % 9 === 4 && !inLake({ lakes: [lake], rivers: [] }, p, 0)).length;
      if (dry * 9 > aside.length / 2) out.push(...nearCity(aside, 1.05 * R));
    }
  }
  return out;
}

function offset(points: readonly Point[], metres: number): Point[] {
  return points.slice(1, -1).map((p, i): Point => {
    const [a, b] = [points[i]!, points[i + 2]!];
    const length = distance(a, b);
    return [p[0] + ((b[1] - a[1]) / length) * metres, p[1] - ((b[0] - a[0]) / length) * metres];
  });
}

/** The stretches of a course within a distance of the centre. */
function nearCity(points: readonly Point[], reach: number): Point[][] {
  return runs(points, (p) => distance(p, [0, 0]) < reach).filter((run) => run.length > 6);
}

function runs(points: readonly Point[], good: (p: Point) => boolean): Point[][] {
  const out: Point[][] = [];
  let run: Point[] = [];
  for (const p of points) {
    if (good(p)) run.push(p);
    else if (run.length > 0) {
      out.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...out, run] : out;
}

/** The dry stretches of a street. It crosses a river or narrows on a bridge if it is important, or by chance. */
function onLand({ water, random }: Sketch, points: readonly Point[], rank: number): Point[][] {
  if (water.lakes.length + water.rivers.length === 0) return [[...points]];
  const course = new Polyline(points);
  const steps = Math.ceil(course.lengthM / 65);
  const parts: Point[][] = [];
  let part: Point[] = [];
  for (let i = 0; i <= steps; i++) {
    const p = course.at((course.lengthM * i) / steps);
    if (!inRiver(water, p, 40) && !inLake(water, p, 70)) {
      part.push(p);
      continue;
    }
    let end = i;
    while (
      end <= steps &&
      (inRiver(water, course.at((course.lengthM * end) / steps), 40) ||
        inLake(water, course.at((course.lengthM * end) / steps), 70))
    )
      end++;
    const gap = ((end - i) * course.lengthM) / steps;
    const bridged =
      end <= steps && part.length > 3 && gap < LONGEST_BRIDGE_M && random.uniform() < (rank === ARTERIAL ? 0.9 : 0.3);
    if (!bridged) {
      if (part.length > 2) parts.push(part);
      part = [];
    }
    i = end - 1;
  }
  if (part.length > 2) parts.push(part);
  return parts;
}
