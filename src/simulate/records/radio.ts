/** How a record reaches the server: its delay and the reported signal strength. */
import { exp } from '../../random/exact-math.js';
import { NORMAL } from '../../random/tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';

/** Delay from which a record counts as delayed (declared). */
export const DELAYED_MS = 10000;
/** Delay of a record sent with reception: minimum, and a log-normal excess with a long right tail (declared). */
const BASE_DELAY_MS = 45;
const EXTRA_DELAY = { medianMs: 42, spread: 0.7, maxMs: 255 };
/** 256 equally likely values. */
const EXTRA_DELAY_MS = Int32Array.from({ length: 256 }, (_, i) => {
  const z = NORMAL[(i + 0.5) * (NORMAL.length / 256)]!;
  return Math.min(EXTRA_DELAY.maxMs, Math.round(EXTRA_DELAY.medianMs * exp(EXTRA_DELAY.spread * z)));
});
/**
 * Delay added by a weak signal: milliseconds per dB below this level, in dBm (declared; below -100 dBm is marginal).
 */
const WEAK_DBM = -105;
const DELAY_MS_PER_WEAK_DB = 25;
/** Maximum signal shown by a held-back record, in dBm (declared). */
const HELD_DBM = -118;
/** Range of the column, in dBm (LTE RSRP). */
const MIN_DBM = -140;
const MAX_DBM = -44;

/**
 * Milliseconds from recording to arrival; a vehicle's records arrive in the order of recording. Uses bits 0-7 of the
 * draw.
 */
export function delayOf(day: VehicleDay, time: number, draw: number, signal: number): number {
  const weak = Math.max(0, WEAK_DBM - signal) * DELAY_MS_PER_WEAK_DB;
  const atOnce = time + BASE_DELAY_MS + EXTRA_DELAY_MS[draw & 0xff]! + weak;
  const later = day.heldUntilMs + (draw & 0x3f);
  const arrival = Math.max(time < day.heldUntilMs ? later : atOnce, day.lastArrivalMs + 1);
  day.lastArrivalMs = arrival;
  return arrival - time;
}

/** The signal within the column's range. Uses bits 0-2 of the draw. */
export function reportedSignal(signal: number, held: boolean, draw: number): number {
  const heldSignal = Math.min(signal, HELD_DBM - (signal > HELD_DBM ? draw & 7 : 0));
  return Math.max(MIN_DBM, Math.min(MAX_DBM, held ? heldSignal : signal));
}
