/**
 * Around a city: towns of different size, logistics parks at interchanges, rural roads that wind from one to the next,
 * farm roads.
 */
import { pairwise } from '../../../base/pairwise.js';
import { CITY, COLLECTOR, DEAD_ZONE, RESIDENTIAL, RURAL, SECONDARY, SERVICE } from '../network.js';
import { addInterchange, addRestArea, hasRoom, type Motorway, RAMP_REACH_M } from './motorways.js';
import {
  cosine,
  distance,
  interpolate,
  type Point,
  Polyline,
  simplify,
  sine,
  spline,
  uniformIn,
} from './plane-geometry.js';
import { addPoint, addStreet, pointOf, type RoadKind, type Sketch } from './sketch.js';
import { crossesWater, isInOrNearWater } from './water.js';

const [TOWN, COUNTRY] = [2, 5];

/** A place that rural roads lead to. */
interface Site {
  readonly centre: Point;
  /** Where they join it. */
  readonly gates: readonly number[];
  readonly town: boolean;
}

/** Towns within the reach of the radials, and along the long ones; `exits` are the main streets that leave the city. */
export function drawCountryside(sketch: Sketch, motorways: readonly Motorway[], exits: readonly number[]): void {
  const { random, roads, radiusM: R } = sketch;
  const sites: Site[] = exits.map((node) => ({ centre: pointOf(sketch, node), gates: [node], town: false }));
  const reach = roads.radial_km * 1000;
  for (const centre of townPlaces(sketch, motorways, reach)) {
    sites.push(town(sketch, centre, random.uniform(), uniformIn(random, 380, 950)));
  }
  const near = [...sites];
  for (const motorway of motorways) served(sketch, motorway, near, sites, R);
  for (const [a, b] of neighbours(sites)) {
    const gate = nearestGate(sketch, a, b.centre);
    winding(sketch, gate, nearestGate(sketch, b, pointOf(sketch, gate)));
  }
}

function townPlaces(sketch: Sketch, motorways: readonly Motorway[], reach: number): Point[] {
  const { random, roads, radiusM: R, water } = sketch;
  const places: Point[] = [];
  let apart = Math.min(0.5 * reach, 12_000);
  for (let tries = 0; places.length < roads.towns && tries < 600; tries++) {
    const [bearing, share] = [random.uniform(), Math.sqrt(random.uniform())];
    const r = 1.75 * R + (Math.max(1.9 * R, 0.85 * reach) - 1.75 * R) * share;
    const p: Point = [r * sine(bearing), r * cosine(bearing)];
    apart *= 0.995;
    if (isInOrNearWater(water, p, 1500) || places.some((other) => distance(other, p) < apart)) continue;
    if (motorways.some(({ course }) => distance(course.at(course.nearest(p)), p) < 1700)) continue;
    places.push(p);
  }
  return places;
}

/** A town of streets around a main street, which its rural roads continue; ragged at the edge. */
function town(sketch: Sketch, centre: Point, bearing: number, radius: number): Site {
  const { random, limits, roads } = sketch;
  const spacing = roads.block_m * uniformIn(random, 0.44, 0.58);
  const [ux, uy] = [sine(bearing), cosine(bearing)];
  const [swing, wave, phase] = [
    spacing * uniformIn(random, 0.2, 0.5),
    radius * uniformIn(random, 1.6, 2.6),
    random.uniform(),
  ];
  const [long, lobes] = [uniformIn(random, 1.05, 1.5), random.uniform()];
  const half = Math.ceil((radius * 1.6) / spacing);
  const at = (i: number, j: number): Point => {
    const [u, v0] = [i * spacing, j * spacing * 0.85];
    const v = v0 + swing * sine(u / wave + phase);
    return [centre[0] + u * ux - v * uy, centre[1] + u * uy + v * ux];
  };
  const nodes = new Map<number, number>();
  const key = (i: number, j: number): number => (i + 64) * 128 + j + 64;
  for (let i = -half; i <= half; i++) {
    for (let j = -half; j <= half; j++) {
      const p = at(i, j);
      const [du, dv] = [(i * spacing) / long, j * spacing * 0.85 * long];
      const r = Math.sqrt(du * du + dv * dv);
      const edge = radius * (0.85 + 0.25 * sine(2 * lobes + (du + dv) / (2.3 * radius)));
      if (r > edge * (j === 0 ? 1.1 : 1) || isInOrNearWater(sketch.water, p)) continue;
      const jitter = j === 0 ? 0.06 : 0.2;
      const [jx, jy] = [uniformIn(random, -jitter, jitter), uniformIn(random, -jitter, jitter)];
      nodes.set(key(i, j), addPoint(sketch, [p[0] + jx * spacing, p[1] + jy * spacing]));
    }
  }
  const kind = (rank: number): RoadKind => ({
    rank,
    roadType: CITY,
    zone: TOWN,
    limitKmh: rank === RESIDENTIAL ? limits.residential : limits.town,
    flags: 0,
  });
  const street = (from: number, to: number | undefined, rank: number, kept: number, shape: readonly Point[]): void => {
    if (to === undefined || random.uniform() > kept) return;
    if (crossesWater(sketch.water, pointOf(sketch, from), pointOf(sketch, to)) === 0)
      addStreet(sketch, from, to, shape, kind(rank));
  };
  const gates: number[] = [];
  for (let i = -half; i <= half; i++) {
    for (let j = -half; j <= half; j++) {
      const from = nodes.get(key(i, j));
      if (from === undefined) continue;
      const main = j === 0 ? SECONDARY : i === 0 ? COLLECTOR : RESIDENTIAL;
      street(from, nodes.get(key(i + 1, j)), j === 0 ? SECONDARY : RESIDENTIAL, j === 0 ? 1 : 0.72, []);
      street(from, nodes.get(key(i, j + 1)), i === 0 ? COLLECTOR : RESIDENTIAL, i === 0 ? 1 : 0.72, []);
      const ends =
        j === 0
          ? [nodes.get(key(i - 1, j)), nodes.get(key(i + 1, j))]
          : [nodes.get(key(i, j - 1)), nodes.get(key(i, j + 1))];
      if (main !== RESIDENTIAL && ends.includes(undefined)) gates.push(from);
    }
  }
  return { centre, gates, town: true };
}

/** A logistics park: a service road around halls, joined to one gate. */
function park(sketch: Sketch, gate: number, away: Point): void {
  const { random, limits } = sketch;
  const p = pointOf(sketch, gate);
  const length = distance(away, [0, 0]);
  const [ux, uy] = [away[0] / length, away[1] / length];
  const [deep, wide] = [uniformIn(random, 180, 320), uniformIn(random, 140, 260)];
  const at = (u: number, v: number): number => addPoint(sketch, [p[0] + ux * u - uy * v, p[1] + uy * u + ux * v]);
  const [entry, a, b, c, d] = [
    at(160, 0),
    at(180, wide),
    at(180 + deep, wide),
    at(180 + deep, -wide),
    at(180, -wide),
  ] as const;
  const kind: RoadKind = {
    rank: SERVICE,
    roadType: CITY,
    zone: TOWN,
    limitKmh: Math.min(limits.residential, 30),
    flags: 0,
  };
  addStreet(sketch, gate, entry, [], { ...kind, rank: COLLECTOR, limitKmh: limits.town });
  for (const [from, to] of [
    [entry, a],
    [a, b],
    [b, c],
    [c, d],
    [d, entry],
  ] as const)
    addStreet(sketch, from, to, [], kind);
}

/**
 * Interchanges: for the towns beside a motorway, and, after a long stretch without one, for a far town or a logistics
 * park.
 */
function served(sketch: Sketch, motorway: Motorway, near: readonly Site[], sites: Site[], R: number): void {
  const { random, roads, water } = sketch;
  const { course, closed } = motorway;
  if (closed || motorway.zone === 3) return;
  const wanted: { readonly at: number; readonly site?: Site }[] = [];
  for (const site of near) {
    if (!site.town) continue;
    const at = course.nearest(site.centre);
    if (at > 2500 && at < course.lengthM - 1200 && distance(course.at(at), site.centre) < 9000)
      wanted.push({ at, site });
  }
  const gap = Math.max(3500, Math.min(14_000, roads.radial_km * 260));
  const stops: { readonly at: number; readonly site?: Site }[] = [];
  const open = (at: number): boolean => stops.every((stop) => Math.abs(stop.at - at) > gap * 0.3);
  for (const stop of wanted) if (open(stop.at)) stops.push(stop);
  for (
    let at = uniformIn(random, 0.3, 0.6) * gap;
    at < course.lengthM - 1500;
    at += gap * uniformIn(random, 0.75, 1.3)
  ) {
    if (stops.every((stop) => Math.abs(stop.at - at) > gap * 0.6)) stops.push({ at });
  }
  stops.sort((a, b) => a.at - b.at);
  stops.forEach(({ at, site }, i) => {
    const last = i === stops.length - 1;
    if (!hasRoom(motorway, at, RAMP_REACH_M) || isInOrNearWater(water, course.at(at), 250)) return;
    const { left, right } = addInterchange(sketch, motorway, at, last);
    const p = course.at(at);
    const [dx, dy] = course.direction(at);
    const side =
      site === undefined ? random.uniform() < 0.5 : dx * (site.centre[1] - p[1]) - dy * (site.centre[0] - p[0]) > 0;
    const [towardsTown, beyond] = side ? [left, right] : [right, left];
    const normal = (s: number): Point => [-dy * s, dx * s];
    const sign = side ? 1 : -1;
    if (site !== undefined) {
      winding(sketch, towardsTown, nearestGate(sketch, site, p));
      if (random.uniform() < 0.5) tryPark(sketch, beyond, normal(-sign));
    } else if (random.uniform() < 0.68) {
      const [aside, along] = [uniformIn(random, 1300, 3600), uniformIn(random, -900, 900)];
      const centre: Point = [p[0] - sign * dy * aside + dx * along, p[1] + sign * dx * aside + dy * along];
      if (
        distance(centre, [0, 0]) > 1.5 * R &&
        !isInOrNearWater(water, centre, 900) &&
        sites.every((s) => distance(s.centre, centre) > 2600)
      ) {
        const far = town(sketch, centre, random.uniform(), uniformIn(random, 230, 520));
        sites.push(far);
        winding(sketch, towardsTown, nearestGate(sketch, far, p));
      } else tryPark(sketch, towardsTown, normal(sign));
      if (random.uniform() < 0.3) tryPark(sketch, beyond, normal(-sign));
    } else {
      tryPark(sketch, towardsTown, normal(sign));
    }
  });
  // Rest areas where two interchanges are far apart.
  const cuts = motorway.cuts.map((cut) => cut.at).sort((a, b) => a - b);
  let since = 0;
  for (const [before, after] of pairwise(cuts)) {
    since += after - before;
    const middle = (after + before) / 2;
    if (since < 22_000 || after - before < 5000 || isInOrNearWater(water, course.at(middle), 300)) continue;
    addRestArea(sketch, motorway, middle);
    since = 0;
  }
}

function tryPark(sketch: Sketch, gate: number, away: Point): void {
  const p = pointOf(sketch, gate);
  if (!isInOrNearWater(sketch.water, [p[0] + away[0] * 350, p[1] + away[1] * 350], 350)) park(sketch, gate, away);
}

/** Pairs with no third site nearer to both: a sparse net in which roads seldom cross. */
function neighbours(sites: readonly Site[]): (readonly [Site, Site])[] {
  const out: (readonly [Site, Site])[] = [];
  sites.forEach((a, i) => {
    sites.slice(i + 1).forEach((b) => {
      const apart = distance(a.centre, b.centre);
      if (!(a.town || b.town) || apart > 24_000) return;
      const third = sites.some(
        (c) => c !== a && c !== b && Math.max(distance(a.centre, c.centre), distance(b.centre, c.centre)) < apart,
      );
      if (!third) out.push([a, b]);
    });
  });
  return out;
}

function nearestGate(sketch: Sketch, { gates }: Site, to: Point): number {
  const away = (gate: number): number => distance(pointOf(sketch, gate), to);
  return gates.reduce((best, gate) => (away(gate) < away(best) ? gate : best));
}

/**
 * A rural road: it winds, has farm roads beside it, and may be without a mobile network for a stretch. Not drawn over
 * lakes or the city.
 */
function winding(sketch: Sketch, from: number, to: number): void {
  const { random, limits, roads, radiusM: R, water } = sketch;
  const [a, b] = [pointOf(sketch, from), pointOf(sketch, to)];
  const length = distance(a, b);
  if (length < 30) return;
  const knots = Math.max(1, Math.round(length / 900));
  const [nx, ny] = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
  const bulge = uniformIn(random, -0.07, 0.07) * length;
  const controls = Array.from({ length: knots + 1 }, (_, i): Point => {
    const p = interpolate(a, b, i / knots);
    const off = i === 0 || i === knots ? 0 : bulge * sine(i / knots / 2) + uniformIn(random, -140, 140);
    return [p[0] + nx * off, p[1] + ny * off];
  });
  const course = new Polyline(spline(controls, 70));
  for (const { a: before, b: after, end } of course.pieces) {
    if (crossesWater(water, before, after) === 2) return;
    if (distance(after, [0, 0]) < 1.02 * R && end > 600 && course.lengthM - end > 600) return;
  }
  const parts = Math.max(1, Math.round(course.lengthM / 2400));
  const dead = random.uniform() < roads.dead_zone_share * 5 ? random.below(parts) : -1;
  let node = from;
  for (let k = 1; k <= parts; k++) {
    const [start, end] = [((k - 1) * course.lengthM) / parts, (k * course.lengthM) / parts];
    const next = k === parts ? to : addPoint(sketch, course.at(end));
    const shape = simplify(
      [pointOf(sketch, node), ...course.inside(start, end, 40), pointOf(sketch, next)],
      2.5,
      600,
    ).slice(1, -1);
    const flags = k - 1 === dead ? DEAD_ZONE : 0;
    addStreet(sketch, node, next, shape, {
      rank: SECONDARY,
      roadType: RURAL,
      zone: COUNTRY,
      limitKmh: limits.rural,
      flags,
    });
    if (k < parts && random.uniform() < 0.45) farmRoad(sketch, next, course.direction(end));
    node = next;
  }
}

/** A lane that ends at a farm. */
function farmRoad(sketch: Sketch, from: number, [dx, dy]: Point): void {
  const { random, limits, water } = sketch;
  const p = pointOf(sketch, from);
  const side = random.uniform() < 0.5 ? -1 : 1;
  const [out, lean, bow] = [uniformIn(random, 500, 1500), uniformIn(random, -0.4, 0.4), uniformIn(random, -60, 60)];
  const end: Point = [p[0] + side * -dy * out + dx * out * lean, p[1] + side * dx * out + dy * out * lean];
  if (distance(end, [0, 0]) < 1.3 * sketch.radiusM) return;
  const middle: Point = [(p[0] + end[0]) / 2 + dx * bow, (p[1] + end[1]) / 2 + dy * bow];
  if (crossesWater(water, p, middle) !== 0 || crossesWater(water, middle, end) !== 0) return;
  const shape = simplify(spline([p, middle, end], 120), 2, 400).slice(1, -1);
  addStreet(sketch, from, addPoint(sketch, end), shape, {
    rank: RESIDENTIAL,
    roadType: RURAL,
    zone: COUNTRY,
    limitKmh: limits.town,
    flags: 0,
  });
}
