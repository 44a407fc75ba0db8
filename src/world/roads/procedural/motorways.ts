/**
 * Motorways: a ring around the city, radials that lead out in long curves, and the junctions, the only access to
 * them.
 */
import { pairwise } from '../../../base/pairwise.js';
import type { Sfc32 } from '../../../random/sfc32.js';
import { CITY, HIGHWAY, MOTORWAY, NO_STOP, RAMP, RURAL, SECONDARY } from '../network.js';
import {
  bezier,
  cosine,
  distance,
  offsetPoint,
  type Point,
  Polyline,
  simplify,
  sine,
  spline,
  uniformIn,
} from './plane-geometry.js';
import { addPoint, addStreet, pointOf, type RoadKind, type Sketch } from './sketch.js';
import { isInOrNearWater, type Water } from './water.js';

const [RING, RADIAL, COUNTRY] = [3, 4, 5];

/**
 * From the road that is crossed to where the ramps leave the motorway, along it; and from there to the ramps' other
 * ends.
 */
export const RAMP_REACH_M = 360;
export const RAMP_ASIDE_M = 115;
/** Of the ramps between two motorways, the same. */
const JOIN_REACH_M = 620;
const JOIN_ASIDE_M = 700;
const LONGEST_EDGE_M = 3000;
/** Of curves of a radial: 120 km/h takes about 560 m at 2 m/s2. */
const SHARPEST_M = 1400;
/** Keeps a cut off the vertices of the course. */
const CLEAR_M = 40;

export interface Motorway {
  readonly course: Polyline;
  readonly closed: boolean;
  readonly zone: number;
  readonly limitKmh: number;
  /** Junctions on it. */
  readonly cuts: { readonly at: number; readonly node: number }[];
}

/** A junction's two ends beside the motorway, left and right of it. */
export interface Interchange {
  readonly left: number;
  readonly right: number;
}

/** A closed curve around the city, or the part of it that is on land. */
export function ringRoad(sketch: Sketch): Motorway | undefined {
  const { random, radiusM: R, water, limits } = sketch;
  const aside = offsetPoint([0, 0], random.uniform(), uniformIn(random, 0.02, 0.09) * R);
  const [long, stretch] = [random.uniform(), uniformIn(random, 0.02, 0.09)];
  const count = 9;
  const controls = Array.from({ length: count }, (_, i): Point => {
    const bearing = (i + uniformIn(random, -0.15, 0.15)) / count;
    const share = 1.12 + stretch * cosine(2 * (bearing - long)) + uniformIn(random, -0.05, 0.05);
    return offsetPoint(aside, bearing, share * R);
  });
  const points = spline(controls, 65, true);
  const wetAt = points.findIndex((p) => isInOrNearWater(water, p, 500));
  const zone = RING;
  if (wetAt < 0) return { course: new Polyline(points), closed: true, zone, limitKmh: limits.ring, cuts: [] };
  // The longest stretch on land; a river is bridged.
  const around = [...points.slice(wetAt), ...points.slice(1, wetAt + 1)];
  let best: Point[] = [];
  let run: Point[] = [];
  for (const p of around) {
    if (isInOrNearWater({ ...water, rivers: [] }, p, 500)) run = [];
    else run.push(p);
    if (run.length > best.length) best = run;
  }
  if (best.length < 30) return undefined;
  const closed = best.length === around.length;
  return { course: new Polyline(best), closed, zone, limitKmh: limits.ring, cuts: [] };
}

/** Radials from the ring outward; the long ones go where there is land. */
export function radialRoads(sketch: Sketch, ring: Motorway | undefined): Motorway[] {
  const { random, roads, radiusM: R, water, limits } = sketch;
  const count = roads.radials;
  const offset = random.uniform();
  const bearings = Array.from({ length: count }, (_, i) => offset + (i + uniformIn(random, -0.28, 0.28)) / count);
  const dryM = (bearing: number): number => {
    let r = 1.3 * R;
    while (r < roads.radial_km * 1000 * roads.long_radial_factor) {
      const p = offsetPoint([0, 0], bearing, r);
      if (isInOrNearWater({ ...water, rivers: [] }, p, 600)) break;
      r += 1000;
    }
    return r;
  };
  // Long ones spread around: every other one whose course avoids water.
  const order = bearings
    .map((bearing, i) => ({ bearing, rank: (i % 2) * count + i, dry: dryM(bearing) }))
    .filter(({ dry }) => dry > Math.min(roads.radial_km * 500, 4 * R))
    .sort((a, b) => a.rank - b.rank);
  const out: Motorway[] = [];
  let long = 0;
  for (const { bearing, dry } of order) {
    const far = long < roads.long_radials && dry > roads.radial_km * 1300;
    if (far) long++;
    const reach =
      roads.radial_km *
      1000 *
      (far ? roads.long_radial_factor * uniformIn(random, 0.85, 1) : uniformIn(random, 0.75, 1));
    const start = startOf(sketch, ring, bearing);
    if (start === undefined) continue;
    const points = motorwayCourse(random, start.p, bearing, Math.min(reach, dry) - 1.2 * R, water);
    if (points.length < 20) continue;
    const radial: Motorway = {
      course: new Polyline(points),
      closed: false,
      zone: RADIAL,
      limitKmh: limits.radial,
      cuts: [],
    };
    if (ring !== undefined) joinRing(sketch, radial, ring, start.at);
    out.push(radial);
  }
  return out;
}

/** Where a radial begins: outside the ring, where that has room for the ramps. */
function startOf(
  sketch: Sketch,
  ring: Motorway | undefined,
  bearing: number,
): { readonly at: number; readonly p: Point } | undefined {
  const R = sketch.radiusM;
  if (ring === undefined) return { at: 0, p: offsetPoint([0, 0], bearing, 1.1 * R) };
  const { course, closed } = ring;
  const nearest = course.nearest(offsetPoint([0, 0], bearing, 1.2 * R));
  for (let off = 0; off < 0.6 * R; off += 200) {
    for (const side of [-1, 1]) {
      const at = closed ? (nearest + side * off + course.lengthM) % course.lengthM : nearest + side * off;
      if (!hasRoom(ring, at, JOIN_REACH_M)) continue;
      const [dx, dy] = course.direction(at);
      const p = course.at(at);
      // The ring runs clockwise: its left is outside.
      const out = p[0] * -dy + p[1] * dx > 0 ? 1 : -1;
      return { at, p: [p[0] - dy * out * JOIN_ASIDE_M, p[1] + dx * out * JOIN_ASIDE_M] };
    }
  }
  return undefined;
}

/**
 * A realistic motorway course: curvature changes slowly and stays small; it swings around a bearing and avoids
 * water.
 */
export function motorwayCourse(random: Sfc32, start: Point, bearing: number, lengthM: number, water: Water): Point[] {
  const step = 60;
  const sharpest = 1 / SHARPEST_M;
  const points: Point[] = [start];
  let [heading, curve, wanted, left] = [bearing, 0, 0, 1500];
  let p = start;
  let [drift, driftLeft] = [0, 0];
  for (let way = 0; way < lengthM; way += step) {
    if (driftLeft <= 0) {
      driftLeft = uniformIn(random, 7000, 22_000);
      drift = uniformIn(random, -0.06, 0.06);
    }
    if (left <= 0) {
      left = uniformIn(random, 900, 3800);
      const aim = dryBearing(water, p, bearing + drift + uniformIn(random, -0.012, 0.012));
      if (Number.isNaN(aim)) break;
      const off = aim - heading - Math.round(aim - heading);
      wanted = Math.max(-sharpest, Math.min(sharpest, (off * 6.2832) / Math.max(left, 2500)));
    }
    driftLeft -= step;
    curve += Math.max(-sharpest / 6, Math.min(sharpest / 6, wanted - curve));
    heading += (curve * step) / 6.2832;
    p = [p[0] + sine(heading) * step, p[1] + cosine(heading) * step];
    points.push(p);
    left -= step;
  }
  return points;
}

/** The bearing nearest to the wanted one that leads 6 km over land; NaN if there is none. */
function dryBearing(water: Water, from: Point, wanted: number): number {
  if (water.lakes.length === 0) return wanted;
  for (const aside of [0, 0.05, -0.05, 0.1, -0.1, 0.17, -0.17, 0.24, -0.24]) {
    const dry = [1500, 3000, 4500, 6000].every(
      (m) => !isInOrNearWater({ ...water, rivers: [] }, offsetPoint(from, wanted + aside, m), 400),
    );
    if (dry) return wanted + aside;
  }
  return Number.NaN;
}

export function rampKind({ limits }: Sketch, zone: number): RoadKind {
  return { rank: SECONDARY, roadType: HIGHWAY, zone, limitKmh: limits.ramp, flags: RAMP | NO_STOP };
}

/** Whether a junction of the given length has room at a place of a motorway. */
export function hasRoom({ course, cuts, closed }: Motorway, at: number, reachM: number): boolean {
  if (!closed && (at < reachM + 100 || at > course.lengthM - reachM - 100)) return false;
  return cuts.every((cut) => {
    const apart = Math.abs(cut.at - at);
    return Math.min(apart, closed ? course.lengthM - apart : apart) > reachM + 300;
  });
}

/** Node of the motorway at a distance along it, which may wrap around a closed one. */
export function nodeAt(sketch: Sketch, motorway: Motorway, at: number): number {
  const { course, closed, cuts } = motorway;
  const wrapped = closed ? (at + course.lengthM) % course.lengthM : at;
  const node = addPoint(sketch, course.at(wrapped));
  cuts.push({ at: wrapped, node });
  return node;
}

/** Ramps between the motorway, before and behind a place, and the ends of a road that crosses it there. */
export function addRamps(sketch: Sketch, motorway: Motorway, at: number, ends: readonly number[], last = false): void {
  const { course, closed } = motorway;
  for (const side of last ? [-1] : [-1, 1]) {
    const raw = at + side * RAMP_REACH_M;
    const where = closed ? (raw + course.lengthM) % course.lengthM : raw;
    const m = nodeAt(sketch, motorway, where);
    const [dx, dy] = course.direction(where);
    for (const end of ends) {
      const [p, q] = [pointOf(sketch, m), pointOf(sketch, end)];
      const reach = distance(p, q);
      const [tx, ty] = [-side * dx, -side * dy];
      const out = tx * (q[1] - p[1]) - ty * (q[0] - p[0]) > 0 ? 1 : -1;
      const [ax, ay] = [0.86 * tx - out * 0.5 * ty, 0.86 * ty + out * 0.5 * tx];
      const shape = bezier(
        p,
        [p[0] + tx * reach * 0.42, p[1] + ty * reach * 0.42],
        [q[0] - ax * reach * 0.36, q[1] - ay * reach * 0.36],
        q,
        8,
      );
      addStreet(sketch, m, end, shape, rampKind(sketch, motorway.zone));
    }
  }
}

/** A junction with a new road under or over the motorway. */
export function addInterchange(sketch: Sketch, motorway: Motorway, at: number, last = false): Interchange {
  const { course } = motorway;
  const p = course.at(at);
  const [dx, dy] = course.direction(at);
  const end = (side: -1 | 1): number =>
    addPoint(sketch, [p[0] + side * dy * RAMP_ASIDE_M, p[1] - side * dx * RAMP_ASIDE_M]);
  const [left, right] = [end(-1), end(1)];
  addRamps(sketch, motorway, at, [left, right], last);
  const limitKmh = Math.min(sketch.limits.rural, sketch.limits.arterial + 20);
  addStreet(sketch, left, right, [], { rank: SECONDARY, roadType: RURAL, zone: COUNTRY, limitKmh, flags: NO_STOP });
  return { left, right };
}

/** Two curved ramps from a radial's beginning onto the ring. */
function joinRing(sketch: Sketch, radial: Motorway, ring: Motorway, at: number): void {
  const start = nodeAt(sketch, radial, 0);
  const p = pointOf(sketch, start);
  const [rx, ry] = radial.course.direction(0);
  for (const side of [-1, 1]) {
    const raw = at + side * JOIN_REACH_M;
    const where = ring.closed
      ? (raw + ring.course.lengthM) % ring.course.lengthM
      : Math.max(30, Math.min(ring.course.lengthM - 30, raw));
    const m = nodeAt(sketch, ring, where);
    const q = pointOf(sketch, m);
    const [dx, dy] = ring.course.direction(where);
    const reach = distance(p, q) * 0.45;
    const shape = bezier(
      p,
      [p[0] - rx * reach, p[1] - ry * reach],
      [q[0] - side * dx * reach, q[1] - side * dy * reach],
      q,
      12,
    );
    addStreet(sketch, start, m, shape, {
      ...rampKind(sketch, ring.zone),
      limitKmh: Math.min(60, sketch.limits.ramp + 10),
    });
  }
}

/** Draws the motorway between its junctions: edges of up to 3 km with their curves as shape. */
export function drawMotorway(sketch: Sketch, motorway: Motorway, tunnelShare: number): void {
  const { course, closed, zone, limitKmh } = motorway;
  const cuts = [...motorway.cuts].sort((a, b) => a.at - b.at);
  const kind: RoadKind = { rank: MOTORWAY, roadType: HIGHWAY, zone, limitKmh, flags: NO_STOP };
  for (const [a, b] of pairwise(closed ? [...cuts, ...cuts.slice(0, 1)] : cuts)) {
    const points =
      b !== cuts[0]
        ? course.inside(a.at, b.at, CLEAR_M)
        : [...course.inside(a.at, course.lengthM, CLEAR_M), ...course.inside(0, b.at, CLEAR_M)];
    const whole = new Polyline([pointOf(sketch, a.node), ...points, pointOf(sketch, b.node)]);
    const parts = Math.max(1, Math.ceil(whole.lengthM / LONGEST_EDGE_M));
    let from = a.node;
    for (let k = 1; k <= parts; k++) {
      const [start, end] = [((k - 1) * whole.lengthM) / parts, (k * whole.lengthM) / parts];
      const to = k === parts ? b.node : addPoint(sketch, whole.at(end));
      const shape = simplify(
        [pointOf(sketch, from), ...whole.inside(start, end, CLEAR_M), pointOf(sketch, to)],
        0.7,
        800,
      );
      const flags = sketch.random.uniform() < tunnelShare ? kind.flags | 1 : kind.flags;
      addStreet(sketch, from, to, shape.slice(1, -1), { ...kind, flags });
      from = to;
    }
  }
}

/** A rest area: a service loop beside the motorway, and a lane with places to stand. */
export function addRestArea(sketch: Sketch, motorway: Motorway, at: number): void {
  const { course } = motorway;
  const p = course.at(at);
  const [dx, dy] = course.direction(at);
  const side = sketch.random.uniform() < 0.5 ? -1 : 1;
  const aside = (m: number, along: number): Point => [
    p[0] + side * dy * m + dx * along,
    p[1] - side * dx * m + dy * along,
  ];
  const [gate, back] = [addPoint(sketch, aside(95, -60)), addPoint(sketch, aside(150, 70))];
  const other = addPoint(sketch, aside(95, 190));
  addRamps(sketch, motorway, at, [gate]);
  const kind: RoadKind = { rank: 5, roadType: CITY, zone: COUNTRY, limitKmh: 30, flags: 0 };
  addStreet(sketch, gate, back, [], kind);
  addStreet(sketch, back, other, [], kind);
  addStreet(sketch, gate, other, [], kind);
}
