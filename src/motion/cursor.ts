/**
 * Reads a drive at rising times: distance, speed, and the acceleration of larger magnitude since the time before. Around
 * the cruise speed the driver wavers, as people do, over seconds to a minute; a waver is a displacement that comes back
 * to zero with its slope and its curvature, so that it moves neither arrival nor distance.
 */
import type { Drive } from './drive.js';
import { VARIETY, VARIETY_MASK } from './tables.js';

/** A waver displaces by A 64 x^3 (1 - x)^3 over its time d; its largest speed is 3.4346 times A / d. */
const WAVER_SHAPE = 64 / 3.4346;
/** Spread of a waver's largest speed, for long and short ones: m/s at rest, and more as a share of the cruise speed; their mean lengths in seconds (declared). */
const LONG_SPREAD = [0.5, 0.027] as const;
const SHORT_SPREAD = [0.12, 0.012] as const;
const LONG_S = 19;
const SHORT_S = 6;
/** By how much of the mean length the ends of wavers are off even ones, per unit of VARIETY, which is at most 2: no two last alike (declared). */
const END_SPREAD = 0.22;
/**
 * Unevenness of pulling away and braking, as a displacement per change of speed and time: more is done in the first half, so
 * that the speed never goes beyond the cruise.
 */
const UNEVEN = 0.0075;
/** Headroom of a waver under the top speed (declared). */
const MOST_OF_TOP = 0.997;
/** Nobody wavers into speeding (declared). */
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
  /** The section whose cruise the next fields are about, its speed and where it begins. */
  private cruising = -1;
  private cruiseSpeed = 0.5;
  private cruiseStartM = 0.5;
  private readonly long = new Waver(LONG_S, LONG_SPREAD, 0);
  private readonly short = new Waver(SHORT_S, SHORT_SPREAD, 517);

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
    const { long, short, cruiseSpeed: v } = this;
    if (q > long.endS) long.next(q);
    let x = (q - long.beginS) * long.perLength;
    let y = 1 - x;
    let w = x * x * y * y;
    let speed = v + long.swing * 3 * w * (y - x);
    let metres = this.cruiseStartM + v * q + long.swing * long.lengthS * w * x * y;
    // Short ones on top.
    if (q > short.endS) short.next(q);
    x = (q - short.beginS) * short.perLength;
    y = 1 - x;
    w = x * x * y * y;
    speed += short.swing * 3 * w * (y - x);
    metres += short.swing * short.lengthS * w * x * y;
    this.speed = speed;
    this.metres = metres;
  }

  /** What holds for all of a section's cruise. */
  private enterCruise(): void {
    const { drive, k } = this;
    const tc = drive.cruiseS[k]!;
    const v = drive.peak[k]!;
    this.cruising = k;
    this.cruiseSpeed = v;
    this.cruiseStartM = drive.s0[k]! + drive.accelerateS[k]! * (0.4 * drive.entry[k]! + 0.6 * v);
    const allowed = drive.limit[k]! * this.overLimit;
    const most = drive.spell[k]! === 0 && allowed < this.topSpeed ? allowed : this.topSpeed;
    const room = Math.max(0, most - v);
    const salt = drive.salt + k * 37;
    // The faster, the longer.
    this.long.start(tc, LONG_S + 0.5 * v, v, 0.6 * room, salt);
    this.short.start(tc, SHORT_S, v, 0.4 * room, salt);
  }
}

/** One waver after the other over a cruise. */
class Waver {
  /** The waver under way: seconds from the cruise's begin to its begin and end, its length, one over it, and 64 A over it. */
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

  /** The length from which on a waver swings fully, its spread, and where in VARIETY it begins. */
  constructor(
    private readonly fullS: number,
    private readonly spread: readonly [number, number],
    private readonly offset: number,
  ) {}

  /** Begins a cruise of so many seconds at a speed, from which wavers of about `meanS` seconds swing by at most `mostMs`. */
  start(cruiseS: number, meanS: number, speed: number, mostMs: number, salt: number): void {
    this.count = Math.max(1, Math.round(cruiseS / meanS));
    this.cruiseS = cruiseS;
    this.evenS = cruiseS / this.count;
    // VARIETY is at most 2: a governor narrows wavers, rather than cutting them off at one height.
    this.spreadMs = Math.min(this.spread[0] + this.spread[1] * speed, mostMs / 2);
    this.salt = salt + this.offset;
    this.piece = -1;
    this.endS = 0;
    this.next(0);
  }

  /** Moves on to the waver that holds a time; the last one holds all that follow. */
  next(timeS: number): void {
    do {
      this.piece++;
      this.beginS = this.endS;
      this.endS = this.endOf(this.piece);
    } while (timeS > this.endS);
    const last = this.piece === this.count - 1;
    this.lengthS = (last ? this.cruiseS : this.endS) - this.beginS;
    this.perLength = 1 / this.lengthS;
    const swing = this.spreadMs * VARIETY[(this.salt + this.piece * 11) & VARIETY_MASK]!;
    this.swing = WAVER_SHAPE * swing * Math.min(1, this.lengthS / this.fullS);
  }

  private endOf(piece: number): number {
    if (piece === this.count - 1) return Number.POSITIVE_INFINITY;
    return this.evenS * (piece + 1 + END_SPREAD * VARIETY[(this.salt + 211 + piece * 17) & VARIETY_MASK]!);
  }
}
