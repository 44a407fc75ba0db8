/** The density of places, by squares of a kilometre, and the plane in which they are measured. */
import { METRES_PER_DEGREE, type RoadNetwork } from './network.js';

const SQUARE_M = 1000;

/** By node. */
export interface Density {
  /** Metres east and north of the network's first node. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How many of the places are in its square and the eight around it. */
  readonly around: Int32Array;
}

/** One node of the same. */
export interface Spot {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly around: number;
}

/** `places` are nodes. */
export function densityOf({ latitude, longitude, degreesPerMEast }: RoadNetwork, places: Int32Array): Density {
  const x = longitude.map((east, node) => (east - longitude[0]!) / degreesPerMEast[node]!);
  const y = latitude.map((north) => (north - latitude[0]!) * METRES_PER_DEGREE);
  const squareOf = (node: number, dx = 0, dy = 0): number =>
    (Math.floor(x[node]! / SQUARE_M) + dx + 32768) * 65536 + Math.floor(y[node]! / SQUARE_M) + dy + 32768;
  const counts = new Map<number, number>();
  for (const place of places) counts.set(squareOf(place), (counts.get(squareOf(place)) ?? 0) + 1);
  const sums = new Map<number, number>();
  const around = Int32Array.from(x.keys(), (node) => {
    const known = sums.get(squareOf(node));
    if (known !== undefined) return known;
    let sum = 0;
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) sum += counts.get(squareOf(node, dx, dy)) ?? 0;
    sums.set(squareOf(node), sum);
    return sum;
  });
  return { x, y, around };
}

export function spotsOf({ x, y, around }: Density): Spot[] {
  return Array.from(around, (count, node) => ({ node, x: x[node]!, y: y[node]!, around: count }));
}

export function spotDistanceM(a: Spot, b: Spot): number {
  return Math.sqrt(squaredDistanceM2(a, b));
}

export function squaredDistanceM2(a: Pick<Spot, 'x' | 'y'>, b: Pick<Spot, 'x' | 'y'>): number {
  const [dx, dy] = [a.x - b.x, a.y - b.y];
  return dx * dx + dy * dy;
}
