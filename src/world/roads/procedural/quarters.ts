/**
 * The streets of a city's cells: each cell has its own pattern and direction, and ends at the main streets
 * around it.
 */
import { DisjointSets } from '../../../base/disjoint-sets.js';
import { pairwise } from '../../../base/pairwise.js';
import type { Sfc32 } from '../../../random/sfc32.js';
import { CANYON, CITY, COLLECTOR, RESIDENTIAL } from '../network.js';
import type { Artery } from './arteries.js';
import type { Cell, Side } from './cells.js';
import type { Style } from './main-streets.js';
import {
  closestOnSegment,
  distance,
  intersection,
  type Point,
  polygonContains,
  type SmoothField,
  sine,
  uniformIn,
} from './plane-geometry.js';
import { addPoint, addStreet, type RoadKind, type Sketch } from './sketch.js';
import { crossesWater, isInOrNearWater } from './water.js';

export interface CityGround {
  readonly style: Style;
  /** Sine of the angle by which a grid city is turned. */
  readonly turn: number;
  /** Built-up where it is above zero. */
  readonly built: SmoothField;
  /** Where a motorway has its corridor. */
  readonly taken: (p: Point) => boolean;
}

interface Pattern {
  /** Share of the spacing by which a junction is off its place. */
  readonly jitter: number;
  /** Share of streets that go through. */
  readonly kept: number;
  /** Share of the spacing by which streets swing. */
  readonly swing: number;
  /** Length to width of a block. */
  readonly aspect: readonly [number, number];
}

const OLD: Pattern = { jitter: 0.24, kept: 0.86, swing: 0.16, aspect: [0.85, 1.25] };
const BLOCKS: Pattern = { jitter: 0.03, kept: 0.93, swing: 0, aspect: [1.25, 1.8] };
const CURVED: Pattern = { jitter: 0.1, kept: 0.7, swing: 0.42, aspect: [1, 1.5] };
const LOOPS: Pattern = { jitter: 0.16, kept: 0.5, swing: 0.5, aspect: [0.9, 1.4] };

/** A street that joins a main street nearer to another than this takes the other's junction. */
const SAME_JUNCTION_M = 105;
const [CENTRE, URBAN] = [0, 1];

export function zoneAt({ radiusM }: Sketch, p: Point): number {
  return distance(p, [0, 0]) < 0.33 * radiusM ? CENTRE : URBAN;
}

export function isCanyon({ radiusM }: Sketch, p: Point): boolean {
  return distance(p, [0, 0]) < 0.24 * radiusM;
}

interface Lattice {
  readonly at: (i: number, j: number) => Point;
  readonly jitterM: number;
  readonly spacingM: number;
  readonly span: readonly [fromI: number, toI: number, fromJ: number, toJ: number];
}

interface Corner {
  readonly i: number;
  readonly j: number;
  readonly place: Point;
  /** Metres to the nearest side of the cell. */
  readonly edgeM: number;
  readonly side: Side;
  /** Where on it the nearest point is, as a share of its length. */
  readonly share: number;
  /** Once it is drawn. */
  node: number;
}

interface Candidate {
  readonly a: Corner;
  /** Missing where the street leads to the main street. */
  readonly b?: Corner;
  readonly rank: number;
  readonly wanted: boolean;
}

export function fillCell(sketch: Sketch, ground: CityGround, cell: Cell): void {
  const { random } = sketch;
  const share = Math.min(1.1, distance(cell.centre, [0, 0]) / sketch.radiusM);
  const pattern = patternAt(random, ground.style, share);
  const lattice = latticeOf(sketch, ground, cell, pattern, share);
  const corners = cornersOf(sketch, ground, cell, lattice);
  const candidates = candidatesOf(sketch, ground, cell, lattice, corners, pattern);
  const limitKmh = random.uniform() < 0.5 ? sketch.limits.arterial : sketch.limits.residential;
  for (const street of joined(candidates, corners.size)) draw(sketch, lattice, street, limitKmh);
}

function patternAt(random: Sfc32, style: Style, share: number): Pattern {
  const u = random.uniform();
  if (style === 'grid') return share < 0.62 ? BLOCKS : u < 0.5 ? BLOCKS : u < 0.8 ? CURVED : LOOPS;
  if (share < 0.28) return style === 'mixed' && u < 0.4 ? BLOCKS : OLD;
  if (share < 0.62) return u < (style === 'mixed' ? 0.7 : 0.4) ? BLOCKS : u < 0.8 ? CURVED : OLD;
  return u < 0.2 ? BLOCKS : u < 0.6 ? CURVED : LOOPS;
}

function latticeOf(sketch: Sketch, ground: CityGround, cell: Cell, pattern: Pattern, share: number): Lattice {
  const { random, roads } = sketch;
  const spacingM = roads.block_m * (0.42 + 0.48 * share);
  const aspect = uniformIn(random, pattern.aspect[0], pattern.aspect[1]);
  const stretch = Math.sqrt(aspect);
  const [su, sv] =
    random.uniform() < 0.5 ? [spacingM * stretch, spacingM / stretch] : [spacingM / stretch, spacingM * stretch];
  const [ux, uy] = directionOf(ground, cell, share);
  const wave = spacingM * uniformIn(random, 4.5, 7);
  const swing = pattern.swing * spacingM;
  const [p1, p2] = [random.uniform(), random.uniform()];
  let [fromU, toU, fromV, toV] = [0, 0, 0, 0];
  for (const p of cell.polygon) {
    const [x, y] = [p[0] - cell.centre[0], p[1] - cell.centre[1]];
    const [u, v] = [x * ux + y * uy, -x * uy + y * ux];
    fromU = Math.min(fromU, u);
    toU = Math.max(toU, u);
    fromV = Math.min(fromV, v);
    toV = Math.max(toV, v);
  }
  const [du, dv] = [random.uniform() * su, random.uniform() * sv];
  return {
    spacingM,
    jitterM: pattern.jitter * spacingM,
    at: (i, j) => {
      const [u0, v0] = [fromU + du + i * su, fromV + dv + j * sv];
      const u = u0 + swing * sine(v0 / wave + p1);
      const v = v0 + swing * sine(u0 / wave + p2);
      return [cell.centre[0] + u * ux - v * uy, cell.centre[1] + u * uy + v * ux];
    },
    span: [-1, Math.ceil((toU - fromU) / su), -1, Math.ceil((toV - fromV) / sv)],
  };
}

/** Along the cell's longest straight side; in the middle of a grid city, with the grid. */
function directionOf(ground: CityGround, cell: Cell, share: number): Point {
  if (ground.style === 'grid' && share < 0.85) return [Math.sqrt(1 - ground.turn * ground.turn), ground.turn];
  let [best, dx, dy] = [0, 1, 0];
  for (const { a, b } of cell.sides) {
    const length = distance(a, b);
    if (length > best) [best, dx, dy] = [length, (b[0] - a[0]) / length, (b[1] - a[1]) / length];
  }
  return [dx, dy];
}

const keyOf = (i: number, j: number): number => (i + 2) * 4096 + j + 2;

function cornersOf(sketch: Sketch, ground: CityGround, cell: Cell, lattice: Lattice): Map<number, Corner> {
  const { random, water } = sketch;
  const corners = new Map<number, Corner>();
  const [fromI, toI, fromJ, toJ] = lattice.span;
  for (let i = fromI; i <= toI; i++) {
    for (let j = fromJ; j <= toJ; j++) {
      const [x, y] = lattice.at(i, j);
      const place: Point = [
        x + (random.uniform() - 0.5) * 2 * lattice.jitterM,
        y + (random.uniform() - 0.5) * 2 * lattice.jitterM,
      ];
      if (!polygonContains(cell.polygon, place) || ground.built(place[0], place[1]) < 0 || ground.taken(place))
        continue;
      const near = nearestSide(cell, place);
      if (near === undefined || near.edgeM < 0.42 * lattice.spacingM || isInOrNearWater(water, place)) continue;
      corners.set(keyOf(i, j), { i, j, place, ...near, node: -1 });
    }
  }
  return corners;
}

function nearestSide({ sides }: Cell, p: Point): Pick<Corner, 'edgeM' | 'side' | 'share'> | undefined {
  let nearest: Side | undefined;
  let [squared, share] = [Number.POSITIVE_INFINITY, 0];
  for (const side of sides) {
    const found = closestOnSegment(side.a, side.b, p);
    if (found.squared < squared) [nearest, squared, share] = [side, found.squared, found.share];
  }
  return nearest && { edgeM: Math.sqrt(squared), side: nearest, share };
}

/** Metres along the artery of its point nearest to a corner. */
function footAlong({ side, share }: Corner): number {
  return side.from + (side.to - side.from) * share;
}

function candidatesOf(
  sketch: Sketch,
  ground: CityGround,
  cell: Cell,
  lattice: Lattice,
  corners: ReadonlyMap<number, Corner>,
  pattern: Pattern,
): Candidate[] {
  const { random } = sketch;
  const [throughI, throughJ] = [random.below(4), random.below(4)];
  const out: Candidate[] = [];
  const collects = (n: number, through: number): boolean => (n + 8) % 4 === through;
  for (const a of corners.values()) {
    for (const [di, dj] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const b = corners.get(keyOf(a.i + di, a.j + dj));
      const collector = di === 1 ? collects(a.j, throughJ) : collects(a.i, throughI);
      const wanted = collector || random.uniform() < pattern.kept;
      if (b === undefined || !free(sketch, ground, cell, lattice, a, b)) continue;
      out.push({ a, b, rank: collector ? COLLECTOR : RESIDENTIAL, wanted });
    }
    const collector = collects(a.j, throughJ) || collects(a.i, throughI);
    const wanted = random.uniform() < (collector ? 0.95 : 0.35 + 0.5 * pattern.kept);
    if (a.edgeM > 1.15 * lattice.spacingM) continue;
    const there = a.side.artery.course.at(footAlong(a));
    if (isInOrNearWater(sketch.water, there) || crossesWater(sketch.water, a.place, there) !== 0 || ground.taken(there))
      continue;
    out.push({ a, rank: collector ? COLLECTOR : RESIDENTIAL, wanted });
  }
  return out;
}

/** Whether a street can go straight from a to b: over no main street, motorway or water. */
function free(sketch: Sketch, ground: CityGround, cell: Cell, lattice: Lattice, a: Corner, b: Corner): boolean {
  if (a.edgeM < lattice.spacingM || b.edgeM < lattice.spacingM) {
    if (cell.sides.some((side) => intersection(a.place, b.place, side.a, side.b) >= 0)) return false;
  }
  for (let k = 1; k < 4; k++) {
    const p: Point = [
      a.place[0] + ((b.place[0] - a.place[0]) * k) / 4,
      a.place[1] + ((b.place[1] - a.place[1]) * k) / 4,
    ];
    if (ground.taken(p)) return false;
  }
  return crossesWater(sketch.water, a.place, b.place) === 0;
}

/**
 * The streets that are wanted, and of the others what joins parts; parts without a route to a main street are left out.
 */
function joined(candidates: readonly Candidate[], corners: number): Candidate[] {
  const ids = new Map<Corner, number>();
  const id = (corner: Corner | undefined): number => {
    if (corner === undefined) return 0;
    const known = ids.get(corner);
    if (known !== undefined) return known;
    ids.set(corner, ids.size + 1);
    return ids.size;
  };
  const parts = new DisjointSets(corners + 1);
  const kept: Candidate[] = [];
  for (const pass of [true, false]) {
    for (const candidate of candidates) {
      if (candidate.wanted !== pass) continue;
      const [a, b] = [id(candidate.a), id(candidate.b)];
      if (!pass && parts.find(a) === parts.find(b)) continue;
      parts.union(a, b);
      kept.push(candidate);
    }
  }
  return kept.filter(({ a }) => parts.find(id(a)) === parts.find(0));
}

function draw(sketch: Sketch, lattice: Lattice, { a, b, rank }: Candidate, collectorKmh: number): void {
  const node = (corner: Corner): number => {
    if (corner.node < 0) corner.node = addPoint(sketch, corner.place);
    return corner.node;
  };
  const canyon = isCanyon(sketch, a.place);
  const kind: RoadKind = {
    rank,
    roadType: CITY,
    zone: zoneAt(sketch, a.place),
    limitKmh: rank === COLLECTOR ? collectorKmh : sketch.limits.residential,
    flags: canyon ? CANYON : 0,
  };
  if (b !== undefined) {
    addStreet(sketch, node(a), node(b), bow(lattice, a, b), kind);
    return;
  }
  addStreet(sketch, node(a), junctionOn(sketch, a.side.artery, footAlong(a)), [], kind);
}

/** How the lattice's swing bends a street between two corners. */
function bow(lattice: Lattice, a: Corner, b: Corner): Point[] {
  const [pa, pb] = [lattice.at(a.i, a.j), lattice.at(b.i, b.j)];
  const out: Point[] = [];
  let max = 0;
  for (const t of [0.25, 0.5, 0.75]) {
    const p = lattice.at(a.i + (b.i - a.i) * t, a.j + (b.j - a.j) * t);
    const dx = p[0] - pa[0] - (pb[0] - pa[0]) * t;
    const dy = p[1] - pa[1] - (pb[1] - pa[1]) * t;
    max = Math.max(max, Math.abs(dx), Math.abs(dy));
    out.push([a.place[0] + (b.place[0] - a.place[0]) * t + dx, a.place[1] + (b.place[1] - a.place[1]) * t + dy]);
  }
  return max > 3 ? out : [];
}

/** The junction of a main street at a distance along it: one that is there already, or a new one. */
export function junctionOn(sketch: Sketch, artery: Artery, at: number): number {
  if (at < SAME_JUNCTION_M) return artery.from;
  if (at > artery.course.lengthM - SAME_JUNCTION_M) return artery.to;
  const near = artery.feet.find((there) => Math.abs(there.at - at) < SAME_JUNCTION_M);
  if (near !== undefined) return near.node;
  const node = addPoint(sketch, artery.course.at(at));
  artery.feet.push({ at, node });
  return node;
}

/** Draws a main street in pieces from junction to junction. */
export function drawArtery(sketch: Sketch, { from, to, course, kind, feet }: Artery): void {
  const stops = [{ at: 0, node: from }, ...[...feet].sort((a, b) => a.at - b.at), { at: course.lengthM, node: to }];
  for (const [a, b] of pairwise(stops)) {
    const middle = course.at((a.at + b.at) / 2);
    addStreet(sketch, a.node, b.node, course.inside(a.at, b.at, 12), {
      ...kind,
      zone: zoneAt(sketch, middle),
      flags: kind.flags | (isCanyon(sketch, middle) ? CANYON : 0),
    });
  }
}
