/**
 * A procedural region: a city grid with arterials, a ring highway, radial highways, towns, and rural roads that join
 * them. Seeded by the region's name, so the roads are the same for every dataset.
 */
import { cosDeg, sinDeg } from '../random/exact-math.js';
import { nameKey, Sfc32, STREAM } from '../random/sfc32.js';
import type { Region, Roads } from '../scenario/scenario.js';
import {
  buildNetwork,
  CANYON,
  DEAD_ZONE,
  METRES_PER_DEGREE,
  type RoadEdge,
  type RoadNetwork,
  TUNNEL,
} from './road-network.js';

const CITY = 0;
const HIGHWAY = 1;
const RURAL = 2;
const [CENTRE, URBAN, TOWN, RING, RADIAL, COUNTRY] = [0, 1, 2, 3, 4, 5];

/** Metres east and north of the region's centre. */
type Point = readonly [number, number];

interface Sketch {
  readonly points: Point[];
  readonly edges: RoadEdge[];
  readonly random: Sfc32;
  readonly roads: Roads;
}

export function proceduralRoads(name: string, region: Region, roads: Roads): RoadNetwork {
  const random = new Sfc32();
  random.seed(0, nameKey(name), 0, STREAM.roads);
  const sketch: Sketch = { points: [], edges: [], random, roads };
  const radius = region.city_radius_km * 1000;
  const turn = random.uniform() * 90;
  const city = grid(sketch, [0, 0], radius, turn, false);
  const ring = ringHighway(sketch, city, radius);
  const radials = radialHighways(sketch, ring, radius);
  ruralRoads(sketch, radials, radius);
  const [lat0, lon0] = region.centre;
  const nodes = sketch.points.map(([east, north]) => {
    const latitude = lat0 + north / METRES_PER_DEGREE;
    return [latitude, lon0 + east / (METRES_PER_DEGREE * cosDeg(latitude))] as const;
  });
  const { city: inCity, highway, rural } = roads.stop_chance;
  return buildNetwork(nodes, sketch.edges, { chance: [inCity, highway, rural], seconds: roads.stop_seconds });
}

/** A disc of streets; every fourth is an arterial. Returns its nodes. */
function grid(sketch: Sketch, centre: Point, radius: number, turn: number, town: boolean): number[] {
  const { points, edges, random, roads } = sketch;
  const step = roads.block_m;
  const half = Math.floor(radius / step);
  const [cos, sin] = [cosDeg(turn), sinDeg(turn)];
  const at = new Map<number, number>();
  const key = (i: number, j: number): number => (i + 512) * 1024 + j + 512;
  for (let i = -half; i <= half; i++) {
    for (let j = -half; j <= half; j++) {
      if (i * i + j * j > half * half + 1) continue;
      const x = (i + (random.uniform() - 0.5) * 0.3) * step;
      const y = (j + (random.uniform() - 0.5) * 0.3) * step;
      at.set(key(i, j), points.push([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos]) - 1);
    }
  }
  const street = (from: number, to: number | undefined, line: number, r2: number): void => {
    if (to === undefined) return;
    const arterial = town || line % 4 === 0;
    // Some side streets don't go through; the arterials keep the grid in one piece.
    if (!arterial && random.uniform() < 0.12) return;
    const inner = !town && r2 < 0.16 * half * half;
    const tunnel = !town && arterial && random.uniform() < roads.city_tunnel_share;
    edges.push({
      from,
      to,
      limitKmh: town ? roads.limits.town : arterial ? roads.limits.arterial : roads.limits.residential,
      roadType: CITY,
      zone: town ? TOWN! : inner ? CENTRE! : URBAN!,
      flags: (tunnel ? TUNNEL : 0) | (inner ? CANYON : 0),
    });
  };
  for (let i = -half; i <= half; i++) {
    for (let j = -half; j <= half; j++) {
      const from = at.get(key(i, j));
      if (from === undefined) continue;
      street(from, at.get(key(i + 1, j)), j, i * i + j * j);
      street(from, at.get(key(i, j + 1)), i, i * i + j * j);
    }
  }
  return [...at.values()];
}

function ringHighway(sketch: Sketch, city: readonly number[], radius: number): number[] {
  const { points, edges, random, roads } = sketch;
  const count = 40;
  const ring: number[] = [];
  for (let k = 0; k < count; k++) {
    const r = radius * (1.12 + 0.04 * random.uniform());
    ring.push(points.push([r * sinDeg((360 * k) / count), r * cosDeg((360 * k) / count)]) - 1);
  }
  for (let k = 0; k < count; k++) {
    const tunnel = random.uniform() < roads.ring_tunnel_share;
    edges.push(road(ring[k]!, ring[(k + 1) % count]!, roads.limits.ring, HIGHWAY, RING!, tunnel ? TUNNEL : 0));
    if (k % 4 === 0) {
      const street = nearest(points, city, points[ring[k]!]!);
      edges.push(road(ring[k]!, street, roads.limits.arterial, CITY, URBAN!, 0));
    }
  }
  return ring;
}

function radialHighways(sketch: Sketch, ring: readonly number[], radius: number): number[] {
  const { points, edges, random, roads } = sketch;
  const nodes: number[] = [];
  const segment = 1600;
  for (let k = 0; k < roads.radials; k++) {
    let bearing = (360 * (k + 0.5 * random.uniform())) / roads.radials;
    const start = Math.round((bearing / 360) * ring.length) % ring.length;
    let node = ring[start]!;
    for (let r = radius * 1.14 + segment; r < roads.radial_km * 1000; r += segment) {
      bearing += (random.uniform() - 0.5) * 2.5;
      const next = points.push([r * sinDeg(bearing), r * cosDeg(bearing)]) - 1;
      edges.push(road(node, next, roads.limits.radial, HIGHWAY, RADIAL!, 0));
      nodes.push(next);
      node = next;
    }
  }
  return nodes;
}

/** Towns between the radials, each joined to the nearest motorway junction and to two neighbours. */
function ruralRoads(sketch: Sketch, radials: readonly number[], radius: number): void {
  const { points, random, roads } = sketch;
  const towns: { readonly centre: Point; readonly nodes: readonly number[] }[] = [];
  for (let k = 0; k < roads.towns; k++) {
    const bearing = (360 * (k + 0.6 * random.uniform())) / roads.towns;
    const r = radius * 1.5 + (roads.radial_km * 1000 - radius * 2) * random.uniform();
    const centre: Point = [r * sinDeg(bearing), r * cosDeg(bearing)];
    towns.push({ centre, nodes: grid(sketch, centre, 900, random.uniform() * 90, true) });
  }
  towns.forEach((town, k) => {
    const junction = nearest(points, radials, town.centre);
    ruralRoad(sketch, nearest(points, town.nodes, points[junction]!), junction);
    const byDistance = towns
      .filter((_, j) => j > k)
      .sort((a, b) => squared(a.centre, town.centre) - squared(b.centre, town.centre));
    for (const other of byDistance.slice(0, 2)) {
      const from = nearest(points, town.nodes, other.centre);
      ruralRoad(sketch, from, nearest(points, other.nodes, points[from]!));
    }
  });
}

/** A winding road in pieces of about 800 m; a stretch of it may be without a mobile network. */
function ruralRoad(sketch: Sketch, from: number, to: number): void {
  const { points, edges, random, roads } = sketch;
  const [a, b] = [points[from]!, points[to]!];
  const length = Math.sqrt(squared(a, b));
  const pieces = Math.max(1, Math.round(length / 800));
  const dead = Math.round(pieces * roads.dead_zone_share * 3);
  const deadFrom = random.uniform() < 1 / 3 ? random.below(Math.max(1, pieces - dead + 1)) : pieces;
  let node = from;
  for (let i = 1; i <= pieces; i++) {
    const f = i / pieces;
    const sway = (random.uniform() - 0.5) * 260;
    const next =
      i === pieces
        ? to
        : points.push([
            a[0] + (b[0] - a[0]) * f + ((b[1] - a[1]) / length) * sway,
            a[1] + (b[1] - a[1]) * f - ((b[0] - a[0]) / length) * sway,
          ]) - 1;
    const isDead = i > deadFrom && i <= deadFrom + dead;
    edges.push(road(node, next, roads.limits.rural, RURAL, COUNTRY!, isDead ? DEAD_ZONE : 0));
    node = next;
  }
}

function road(from: number, to: number, limitKmh: number, roadType: number, zone: number, flags: number): RoadEdge {
  return { from, to, limitKmh, roadType, zone, flags };
}

function nearest(points: readonly Point[], among: readonly number[], to: Point): number {
  let best = among[0]!;
  for (const node of among) if (squared(points[node]!, to) < squared(points[best]!, to)) best = node;
  return best;
}

function squared(a: Point, b: Point): number {
  return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}
