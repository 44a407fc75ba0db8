/**
 * Reads a drive at rising times: distance, speed, and the acceleration of larger magnitude since the time before. Around
 * the cruise speed the driver wavers, as people do, over seconds to a minute; a waver is a displacement that comes back
 * to zero with its slope and its curvature, so that it moves neither arrival nor distance.
 */
import type { Drive } from './drive.js';
import { VARIETY, VARIETY_MASK } from './tables.js';

/** A waver displaces by A 64 x^3 (1 - x)^3 over its time d; its largest speed is 3.4346 times A / d. */
const WAVER_SHAPE = 64 / 3.4346;
/** Spread of a waver's largest speed as a share of the cruise speed, for long and short ones; their lengths in seconds. */
const LONG_SPREAD = 0.042;
const SHORT_SPREAD = 0.012;
const LONG_S = 19;
const SHORT_S = 6;
/**
 * Unevenness of pulling away and braking, as a displacement per change of speed and time: more is done in the first half, so
 * that the speed never goes beyond the cruise.
 */
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
  /** Seconds from the trip's start: to where `move` moves. Arguments and results of functions that are not inlined would be boxed. */
  time = 0.5;
  private before = 0.5;
  /** Seconds since the section's cruise began. */
  private cruised = 0.5;
  private drive!: Drive;
  private topSpeed = 0.5;
  private overLimit = 0.5;
  /** The section whose cruise the next fields are about: one over its seconds, its speed and where it begins, and of long and of short wavers the number, the
   * seconds of each, the most that one swings, and the factor of its shape. */
  private cruising = -1;
  private perCruise = 0.5;
  private cruiseSpeed = 0.5;
  private cruiseStartM = 0.5;
  private longs = 1;
  private longS = 0.5;
  private longMost = 0.5;
  private longShape = 0.5;
  private shorts = 1;
  private shortS = 0.5;
  private shortMost = 0.5;
  private shortShape = 0.5;

  /** Stands at the trip's begin. `tolerance`: the share over the limit from which a speed counts as speeding. */
  start(drive: Drive, topSpeed: number, tolerance: number): void {
    this.drive = drive;
    this.cruising = -1;
    this.topSpeed = topSpeed * MOST_OF_TOP;
    this.overLimit = 1 + MOST_OF_TOLERANCE * tolerance;
    this.metres = 0;
    this.speed = 0;
    this.peak = 0;
    this.k = 0;
    this.time = 0;
    this.before = 0;
  }

  /** Moves on to a time in seconds from the trip's start, not before the last one. */
  to(t: number): void {
    this.time = t;
    this.move();
  }

  /** Moves on to `time`. */
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
      const uneven = UNEVEN * Math.abs(VARIETY[(salt + k * 41 + 3) & VARIETY_MASK]!) * d;
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
      const uneven = -UNEVEN * Math.abs(VARIETY[(salt + k * 43 + 5) & VARIETY_MASK]!) * d;
      this.speed = v - d * x2 * x * (4 - 3 * x) + uneven * 192 * w * (y - x);
      // Counted from the section's end, so that nothing is left over there.
      const gone = tb * (v * x - d * x2 * x2 * (1 - 0.6 * x));
      this.metres = s0[k + 1]! - tb * (0.6 * v + 0.4 * exit[k]!) + gone + uneven * tb * 64 * w * x * y;
    } else {
      this.metres = s0[k + 1]!;
      this.speed = exit[k]!;
    }
  }

  /** Where in a section's cruise. */
  private cruise(): void {
    const { k, cruised: q } = this;
    if (k !== this.cruising) this.enterCruise();
    const v = this.cruiseSpeed;
    const { longs, longS, longMost, longShape, shorts, shortS, shortMost, shortShape } = this;
    const salt = this.drive.salt + k * 37;
    const done = q * this.perCruise;
    const piece = Math.min(longs - 1, Math.floor(done * longs));
    let x = done * longs - piece;
    let y = 1 - x;
    let swing = LONG_SPREAD * v * VARIETY[(salt + piece * 11) & VARIETY_MASK]!;
    swing = Math.max(-longMost, Math.min(longMost, swing)) * longShape;
    let w = x * x * y * y;
    let speed = v + swing * 3 * w * (y - x);
    let metres = this.cruiseStartM + v * q + swing * longS * w * x * y;
    // Short ones on top.
    const bit = Math.min(shorts - 1, Math.floor(done * shorts));
    x = done * shorts - bit;
    y = 1 - x;
    swing = SHORT_SPREAD * v * VARIETY[(salt + 517 + bit * 7) & VARIETY_MASK]!;
    swing = Math.max(-shortMost, Math.min(shortMost, swing)) * shortShape;
    w = x * x * y * y;
    speed += swing * 3 * w * (y - x);
    metres += swing * shortS * w * x * y;
    this.speed = speed;
    this.metres = metres;
  }

  /** What holds for all of a section's cruise: how many wavers, how long and how large. */
  private enterCruise(): void {
    const { drive, k } = this;
    const tc = drive.cruiseS[k]!;
    const v = drive.peak[k]!;
    this.cruiseSpeed = v;
    this.cruiseStartM = drive.s0[k]! + drive.accelerateS[k]! * (0.4 * drive.entry[k]! + 0.6 * v);
    const allowed = drive.limit[k]! * this.overLimit;
    const most = drive.spell[k]! === 0 && allowed < this.topSpeed ? allowed : this.topSpeed;
    const room = Math.max(0, most - v);
    this.cruising = k;
    this.perCruise = 1 / tc;
    // The faster, the longer.
    this.longs = Math.max(1, Math.round(tc / (LONG_S + 0.5 * v)));
    this.longS = tc / this.longs;
    this.longMost = 0.7 * room;
    this.longShape = WAVER_SHAPE * Math.min(1, this.longS * (1 / LONG_S));
    this.shorts = Math.max(1, Math.round(tc * (1 / SHORT_S)));
    this.shortS = tc / this.shorts;
    this.shortMost = 0.3 * room;
    this.shortShape = WAVER_SHAPE * Math.min(1, this.shortS * (1 / SHORT_S));
  }
}
