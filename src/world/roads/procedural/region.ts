/**
 * A procedural region: a city with main streets and quarters, a ring road and motorways, towns and rural roads. Seeded
 * by the region's name, so the roads are the same for every dataset.
 */
import { DisjointSets } from '../../../base/disjoint-sets.js';
import { nameKey, Sfc32, STREAM } from '../../../random/sfc32.js';
import { type Region, type Roads, TOWN_STYLES } from '../../../scenario/model/scenario.js';
import { sortByLocality } from '../locality.js';
import { ARTERIAL, buildNetwork, HIGHWAY, NO_STOP, type RoadNetwork, RURAL, SECONDARY, TUNNEL } from '../network.js';
import { type Artery, splitAtCrossings } from './arteries.js';
import { cellsOf } from './cells.js';
import { controlsOf } from './controls.js';
import { drawCountryside } from './countryside.js';
import { mainStreets } from './main-streets.js';
import {
  addRamps,
  drawMotorway,
  hasRoom,
  type Motorway,
  RAMP_ASIDE_M,
  RAMP_REACH_M,
  radialRoads,
  ringRoad,
} from './motorways.js';
import { distance, intersection, type Point, smoothField, uniformIn } from './plane-geometry.js';
import { type CityGround, drawArtery, fillCell } from './quarters.js';
import { addPoint, pointOf, type Sketch, type Street } from './sketch.js';
import { createWater, toDegrees } from './water.js';

const CORRIDOR_M = 165;
const TOWN = 2;

export function proceduralNetwork(name: string, region: Region, roads: Roads): RoadNetwork {
  const sketch = drawRegion(name, region, roads);
  const kept = largestPart(sketch);
  const ids = new Map<number, number>();
  const id = (node: number): number => {
    const known = ids.get(node) ?? ids.size;
    ids.set(node, known);
    return known;
  };
  const degrees = (p: Point): readonly [number, number] => toDegrees(region.centre, p);
  const edges = kept.map((street) => ({
    ...street,
    from: id(street.from),
    to: id(street.to),
    shape: street.shape.map(degrees),
  }));
  const nodes = [...ids.keys()].map((node) => degrees(pointOf(sketch, node)));
  const controls = controlsOf(edges, nodes.length, nameKey(name));
  return buildNetwork(sortByLocality({ nodes, controls, edges }));
}

export function drawRegion(name: string, region: Region, roads: Roads): Sketch {
  const random = new Sfc32();
  random.seed(0, nameKey(name), 0, STREAM.roads);
  const style = region.town?.style ?? TOWN_STYLES[random.below(TOWN_STYLES.length)]!;
  const sketch: Sketch = {
    random,
    region,
    roads,
    limits: { ...roads.limits, ...region.limits },
    water: createWater(region.centre, region.water),
    radiusM: region.city_radius_km * 1000,
    points: [],
    streets: [],
  };
  const R = sketch.radiusM;
  const turn = uniformIn(random, -0.04, 0.04);
  const ring = ringRoad(sketch);
  const arteries = splitAtCrossings(sketch, mainStreets(sketch, style, turn), 0.06 * R);
  if (ring !== undefined) cityJunctions(sketch, ring, arteries);
  const radials = radialRoads(sketch, ring);
  const motorways = ring === undefined ? radials : [ring, ...radials];
  const ground: CityGround = { style, turn, built: builtUp(sketch), taken: corridors(motorways, R) };
  for (const cell of cellsOf(arteries)) fillCell(sketch, ground, cell);
  for (const artery of arteries) drawArtery(sketch, tunnelled(sketch, artery));
  drawCountryside(sketch, motorways, exitsOf(sketch, arteries));
  for (const motorway of motorways) drawMotorway(sketch, motorway, motorway === ring ? roads.ring_tunnel_share : 0);
  return sketch;
}

/** Built-up land thins out towards the ring; parks and fields leave holes. */
function builtUp({ random, radiusM: R }: Sketch): (x: number, y: number) => number {
  const rough = smoothField(random, 0.55 * R);
  const fine = smoothField(random, 0.22 * R);
  return (x, y) => 1.28 - Math.sqrt(x * x + y * y) / R + 0.26 * rough(x, y) + 0.16 * fine(x, y);
}

/** Whether a place is in a motorway's corridor, from a raster. */
function corridors(motorways: readonly Motorway[], R: number): (p: Point) => boolean {
  const cell = 60;
  const half = Math.ceil((1.5 * R) / cell);
  const side = 2 * half + 1;
  const raster = new Uint8Array(side * side);
  const reach = Math.ceil(CORRIDOR_M / cell);
  for (const { course } of motorways) {
    for (const [x, y] of course.points) {
      const [cx, cy] = [Math.round(x / cell) + half, Math.round(y / cell) + half];
      if (cx < reach || cy < reach || cx >= side - reach || cy >= side - reach) continue;
      for (let dy = -reach; dy <= reach; dy++)
        raster.fill(1, (cy + dy) * side + cx - reach, (cy + dy) * side + cx + reach + 1);
    }
  }
  return ([x, y]) => {
    const [cx, cy] = [Math.round(x / cell) + half, Math.round(y / cell) + half];
    return cx >= 0 && cy >= 0 && cx < side && cy < side && raster[cy * side + cx] === 1;
  };
}

/** Junctions where main streets cross a motorway with room for the ramps. */
function cityJunctions(sketch: Sketch, motorway: Motorway, arteries: readonly Artery[]): void {
  const { course } = motorway;
  const found: { readonly artery: Artery; readonly along: number; readonly at: number }[] = [];
  for (const artery of arteries) {
    for (const { a, b, start } of artery.course.pieces) {
      if (Math.max(distance(a, [0, 0]), distance(b, [0, 0])) < 0.85 * sketch.radiusM) continue;
      for (const { a: c, b: d, start: startM } of course.pieces) {
        if (Math.abs(c[0] - a[0]) > 500 || Math.abs(c[1] - a[1]) > 500) continue;
        const t = intersection(a, b, c, d);
        if (t < 0) continue;
        const along = start + t * distance(a, b);
        const hit: Point = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
        if (along > RAMP_ASIDE_M + 20 && along < artery.course.lengthM - RAMP_ASIDE_M - 20)
          found.push({ artery, along, at: startM + distance(c, hit) });
      }
    }
  }
  found.sort((a, b) => a.artery.kind.rank - b.artery.kind.rank || a.at - b.at);
  for (const { artery, along, at } of found) {
    if (!hasRoom(motorway, at, RAMP_REACH_M)) continue;
    const ends = [along - RAMP_ASIDE_M, along + RAMP_ASIDE_M].map((where) => {
      const node = addPoint(sketch, artery.course.at(where));
      artery.feet.push({ at: where, node });
      return node;
    });
    addRamps(sketch, motorway, at, ends);
  }
}

/** Some arteries of a city run in tunnels. */
function tunnelled(sketch: Sketch, artery: Artery): Artery {
  const { random, roads, radiusM } = sketch;
  const far = distance(artery.course.at(artery.course.lengthM / 2), [0, 0]) / radiusM;
  if (far > 1.2) {
    return { ...artery, kind: { ...artery.kind, roadType: RURAL, limitKmh: sketch.limits.rural, flags: NO_STOP } };
  }
  if (artery.kind.rank !== ARTERIAL || random.uniform() >= roads.city_tunnel_share) return artery;
  return { ...artery, feet: artery.feet, kind: { ...artery.kind, flags: TUNNEL | NO_STOP } };
}

/** Where main streets end outside the ring. */
function exitsOf(sketch: Sketch, arteries: readonly Artery[]): number[] {
  return [...degreesOf(arteries)]
    .filter(([node, count]) => count === 1 && distance(pointOf(sketch, node), [0, 0]) > 1.18 * sketch.radiusM)
    .map(([node]) => node);
}

/**
 * The streets of the largest connected part, without motorways, ramps and main roads outside the city that lead
 * nowhere.
 */
function largestPart(sketch: Sketch): Street[] {
  const { streets, points, radiusM } = sketch;
  let left = streets.filter(({ from, to }) => from !== to);
  for (;;) {
    const degree = degreesOf(left);
    const kept = left.filter(({ from, to, roadType, rank, zone }) => {
      const end = [from, to].find((node) => degree.get(node) === 1);
      if (end === undefined) return true;
      if (roadType === HIGHWAY) return false;
      return rank > SECONDARY || zone === TOWN || distance(pointOf(sketch, end), [0, 0]) < radiusM;
    });
    if (kept.length === left.length) break;
    left = kept;
  }
  const parts = new DisjointSets(points.length);
  for (const { from, to } of left) parts.union(from, to);
  const size = new Int32Array(points.length);
  for (const { from } of left) size[parts.find(from)]!++;
  const largest = size.indexOf(size.reduce((max, n) => Math.max(max, n), 0));
  return left.filter(({ from }) => parts.find(from) === largest);
}

/** By node: how many streets meet there. */
function degreesOf(streets: readonly { readonly from: number; readonly to: number }[]): Map<number, number> {
  const degrees = new Map<number, number>();
  for (const { from, to } of streets) for (const node of [from, to]) degrees.set(node, (degrees.get(node) ?? 0) + 1);
  return degrees;
}
