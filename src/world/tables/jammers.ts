/**
 * Satellite navigation jammers: occasionally one is active at a junction of a region, and no vehicle within its reach
 * has a position while it sends. Drawn by block of the calendar, as the weather is, so all vehicles of a region meet
 * the same ones.
 */
import { MINUTE_MS, WEEK_MS } from '../../base/time.js';
import { type Sfc32, STREAM } from '../../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../../random/tables.js';
import type { Jamming } from '../../scenario/model/scenario.js';
import { METRES_PER_DEGREE, type RoadNetwork } from '../roads/network.js';

/** One jammer, from inclusive to exclusive in UTC milliseconds. */
export interface Jammer {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The junction where it is. */
  readonly node: number;
  readonly radiusM: number;
}

/** The jammers of a region between two times, one after the other. `key` and `block` name their random numbers. */
export function drawJammers(
  jamming: Jamming,
  network: RoadNetwork,
  key: { readonly seed: number; readonly region: number; readonly block: number },
  span: readonly [fromMs: number, untilMs: number],
  random: Sfc32,
): Jammer[] {
  const jammers: Jammer[] = [];
  if (jamming.per_week === 0) return jammers;
  random.seed(key.seed, key.region, key.block + 32768, STREAM.jamming);
  const exponential = (): number => EXPONENTIAL[random.next() >>> TABLE_SHIFT]!;
  const [start, end] = span;
  let time = start;
  for (;;) {
    const fromMs = time + Math.floor((exponential() * WEEK_MS) / jamming.per_week);
    if (fromMs >= end) return jammers;
    const untilMs = Math.min(end, fromMs + 1 + Math.floor(exponential() * jamming.minutes * MINUTE_MS));
    jammers.push({ fromMs, untilMs, node: random.below(network.nodeCount), radiusM: jamming.radius_km * 1000 });
    time = untilMs;
  }
}

/** Whether the point at a share of an edge's length is within reach. */
export function isInReach(jammer: Jammer, network: RoadNetwork, edge: number, share: number): boolean {
  const { lengthM, pieceFirst, pieceLengthM, pieceLatitude, pieceLongitude, degreesPerMEast, latitude, longitude } =
    network;
  let metres = share * lengthM[edge]!;
  let piece = pieceFirst[edge]!;
  for (; piece < pieceFirst[edge + 1]! - 1 && metres > pieceLengthM[piece]!; piece++) metres -= pieceLengthM[piece]!;
  const last = piece === pieceFirst[edge + 1]! - 1;
  const end = network.to[edge]!;
  const [toLatitude, toLongitude] = last
    ? [latitude[end]!, longitude[end]!]
    : [pieceLatitude[piece + 1]!, pieceLongitude[piece + 1]!];
  const part = metres / pieceLengthM[piece]!;
  const at = pieceLatitude[piece]! + (toLatitude - pieceLatitude[piece]!) * part;
  const along = pieceLongitude[piece]! + (toLongitude - pieceLongitude[piece]!) * part;
  const north = (at - latitude[jammer.node]!) * METRES_PER_DEGREE;
  const east = (along - longitude[jammer.node]!) / degreesPerMEast[jammer.node]!;
  return north * north + east * east <= jammer.radiusM * jammer.radiusM;
}
