/**
 * Hard braking and harsh acceleration as parts of a drive. Before a stop the driver brakes later and harder, and the
 * standstill is longer by the time gained; after a stop the driver pulls away later and harder. Elsewhere the speed
 * rises a little, drops sharply and recovers, or drops, rises sharply and returns to the cruise speed, within some
 * twenty seconds that cover the distance of the cruise they replace. So a manoeuvre changes neither arrival time nor
 * distance, and neighbouring records show it. Times are seconds from the trip's start, speeds m/s.
 */
import type { Drive } from './drive.js';
import { ACCELERATION_LAG_S, PEAK_RATIO } from './speed-change.js';

/** The constraints on a manoeuvre. */
export interface ManoeuvreBounds {
  /** m/s2. */
  readonly peak: number;
  /** The vehicle's top speed in m/s, and the share above the limit from which a speed counts as speeding. */
  readonly topSpeed: number;
  readonly tolerance: number;
  /** Usual rate of pulling away, m/s2. */
  readonly acceleration: number;
  /** 0 to 1: position of the free parameters between their bounds. */
  readonly variety: number;
}

/** Minimum speed for hard braking and for harsh acceleration, m/s (declared). */
const MIN_BRAKING_MPS = 5;
const MIN_LAUNCH_MPS = 4;
/** A change of speed counts as a manoeuvre only if it becomes shorter by this factor (declared). */
const MAX_DURATION_RATIO = 0.95;
/** Minimum wait before a launch, in seconds (declared). */
const MIN_WAIT_S = 0.8;
/** Seconds of a cruise that a manoeuvre takes at most, and those of its phases (declared). */
const EASE_MPS2 = 0.45;
const MIN_ROOM_MPS = 0.25;
const MAX_OF_SPEED = 0.55;
const MIN_DIP_MPS = 0.15;

/** Brakes hard at the first opportunity from `from` on; returns when the braking begins, or -1 if there is none. */
export function addHardBraking(drive: Drive, from: number, bounds: ManoeuvreBounds): number {
  for (let k = sectionAt(drive, from); k < drive.sections; k++) {
    const { t0, accelerateS, cruiseS, brakeS, waitS, peak, exit } = drive;
    const v = peak[k]!;
    if (k === drive.crashSection || v < MIN_BRAKING_MPS) continue;
    const inCruise = brakeInCruise(drive, k, from, bounds);
    if (inCruise >= 0) return inCruise;
    const hardS = (PEAK_RATIO * v) / bounds.peak;
    const gain = brakeS[k]! - hardS;
    if (exit[k] !== 0 || hardS >= MAX_DURATION_RATIO * brakeS[k]!) continue;
    const begin = t0[k]! + accelerateS[k]! + cruiseS[k]! + 0.6 * gain;
    if (begin < from) continue;
    cruiseS[k]! += 0.6 * gain;
    brakeS[k] = hardS;
    waitS[k]! += 0.4 * gain;
    return begin;
  }
  return -1;
}

/** Accelerates harshly at the first opportunity from `from` on; returns when that begins, or -1 if there is none. */
export function addHarshAcceleration(drive: Drive, from: number, bounds: ManoeuvreBounds): number {
  for (let k = sectionAt(drive, from); k < drive.sections; k++) {
    const { t0, accelerateS, cruiseS, waitS, peak, entry } = drive;
    const v = peak[k]!;
    const hardS = (PEAK_RATIO * v) / bounds.peak;
    const waited = k === 0 || waitS[k - 1]! >= MIN_WAIT_S;
    if (
      entry[k] === 0 &&
      waited &&
      v >= MIN_LAUNCH_MPS &&
      hardS < MAX_DURATION_RATIO * accelerateS[k]! &&
      t0[k]! >= from
    ) {
      const gain = accelerateS[k]! - hardS;
      if (k > 0) waitS[k - 1]! += 0.4 * gain;
      t0[k]! += 0.4 * gain;
      accelerateS[k] = hardS;
      cruiseS[k]! += 0.6 * gain;
      return t0[k]!;
    }
    if (v < MIN_BRAKING_MPS) continue;
    const inCruise = accelerateInCruise(drive, k, from, bounds);
    if (inCruise >= 0) return inCruise;
  }
  return -1;
}

/** The earliest time from `from` on at which the vehicle is at least as fast as `speed`, or -1. */
export function firstTimeAtSpeed(drive: Drive, from: number, speed: number): number {
  const { t0, accelerateS, cruiseS, brakeS, peak, entry, exit, sections } = drive;
  for (let k = sectionAt(drive, from); k < sections; k++) {
    if (peak[k]! < speed) continue;
    const reached = t0[k]! + (entry[k]! >= speed ? 0 : accelerateS[k]! * 0.9);
    const left = t0[k]! + accelerateS[k]! + cruiseS[k]! + (exit[k]! >= speed ? brakeS[k]! : brakeS[k]! * 0.3);
    const t = Math.max(from, reached);
    if (t <= left) return t;
  }
  return -1;
}

/** The index of the section that contains a time. */
export function sectionAt(drive: Drive, t: number): number {
  const { t0 } = drive;
  let low = 0;
  let high = drive.sections - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (t0[middle]! <= t) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** By how much the speed may exceed the section's cruise speed for some seconds. */
function roomAbove(drive: Drive, k: number, bounds: ManoeuvreBounds): number {
  const allowed = drive.limit[k]! * (1 + 0.9 * bounds.tolerance);
  const top = bounds.topSpeed * 0.995;
  return (drive.spell[k] === 0 && allowed < top ? allowed : top) - drive.peak[k]!;
}

function brakeInCruise(drive: Drive, k: number, from: number, bounds: ManoeuvreBounds): number {
  const v = drive.peak[k]!;
  const room = roomAbove(drive, k, bounds);
  if (room < MIN_ROOM_MPS) return -1;
  const brakeS = 1.3 + 0.9 * bounds.variety;
  const drop = Math.min(MAX_OF_SPEED * v, (bounds.peak * brakeS) / PEAK_RATIO);
  const hardS = (PEAK_RATIO * drop) / bounds.peak;
  const up = Math.min(0.28 * drop, room);
  const down = drop - up;
  const upS = up / EASE_MPS2 + ACCELERATION_LAG_S;
  const recoverS = down / bounds.acceleration + ACCELERATION_LAG_S;
  const holdS = Math.max(0, (0.4 * down * (hardS + recoverS) - 0.6 * up * (upS + hardS)) / up);
  const seconds = upS + holdS + hardS + recoverS;
  const begin = cruiseFor(drive, k, from, seconds);
  if (begin < 0) return -1;
  split(drive, k, begin, seconds, 2);
  const top = v + up;
  part(drive, k + 1, begin, v, upS, top, holdS, hardS, v - down);
  part(
    drive,
    k + 2,
    begin + upS + holdS + hardS,
    v - down,
    recoverS,
    v,
    drive.cruiseS[k + 2]!,
    drive.brakeS[k + 2]!,
    drive.exit[k + 2]!,
  );
  drive.s0[k + 2] = drive.s0[k + 1]! + upS * (v + 0.6 * up) + holdS * top + hardS * (0.6 * top + 0.4 * (v - down));
  return begin + upS + holdS;
}

function accelerateInCruise(drive: Drive, k: number, from: number, bounds: ManoeuvreBounds): number {
  const v = drive.peak[k]!;
  const room = roomAbove(drive, k, bounds);
  if (room < MIN_ROOM_MPS) return -1;
  const rise = Math.min(MAX_OF_SPEED * v, (bounds.peak * (1.1 + 0.5 * bounds.variety)) / PEAK_RATIO);
  const hardS = (PEAK_RATIO * rise) / bounds.peak;
  const up = Math.min(0.5 * rise, room);
  const dip = rise - up;
  if (dip < MIN_DIP_MPS) return -1;
  const dipS = dip / EASE_MPS2 + ACCELERATION_LAG_S;
  const settleS = up / EASE_MPS2 + ACCELERATION_LAG_S;
  const holdS = (0.6 * up * (hardS + settleS) - 0.4 * dip * (dipS + hardS)) / dip;
  if (holdS < 0) return -1;
  const seconds = dipS + holdS + hardS + settleS;
  const begin = cruiseFor(drive, k, from, seconds);
  if (begin < 0) return -1;
  split(drive, k, begin, seconds, 4);
  const low = v - dip;
  part(drive, k + 1, begin, v, 0, v, 0, dipS, low);
  part(drive, k + 2, begin + dipS, low, 0, low, holdS, 0, low);
  // The sharp rise and the return to the cruise speed form one part (accelerate, no cruise, brake); the rest of the
  // section keeps its own end.
  part(drive, k + 3, begin + dipS + holdS, low, hardS, v + up, 0, settleS, v);
  drive.s0[k + 2] = drive.s0[k + 1]! + dipS * (v - 0.4 * dip);
  drive.s0[k + 3] = drive.s0[k + 2]! + holdS * low;
  drive.s0[k + 4] = drive.s0[k + 3]! + hardS * (0.4 * low + 0.6 * (v + up)) + settleS * (v + 0.6 * up);
  drive.t0[k + 4] = begin + seconds;
  drive.entry[k + 4] = v;
  drive.accelerateS[k + 4] = 0;
  return begin + dipS + holdS;
}

/**
 * The earliest begin, from `from` on, of a manoeuvre of `seconds` within the section's cruise; -1 where it doesn't fit.
 */
function cruiseFor(drive: Drive, k: number, from: number, seconds: number): number {
  const steady = drive.t0[k]! + drive.accelerateS[k]!;
  const begin = Math.max(from, steady);
  return begin + seconds <= steady + drive.cruiseS[k]! ? begin : -1;
}

/**
 * Splits the cruise of section k at `begin` and inserts `extra` sections, the last of which holds the rest after
 * `seconds`.
 */
function split(drive: Drive, k: number, begin: number, seconds: number, extra: number): void {
  drive.makeRoom(k, extra);
  const { t0, s0, accelerateS, cruiseS, brakeS, waitS, entry, peak, exit, limit, spell } = drive;
  const v = peak[k]!;
  const last = k + extra;
  const before = begin - t0[k]! - accelerateS[k]!;
  t0[last] = begin + seconds;
  entry[last] = v;
  peak[last] = v;
  exit[last] = exit[k]!;
  accelerateS[last] = 0;
  cruiseS[last] = cruiseS[k]! - before - seconds;
  brakeS[last] = brakeS[k]!;
  waitS[last] = waitS[k]!;
  for (let i = k + 1; i <= last; i++) {
    limit[i] = limit[k]!;
    spell[i] = spell[k]!;
    if (i < last) waitS[i] = 0;
  }
  s0[k + 1] = s0[k]! + accelerateS[k]! * (0.4 * entry[k]! + 0.6 * v) + before * v;
  cruiseS[k] = before;
  brakeS[k] = 0;
  waitS[k] = 0;
  exit[k] = v;
}

function part(
  drive: Drive,
  k: number,
  begin: number,
  entry: number,
  accelerateS: number,
  peak: number,
  cruiseS: number,
  brakeS: number,
  exit: number,
): void {
  drive.t0[k] = begin;
  drive.entry[k] = entry;
  drive.accelerateS[k] = accelerateS;
  drive.peak[k] = peak;
  drive.cruiseS[k] = cruiseS;
  drive.brakeS[k] = brakeS;
  drive.exit[k] = exit;
}
