/**
 * Timing of a drive whose sections are known: a backward pass applies the limits of braking, a forward pass those of
 * acceleration; and when a timed drive reaches a place.
 */
import type { MotionWorld } from '../world/world.js';
import type { DriverModel } from './driver-model.js';
import { BRAKING_FACTORS, DEVIATION_MASK, DEVIATIONS } from './motion-tables.js';
import type { Sections } from './sections.js';
import { ACCELERATION_LAG_S, BRAKING_LAG_S, peakSpeed, reachableSpeed, speedChangeM } from './speed-change.js';

/** Spread of the acceleration per unit of DEVIATIONS, and what it loses per m/s of speed (declared). */
const ACCELERATION_SPREAD = 0.11;
const FADE_PER_MPS = 0.013;
/** Braking in a crash: mean rate and lag (declared). */
const CRASH_MPS2 = 9;
const CRASH_LAG_S = 0.25;

/** Second pass, backwards: limits each section's exit speed to what the next section and braking allow. */
export function brakeBackwards(sections: Sections, driver: DriverModel): void {
  const { peak, exit, lengthOf, salt, crashSection } = sections;
  let allowed = 0;
  for (let k = sections.sections - 1; k >= 0; k--) {
    const cruise = peak[k]!;
    let end = exit[k]!;
    if (end > allowed) end = allowed;
    if (end > cruise) end = cruise;
    exit[k] = end;
    if (end >= cruise) allowed = cruise;
    else {
      const crash = k === crashSection;
      const rate = crash ? CRASH_MPS2 : driver.braking * BRAKING_FACTORS[(salt + k * 29) & DEVIATION_MASK]!;
      const fastest = reachableSpeed(end, lengthOf[k]!, rate, crash ? CRASH_LAG_S : BRAKING_LAG_S);
      allowed = Math.min(fastest, cruise);
    }
  }
}

/**
 * Third pass, forwards: limits the speeds to what acceleration allows and sets all times; returns the duration in
 * seconds.
 */
export function driveForwards(sections: Sections, driver: DriverModel, { idleS, idleSpreadS }: MotionWorld): number {
  const { peak, exit, lengthOf, waitS, entry, t0, s0, accelerateS, cruiseS, brakeS, salt, crashSection } = sections;
  let x = 0;
  let t = idleS + (idleSpreadS / DEVIATION_MASK) * salt;
  let s = 0;
  const last = sections.sections - 1;
  for (let k = 0; k <= last; k++) {
    const lengthM = lengthOf[k]!;
    const crash = k === crashSection;
    // Gearing and drag: the power left for acceleration falls with speed.
    const a =
      driver.acceleration *
      (1 + ACCELERATION_SPREAD * DEVIATIONS[(salt + k * 13 + 7) & DEVIATION_MASK]!) *
      (1 - FADE_PER_MPS * x);
    const b = crash ? CRASH_MPS2 : driver.braking * BRAKING_FACTORS[(salt + k * 29) & DEVIATION_MASK]!;
    const lag = crash ? CRASH_LAG_S : BRAKING_LAG_S;
    const cruise = peak[k]!;
    let y = exit[k]!;
    if (y > x) {
      const reach = reachableSpeed(x, lengthM, a, ACCELERATION_LAG_S);
      if (reach < y) y = reach;
    }
    let v = cruise;
    let accelerateM = v > x ? speedChangeM(x, v, a, ACCELERATION_LAG_S) : 0;
    let brakeM = v > y ? speedChangeM(y, v, b, lag) : 0;
    if (accelerateM + brakeM > lengthM) {
      v = peakSpeed(x, y, lengthM, a, b, lag);
      if (v < x) v = x;
      if (v < y) v = y;
      accelerateM = v > x ? speedChangeM(x, v, a, ACCELERATION_LAG_S) : 0;
      brakeM = v > y ? speedChangeM(y, v, b, lag) : 0;
    }
    const steadyM = lengthM - accelerateM - brakeM;
    const ta = v > x ? (v - x) / a + ACCELERATION_LAG_S : 0;
    const tb = v > y ? (v - y) / b + lag : 0;
    const tc = steadyM > 0 ? steadyM / v : 0;
    t0[k] = t;
    s0[k] = s;
    entry[k] = x;
    peak[k] = v;
    exit[k] = y;
    accelerateS[k] = ta;
    cruiseS[k] = tc;
    brakeS[k] = tb;
    t += ta + tc + tb + waitS[k]!;
    s += lengthM;
    x = y;
  }
  t0[last + 1] = t;
  s0[last + 1] = s;
  entry[last + 1] = 0;
  sections.seconds = t;
  return t;
}

/**
 * Seconds from the trip's start at which the vehicle reaches a distance (metres from there) within section k; accurate
 * to a second, as constant acceleration is assumed.
 */
export function timeInSection(sections: Sections, k: number, metres: number): number {
  const { t0, s0, accelerateS, cruiseS, brakeS, entry, peak, exit } = sections;
  const v = peak[k]!;
  const ta = accelerateS[k]!;
  const tb = brakeS[k]!;
  const accelerateM = ta * (0.4 * entry[k]! + 0.6 * v);
  const d = metres - s0[k]!;
  if (d < accelerateM) return t0[k]! + ta * shareOfTime(d / accelerateM, entry[k]!, v);
  const left = s0[k + 1]! - metres;
  const brakeM = tb * (0.4 * exit[k]! + 0.6 * v);
  const brakingEnds = t0[k]! + ta + cruiseS[k]! + tb;
  if (left < brakeM) return brakingEnds - tb * shareOfTime(left / brakeM, exit[k]!, v);
  return t0[k]! + ta + (d - accelerateM) / v;
}

/** Share of the time after which a share of the distance is driven at constant acceleration. */
function shareOfTime(share: number, slow: number, fast: number): number {
  const gain = fast - slow;
  return gain <= 1e-9 ? share : (Math.sqrt(slow * slow + (fast * fast - slow * slow) * share) - slow) / gain;
}
