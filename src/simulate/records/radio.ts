/** How a record reaches the server: the delay, and the signal that the device reports. */
import { exp } from '../../random/exact-math.js';
import { NORMAL } from '../../random/tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';

/** From when on a record counts as delayed (declared). */
export const DELAYED_MS = 10000;
/** Delay of a record that finds the network: at least, and what comes on top, log-normal with a long right tail (declared). */
const BASE_DELAY_MS = 45;
const EXTRA_DELAY = { medianMs: 42, spread: 0.7, mostMs: 255 };
/** Of 256 equally likely values. */
const EXTRA_DELAY_MS = Int32Array.from({ length: 256 }, (_, i) => {
  const z = NORMAL[(i + 0.5) * (NORMAL.length / 256)]!;
  return Math.min(EXTRA_DELAY.mostMs, Math.round(EXTRA_DELAY.medianMs * exp(EXTRA_DELAY.spread * z)));
});
/** What a weak signal adds to the delay: milliseconds per dB below this level, in dBm (declared; below -100 dBm is marginal). */
const WEAK_DBM = -105;
const DELAY_MS_PER_WEAK_DB = 25;
/** A record held back was so weakly received that none got out: at most this strong, in dBm (declared). */
const HELD_DBM = -118;
/** What the column takes, in dBm (LTE RSRP). */
const LEAST_DBM = -140;
const MOST_DBM = -44;

/** Milliseconds from record to arrival; in the order of recording for one vehicle. Bits 0-7 of the draw serve. */
export function delayOf(day: VehicleDay, time: number, draw: number, signal: number): number {
  const weak = Math.max(0, WEAK_DBM - signal) * DELAY_MS_PER_WEAK_DB;
  const atOnce = time + BASE_DELAY_MS + EXTRA_DELAY_MS[draw & 0xff]! + weak;
  const later = day.heldUntilMs + (draw & 0x3f);
  const arrival = Math.max(time < day.heldUntilMs ? later : atOnce, day.lastArrivalMs + 1);
  day.lastArrivalMs = arrival;
  return arrival - time;
}

/** The signal as the column takes it. Bits 0-2 of the draw serve. */
export function shownSignal(signal: number, held: boolean, draw: number): number {
  const heldSignal = Math.min(signal, HELD_DBM - (signal > HELD_DBM ? draw & 7 : 0));
  return Math.max(LEAST_DBM, Math.min(MOST_DBM, held ? heldSignal : signal));
}
