/**
 * Samples a drive at ascending times: distance, speed, and the peak acceleration since the previous sample. While
 * cruising, the speed fluctuates over seconds to a minute. Each fluctuation (waver) is a displacement whose value,
 * slope and curvature return to zero, so that it changes neither arrival time nor distance.
 */
import type { Drive } from './drive.js';
import { DEVIATION_MASK, DEVIATIONS } from './motion-tables.js';

/**
 * Displacement of a waver of amplitude A and duration d: 64 A x^3 (1 - x)^3 with x = t / d; its peak speed is 3.4346 A
 * / d.
 */
const WAVER_SHAPE = 64 / 3.4346;
/**
 * Spread of a waver's peak speed, for long and short ones: a constant in m/s plus a share of the cruise speed; and
 * their mean durations in seconds (declared).
 */
const LONG_SPREAD = [0.5, 0.027] as const;
const SHORT_SPREAD = [0.12, 0.012] as const;
const LONG_S = 19;
const SHORT_S = 6;
/**
 * Variation of a waver's end, as a share of the mean duration per unit of DEVIATIONS, which is at most 2 (declared).
 */
const END_SPREAD = 0.22;
/**
 * Irregularity of acceleration and braking, as a displacement per change of speed and time. It is larger in the first
 * half, so that the speed never exceeds the cruise speed.
 */
const IRREGULARITY = 0.0075;
/** Headroom of a waver under the top speed (declared). */
const MAX_OF_TOP = 0.997;
/** Keeps wavers below the tolerance, so that they never count as speeding (declared). */
const MAX_OF_TOLERANCE = 0.9;
const ACCELERATING_PEAK = 1 / 3;
const BRAKING_PEAK = 2 / 3;

export class Cursor {
  /** Metres and m/s at the time of the last `to`. Initialised with fractions so that V8 stores them unboxed. */
  metres = 0.5;
  speed = 0.5;
  /** Signed acceleration of the largest magnitude between the last two samples, m/s2. */
  peak = 0.5;
  /** The section at that time. */
  k = 0;
  /**
   * Target of `move`, in seconds from the trip's start. A field, because arguments and results of functions that aren't
   * inlined are boxed.
   */
  time = 0.5;
  private before = 0.5;
  /** Seconds since the section's cruise began. */
  private cruised = 0.5;
  private drive!: Drive;
  private topSpeed = 0.5;
  private overLimit = 0.5;
  /** The section that the following fields describe, its cruise speed, and where its cruise begins. */
  private cruising = -1;
  private cruiseSpeed = 0.5;
  private cruiseStartM = 0.5;
  private readonly long = new Waver(LONG_S, LONG_SPREAD, 0);
  private readonly short = new Waver(SHORT_S, SHORT_SPREAD, 517);

  /** Moves to the start of the trip. `tolerance`: share above the limit from which a speed counts as speeding. */
  start(drive: Drive, topSpeed: number, tolerance: number): void {
    this.drive = drive;
    this.cruising = -1;
    this.topSpeed = topSpeed * MAX_OF_TOP;
    this.overLimit = 1 + MAX_OF_TOLERANCE * tolerance;
    this.metres = 0;
    this.speed = 0;
    this.peak = 0;
    this.k = 0;
    this.time = 0;
    this.before = 0;
  }

  /** Advances to a time in seconds from the trip's start, not earlier than the previous one. */
  to(t: number): void {
    this.time = t;
    this.move();
  }

  /** Advances to `time`. */
  move(): void {
    const { drive, time: t } = this;
    const { t0, s0, accelerateS, cruiseS, brakeS, entry, peak, exit, salt, sections } = drive;
    const last = sections - 1;
    let { k } = this;
    let strongest = 0;
    let from = this.before - t0[k]!;
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
    this.before = t;
    this.peak = strongest;
    // Seconds into the section.
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
      const uneven = IRREGULARITY * Math.abs(DEVIATIONS[(salt + k * 41 + 3) & DEVIATION_MASK]!) * d;
      this.speed = entry[k]! + d * x2 * (6 - 8 * x + 3 * x2) + uneven * 192 * w * (y - x);
      this.metres = s0[k]! + entry[k]! * q + d * ta * x2 * x * (2 - 2 * x + 0.6 * x2) + uneven * ta * 64 * w * x * y;
    } else if (q < ta + tc) {
      this.cruised = q - ta;
      this.cruise();
    } else if (q < ta + tc + tb) {
      const x = (q - ta - tc) / tb;
      const d = v - exit[k]!;
      const x2 = x * x;
      const y = 1 - x;
      const w = x2 * y * y;
      const uneven = -IRREGULARITY * Math.abs(DEVIATIONS[(salt + k * 43 + 5) & DEVIATION_MASK]!) * d;
      this.speed = v - d * x2 * x * (4 - 3 * x) + uneven * 192 * w * (y - x);
      // Computed from the section's end, so that no rounding error remains there.
      const gone = tb * (v * x - d * x2 * x2 * (1 - 0.6 * x));
      this.metres = s0[k + 1]! - tb * (0.6 * v + 0.4 * exit[k]!) + gone + uneven * tb * 64 * w * x * y;
    } else {
      this.metres = s0[k + 1]!;
      this.speed = exit[k]!;
    }
  }

  /** Position and speed within the section's cruise. */
  private cruise(): void {
    const { k, cruised: q } = this;
    if (k !== this.cruising) this.enterCruise();
    const { long, short, cruiseSpeed: v } = this;
    if (q > long.endS) long.next(q);
    let x = (q - long.beginS) * long.perLength;
    let y = 1 - x;
    let w = x * x * y * y;
    let speed = v + long.swing * 3 * w * (y - x);
    let metres = this.cruiseStartM + v * q + long.swing * long.lengthS * w * x * y;
    // Short wavers are superimposed on long ones.
    if (q > short.endS) short.next(q);
    x = (q - short.beginS) * short.perLength;
    y = 1 - x;
    w = x * x * y * y;
    speed += short.swing * 3 * w * (y - x);
    metres += short.swing * short.lengthS * w * x * y;
    this.speed = speed;
    this.metres = metres;
  }

  /** Computes what is constant during a section's cruise. */
  private enterCruise(): void {
    const { drive, k } = this;
    const tc = drive.cruiseS[k]!;
    const v = drive.peak[k]!;
    this.cruising = k;
    this.cruiseSpeed = v;
    this.cruiseStartM = drive.s0[k]! + drive.accelerateS[k]! * (0.4 * drive.entry[k]! + 0.6 * v);
    const allowed = drive.limit[k]! * this.overLimit;
    const max = drive.spell[k]! === 0 && allowed < this.topSpeed ? allowed : this.topSpeed;
    const room = Math.max(0, max - v);
    const salt = drive.salt + k * 37;
    // Wavers last longer at higher speeds.
    this.long.start(tc, LONG_S + 0.5 * v, v, 0.6 * room, salt);
    this.short.start(tc, SHORT_S, v, 0.4 * room, salt);
  }
}

/** The sequence of wavers over a cruise. */
class Waver {
  /**
   * The current waver: its begin and end in seconds from the start of the cruise, its duration d, 1 / d, and 64 A / d.
   */
  beginS = 0.5;
  endS = 0.5;
  lengthS = 0.5;
  perLength = 0.5;
  swing = 0.5;
  private cruiseS = 0.5;
  private evenS = 0.5;
  private spreadMs = 0.5;
  private count = 1;
  private piece = 0;
  private salt = 0;

  /** The duration from which a waver reaches its full amplitude, its spread, and its offset into DEVIATIONS. */
  constructor(
    private readonly fullS: number,
    private readonly spread: readonly [number, number],
    private readonly offset: number,
  ) {}

  /**
   * Starts a cruise of `cruiseS` seconds at `speed` (m/s), with wavers of about `meanS` seconds that deviate by at most
   * `maxMs` (m/s).
   */
  start(cruiseS: number, meanS: number, speed: number, maxMs: number, salt: number): void {
    this.count = Math.max(1, Math.round(cruiseS / meanS));
    this.cruiseS = cruiseS;
    this.evenS = cruiseS / this.count;
    // DEVIATIONS is at most 2. A governor scales wavers down; clipping them would show as a plateau.
    this.spreadMs = Math.min(this.spread[0] + this.spread[1] * speed, maxMs / 2);
    this.salt = salt + this.offset;
    this.piece = -1;
    this.endS = 0;
    this.next(0);
  }

  /** Advances to the waver that contains a time; the last one extends to the end of the cruise. */
  next(timeS: number): void {
    do {
      this.piece++;
      this.beginS = this.endS;
      this.endS = this.endOf(this.piece);
    } while (timeS > this.endS);
    const last = this.piece === this.count - 1;
    this.lengthS = (last ? this.cruiseS : this.endS) - this.beginS;
    this.perLength = 1 / this.lengthS;
    const swing = this.spreadMs * DEVIATIONS[(this.salt + this.piece * 11) & DEVIATION_MASK]!;
    this.swing = WAVER_SHAPE * swing * Math.min(1, this.lengthS / this.fullS);
  }

  private endOf(piece: number): number {
    if (piece === this.count - 1) return Number.POSITIVE_INFINITY;
    return this.evenS * (piece + 1 + END_SPREAD * DEVIATIONS[(this.salt + 211 + piece * 17) & DEVIATION_MASK]!);
  }
}
