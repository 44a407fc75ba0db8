/**
 * Reads a drive at rising times: distance, speed, and the acceleration of larger magnitude since the time before. Around
 * the cruise speed the driver wavers, as people do, over seconds to a minute; a waver is a displacement that comes back
 * to zero with its slope and its curvature, so that it moves neither arrival nor distance.
 */
import type { Drive } from './drive.js';
import { VARIETY, VARIETY_MASK } from './tables.js';

/** A waver displaces by A 64 x^3 (1 - x)^3 over its time d; its largest speed is 3.4346 times A / d. */
const WAVER_SHAPE = 64 / 3.4346;
/** A cruise of hours has wavers that last longer. */
const MOST_PIECES = 1023;
const RECIPROCALS = Float64Array.from({ length: MOST_PIECES + 1 }, (_, n) => 1 / Math.max(1, n));
/** Spread of a waver's largest speed as a share of the cruise speed, for long and short ones; their lengths in seconds. */
const LONG_SPREAD = 0.042;
const SHORT_SPREAD = 0.012;
const LONG_S = 19;
const SHORT_S = 6;
/** Unevenness of pulling away and braking, as a displacement per change of speed and time. */
const UNEVEN = 0.0075;
/** Headroom of a waver under the top speed. */
const MOST_OF_TOP = 0.997;
/** Nobody wavers into speeding. */
const MOST_OF_TOLERANCE = 0.9;
const ACCELERATING_PEAK = 1 / 3;
const BRAKING_PEAK = 2 / 3;

export class Cursor {
  /** Metres and m/s at the time of the last `to`; begun as fractions so that they are stored unboxed. */
  metres = 0.5;
  speed = 0.5;
  /** m/s2, signed: the one of larger magnitude between the last two times. */
  peak = 0.5;
  /** The section at that time. */
  k = 0;
  private time = 0.5;
  private drive!: Drive;
  private topSpeed = 0.5;
  private overLimit = 0.5;

  /** Stands at the trip's begin. `tolerance`: the share over the limit from which a speed counts as speeding. */
  start(drive: Drive, topSpeed: number, tolerance: number): void {
    this.drive = drive;
    this.topSpeed = topSpeed * MOST_OF_TOP;
    this.overLimit = 1 + MOST_OF_TOLERANCE * tolerance;
    this.metres = 0;
    this.speed = 0;
    this.peak = 0;
    this.k = 0;
    this.time = 0;
  }

  /** Moves on to a time in seconds from the trip's start, not before the last one. */
  to(t: number): void {
    const { drive } = this;
    const { t0, s0, accelerateS, cruiseS, brakeS, entry, peak, exit, salt, sections } = drive;
    const last = sections - 1;
    let { k } = this;
    let strongest = 0;
    let from = this.time - t0[k]!;
    for (;;) {
      const end = t0[k + 1]!;
      const until = Math.min(t, end) - t0[k]!;
      const ta = accelerateS[k]!;
      const tb = brakeS[k]!;
      const braking = ta + cruiseS[k]!;
      if (from < ta && until > 0) {
        const a = ((peak[k]! - entry[k]!) / ta) * 12;
        const x0 = from > 0 ? from / ta : 0;
        const x1 = until < ta ? until / ta : 1;
        const x = x1 < ACCELERATING_PEAK ? x1 : Math.max(x0, ACCELERATING_PEAK);
        const value = a * x * (1 - x) * (1 - x);
        if (value > (strongest < 0 ? -strongest : strongest)) strongest = value;
      }
      if (tb > 0 && until > braking && from < braking + tb) {
        const b = ((peak[k]! - exit[k]!) / tb) * 12;
        const x0 = from > braking ? (from - braking) / tb : 0;
        const x1 = until < braking + tb ? (until - braking) / tb : 1;
        const x = x1 < BRAKING_PEAK ? x1 : Math.max(x0, BRAKING_PEAK);
        const value = b * x * x * (1 - x);
        if (value > (strongest < 0 ? -strongest : strongest)) strongest = -value;
      }
      if (t < end || k === last) break;
      k++;
      from = 0;
    }
    this.k = k;
    this.time = t;
    this.peak = strongest;
    // Where in the section.
    const q = t - t0[k]!;
    const v = peak[k]!;
    const ta = accelerateS[k]!;
    const tc = cruiseS[k]!;
    const tb = brakeS[k]!;
    if (q < ta) {
      if (q <= 0) {
        this.metres = s0[k]!;
        this.speed = entry[k]!;
        return;
      }
      const x = q / ta;
      const d = v - entry[k]!;
      const x2 = x * x;
      const y = 1 - x;
      const w = x2 * y * y;
      const uneven = UNEVEN * VARIETY[(salt + k * 41 + 3) & VARIETY_MASK]! * d;
      this.speed = entry[k]! + d * x2 * (6 - 8 * x + 3 * x2) + uneven * 192 * w * (y - x);
      this.metres = s0[k]! + entry[k]! * q + d * ta * x2 * x * (2 - 2 * x + 0.6 * x2) + uneven * ta * 64 * w * x * y;
    } else if (q < ta + tc) {
      this.cruise(k, q - ta, tc, v, s0[k]! + (ta > 0 ? ta * (0.4 * entry[k]! + 0.6 * v) : 0));
    } else if (q < ta + tc + tb) {
      const x = (q - ta - tc) / tb;
      const d = v - exit[k]!;
      const x2 = x * x;
      const y = 1 - x;
      const w = x2 * y * y;
      const uneven = UNEVEN * VARIETY[(salt + k * 43 + 5) & VARIETY_MASK]! * d;
      this.speed = v - d * x2 * x * (4 - 3 * x) + uneven * 192 * w * (y - x);
      // Counted from the section's end, so that nothing is left over there.
      const gone = tb * (v * x - d * x2 * x2 * (1 - 0.6 * x));
      this.metres = s0[k + 1]! - tb * (0.6 * v + 0.4 * exit[k]!) + gone + uneven * tb * 64 * w * x * y;
    } else {
      this.metres = s0[k + 1]!;
      this.speed = exit[k]!;
    }
  }

  /** Cruises: `q` of `tc` seconds at `v`, from `startM` on. */
  private cruise(k: number, q: number, tc: number, v: number, startM: number): void {
    const { drive } = this;
    const salt = drive.salt + k * 37;
    const allowed = drive.limit[k]! * this.overLimit;
    const most = drive.spell[k]! === 0 && allowed < this.topSpeed ? allowed : this.topSpeed;
    const room = Math.max(0, most - v);
    const done = q / tc;
    // Long wavers; the faster, the longer.
    const n = piecesOf(tc / (LONG_S + 0.5 * v));
    const d = tc * RECIPROCALS[n]!;
    const piece = Math.min(n - 1, Math.floor(done * n));
    let x = done * n - piece;
    let y = 1 - x;
    let swing = LONG_SPREAD * v * VARIETY[(salt + piece * 11) & VARIETY_MASK]!;
    swing = Math.max(-0.7 * room, Math.min(0.7 * room, swing)) * (WAVER_SHAPE * Math.min(1, d * (1 / LONG_S)));
    let w = x * x * y * y;
    let speed = v + swing * 3 * w * (y - x);
    let metres = startM + v * q + swing * d * w * x * y;
    // Short ones on top.
    const m = piecesOf(tc * (1 / SHORT_S));
    const e = tc * RECIPROCALS[m]!;
    const bit = Math.min(m - 1, Math.floor(done * m));
    x = done * m - bit;
    y = 1 - x;
    swing = SHORT_SPREAD * v * VARIETY[(salt + 517 + bit * 7) & VARIETY_MASK]!;
    swing = Math.max(-0.3 * room, Math.min(0.3 * room, swing)) * (WAVER_SHAPE * Math.min(1, e * (1 / SHORT_S)));
    w = x * x * y * y;
    speed += swing * 3 * w * (y - x);
    metres += swing * e * w * x * y;
    this.speed = speed;
    this.metres = metres;
  }
}

/** Wavers of a cruise, of which so many would have the usual length. */
function piecesOf(count: number): number {
  return Math.max(1, Math.min(MOST_PIECES, Math.round(count)));
}
