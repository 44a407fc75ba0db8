/** How close places lie together, by squares of a kilometre; and the plane they are measured in. */
import type { RoadNetwork } from './network.js';

const SQUARE_M = 1000;

export interface Density {
  /** Metres east and north of the network's first node, by node. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** By node: how many of the places are in its square and the eight around it. */
  readonly around: Int32Array;
}

export function densityOf(network: RoadNetwork, places: Int32Array): Density {
  const { nodeCount, latitude, longitude, degreesPerMEast } = network;
  const x = new Float64Array(nodeCount);
  const y = new Float64Array(nodeCount);
  for (let i = 0; i < nodeCount; i++) {
    x[i] = (longitude[i]! - longitude[0]!) / degreesPerMEast[i]!;
    y[i] = (latitude[i]! - latitude[0]!) * 111195.08;
  }
  const keyOf = (i: number, dx: number, dy: number): number =>
    (Math.floor(x[i]! / SQUARE_M) + dx + 32768) * 65536 + Math.floor(y[i]! / SQUARE_M) + dy + 32768;
  const counts = new Map<number, number>();
  for (const i of places) counts.set(keyOf(i, 0, 0), (counts.get(keyOf(i, 0, 0)) ?? 0) + 1);
  const sums = new Map<number, number>();
  const around = Int32Array.from({ length: nodeCount }, (_, i) => {
    const key = keyOf(i, 0, 0);
    const known = sums.get(key);
    if (known !== undefined) return known;
    let sum = 0;
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) sum += counts.get(keyOf(i, dx, dy)) ?? 0;
    sums.set(key, sum);
    return sum;
  });
  return { x, y, around };
}

export function apartM({ x, y }: Density, a: number, b: number): number {
  const [dx, dy] = [x[a]! - x[b]!, y[a]! - y[b]!];
  return Math.sqrt(dx * dx + dy * dy);
}
