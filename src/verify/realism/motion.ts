/** Motion: position, speed, acceleration and odometer of every two consecutive records tell one story. */
import { NULL_INT } from '../../columns/column.js';
import type { Dataset } from '../../plan/dataset.js';
import { cosDeg } from '../../random/exact-math.js';
import { wrapped } from '../../simulate/coordinates.js';
import { METRES_PER_DEGREE } from '../../world/roads/network.js';
import { type Check, Violations } from './check.js';
import type { Observer, Step } from './step.js';

/** The share of records that faults of the device may put off. */
const RARE = 0.001;
/** A vehicle can leave a road and come back onto its direction within a long interval. */
const TURNS = 0.02;
/** Of the way, what a straight may be off its heading, which is cut to tenths of a degree. */
const ASIDE = 0.002;
/** A range starts and a limit of rows ends within a trip. */
const CUT = 0.01;
const METRES_PER_MICRODEGREE = METRES_PER_DEGREE / 1e6;
/** What a cruise wavers by, which the printed peak leaves out (motion/cursor.ts), m/s2. */
const WAVER_MS2 = 0.5;
/** Days that may leave more of their distance unrecorded (declared): where no place to drive to uses it up. */
const UNSEEN_DAYS = 0.03;
/** Metres that the odometer may move unrecorded between two days. */
const UNSEEN_M = 5000;

export class Motion implements Observer {
  private readonly distance = new Violations();
  private readonly meanSpeed = new Violations();
  private readonly change = new Violations();
  private readonly flags = new Violations();
  private readonly rest = new Violations();
  private readonly place = new Violations();
  private readonly odometer = new Violations();
  private readonly unseen = new Violations();
  private readonly heading = new Violations();
  /** Length of a degree of longitude over that of one of latitude, by hundredth of a degree of latitude. */
  private readonly narrow = Float64Array.from({ length: 18001 }, (_, i) => cosDeg(i / 100 - 90));
  /** Metres of the move last measured. */
  private north = 0;
  private east = 0;
  /** What dirt in the speeds puts off: each outlier belongs to two pairs of records. */
  private readonly outliers: number;

  constructor(dataset: Dataset) {
    this.outliers = 2.5 * dataset.world.dirt.speed_outlier;
  }

  add(step: Step): void {
    const { rows, row } = step;
    const peak = rows.acceleration[row]!;
    this.flags.count(peak <= -300 === (rows.braking[row] === 1) && peak >= 300 === (rows.harshAcceleration[row] === 1));
    if (!step.seen) return;
    const driven = rows.odometer[row]! - step.lastOdometer;
    this.odometer.count(driven >= 0);
    if (!step.sameTrip) this.betweenTrips(step, driven);
    if (step.regular) this.withinTrip(step, driven);
  }

  checks(): Check[] {
    return [
      this.distance.check('motion', 'goes no further than the odometer, within GPS error', RARE),
      this.meanSpeed.check('motion', 'drives as far as its speeds and its peak acceleration say', RARE + this.outliers),
      this.change.check('motion', 'speed changes no more than the peak acceleration allows', RARE + this.outliers),
      this.flags.check('motion', 'hard braking and acceleration are peaks of 3 m/s2', 0),
      this.rest.check('motion', 'trips start and end at rest', CUT + this.outliers),
      this.place.check('motion', 'the next trip starts where the last ended', CUT),
      this.odometer.check('motion', 'the odometer never falls', 0),
      this.unseen.check('motion', 'the odometer moves unseen by less than 5 km a day', UNSEEN_DAYS),
      this.heading.check('motion', 'heads where it goes on straights', TURNS),
    ];
  }

  private withinTrip(step: Step, driven: number): void {
    const { rows, row, lastSpeed, elapsedMs } = step;
    const seconds = elapsedMs / 1000;
    const speed = rows.speed[row]!;
    const most = ((Math.abs(rows.acceleration[row]!) + 0.5) / 100) * seconds;
    this.meanSpeed.count(isReachable(driven, seconds, lastSpeed / 36, speed / 36, most / seconds + WAVER_MS2));
    this.change.count(Math.abs(speed - lastSpeed) / 36 <= most);
    const moved = this.metres(step);
    if (moved < 0) return;
    this.distance.count(moved <= driven + 1 + gpsError(step));
    if (step.lastHeading === rows.heading[row] && moved > 2 * gpsError(step))
      this.heading.count(this.isAhead(step, moved));
  }

  private betweenTrips(step: Step, driven: number): void {
    const { rows, row } = step;
    this.rest.count(rows.speed[row] === 0 && step.lastSpeed === 0);
    // A little more than the days between, as a day of the vehicle doesn't begin at midnight.
    this.unseen.count(driven <= 1 + UNSEEN_M * Math.ceil(step.elapsedMs / 86400000));
    const moved = this.metres(step);
    if (moved >= 0) this.place.count(moved <= 1 + gpsError(step));
  }

  /** Whether a move leads where the vehicle heads, within GPS error. */
  private isAhead(step: Step, moved: number): boolean {
    const { rows, row } = step;
    const radians = (rows.heading[row]! * Math.PI) / 1800;
    const ahead = this.north * Math.cos(radians) + this.east * Math.sin(radians);
    const aside = this.east * Math.cos(radians) - this.north * Math.sin(radians);
    return ahead > 0 && Math.abs(aside) <= gpsError(step) + ASIDE * moved;
  }

  /** From one position to the other; -1 where one is missing. */
  private metres({ rows, row, lastLatitude, lastLongitude }: Step): number {
    const latitude = rows.latitude[row]!;
    if (latitude === NULL_INT || lastLatitude === NULL_INT) return -1;
    this.north = (latitude - lastLatitude) * METRES_PER_MICRODEGREE;
    const narrow = this.narrow[Math.round(latitude / 1e4) + 9000] ?? 1;
    this.east = wrapped(rows.longitude[row]! - lastLongitude) * METRES_PER_MICRODEGREE * narrow;
    return Math.sqrt(this.north * this.north + this.east * this.east);
  }
}

/** Three times both 68 % radii, in metres, and what rounding the parallel's length may be off. */
function gpsError({ rows, row, lastAccuracy }: Step): number {
  return 0.3 * (rows.gpsAccuracy[row]! + lastAccuracy);
}

/**
 * Whether so many metres lie between two speeds (m/s) some seconds apart, for one who accelerates by at most `strength`: the
 * farthest way changes speed by it up to a moment and back by it from there on. The odometer is cut to whole metres.
 */
function isReachable(metres: number, seconds: number, before: number, after: number, strength: number): boolean {
  const change = (after - before) / (strength * seconds);
  const bend = ((strength * seconds * seconds) / 4) * Math.max(0, 1 - change * change);
  return Math.abs(metres - ((before + after) / 2) * seconds) < 1.001 + bend;
}
