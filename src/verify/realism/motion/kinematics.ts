/** Kinematics: position, speed, acceleration and odometer of consecutive records are consistent. */
import { DAY_MS } from '../../../base/time.js';
import { NULL_INT } from '../../../columns/column.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapLongitude } from '../../../simulate/records/coordinates.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

/** The share of records that device faults may affect. */
const RARE = 0.001;
/** A slight bend to one side and back still passes for a straight. */
const BENDS = 0.02;
/**
 * As shares of the distance: how far a straight may be off its heading, which is truncated to tenths of a degree, and
 * how much the chord may be shorter.
 */
const HEADING_TOLERANCE = 0.002;
const CHORD_TOLERANCE = 0.0005;
/** Metres beyond which a road may wind and return to its direction unnoticed. */
const LONGEST_STRAIGHT_M = 2000;
/** Fluctuations of the speed add this to the peak that the accelerometer reports, m/s2. */
const WAVER_MPS2 = 0.5;
/** Accumulated rounding, and the minimum distance. */
const ROUNDING_SHARE = 0.005;
const MIN_METRES = 100_000;
/**
 * Metres by which the integral of a trip's speeds falls short of its distance: it is still pulling away after its first
 * interval, where the trapezoid lacks T^2 / 12 of the acceleration (usual m/s2, over at most so many seconds).
 */
const PULLING_AWAY = { rate: 1.5, seconds: 10 };
/** Metres that two odometers, both cut to whole metres, and rounded speeds may be off. */
const ROUNDED_M = 1.1;
/** A range starts and a limit of rows ends within a trip. */
const CUT = 0.01;
const METRES_PER_MICRODEGREE = METRES_PER_DEGREE / 1e6;
/**
 * Days that may leave more of their distance undriven (declared): where no destination uses it up, for trucks
 * most.
 */
const UNSEEN_DAYS = 0.05;
/** Metres that the odometer may move unrecorded between two days. */
const UNSEEN_M = 5000;

export class KinematicsObserver implements Observer {
  private readonly distance = new Violations();
  private readonly growth = new Violations();
  private readonly change = new Violations();
  private readonly flags = new Violations();
  private readonly rest = new Violations();
  private readonly place = new Violations();
  private readonly odometer = new Violations();
  private readonly parked = new Violations();
  private readonly unseen = new Violations();
  private readonly heading = new Violations();
  /** Length of a degree of longitude over that of one of latitude, by hundredth of a degree of latitude. */
  private readonly narrow = Float64Array.from({ length: 18001 }, (_, i) => cosDeg(i / 100 - 90));
  private readonly seconds: number;
  /** Distance between records, and its difference from the integral of the speeds; squares of that by trip. */
  private metres = 0;
  private missed = 0;
  private tripMissed = 0;
  private squares = 0;
  private trips = 0;
  /** Whether the record before is its trip's first. */
  private first = true;
  /** Metres of the move last measured. */
  private north = 0;
  private east = 0;
  /** The effect of dirt in the speeds: each outlier belongs to two pairs of records. */
  private readonly outliers: number;

  constructor(dataset: Dataset) {
    this.seconds = dataset.intervalMs / 1000;
    this.outliers = 2.5 * dataset.world.dirt.speed_outlier;
  }

  add(step: Step): void {
    const { record } = step;
    const peak = record.acceleration;
    this.flags.count(peak <= -300 === (record.braking === 1) && peak >= 300 === (record.harshAcceleration === 1));
    if (!step.seen) return;
    const driven = record.odometer - step.lastOdometer;
    this.odometer.count(driven >= 0);
    if (!step.sameTrip) {
      this.first = true;
      this.trips++;
      this.endTrip();
      this.betweenTrips(step, driven);
    }
    if (step.regular) this.withinTrip(step, driven);
    if (step.sameTrip) this.first = false;
  }

  checks(): Check[] {
    return [
      this.distance.check('motion', 'goes no further than the odometer, within GPS error', RARE),
      this.growth.check('motion', 'drives as far as speeds and peak acceleration allow', RARE + this.outliers),
      this.total(),
      this.change.check('motion', 'speed changes no more than the peak acceleration allows', RARE + this.outliers),
      this.flags.check('motion', 'hard braking and acceleration are peaks of 3 m/s2', 0),
      this.rest.check('motion', 'trips start and end at rest', CUT + this.outliers),
      this.place.check('motion', 'the next trip starts where the last ended', CUT),
      this.odometer.check('motion', 'the odometer never falls', 0),
      this.parked.check('motion', 'the odometer stands between trips of a day', RARE),
      this.unseen.check('motion', 'the odometer moves unseen by less than 5 km a day', UNSEEN_DAYS, 1),
      this.heading.check('motion', 'heads where it goes on straights', BENDS),
    ];
  }

  private withinTrip(step: Step, driven: number): void {
    const { record, lastSpeed, elapsedMs } = step;
    const seconds = elapsedMs / 1000;
    const speed = record.speed;
    const within = this.isWithinReach(step, driven);
    this.growth.count(within);
    // Every trip begins at rest with a record, then pulls away: its first interval is not a sample of the drive.
    if (within && !this.first) this.addUp(((lastSpeed + speed) / 72) * seconds, driven);
    const max = ((Math.abs(record.acceleration) + 0.5) / 100) * seconds;
    this.change.count(Math.abs(speed - lastSpeed) / 36 <= max);
    const moved = this.chord(step);
    if (moved < 0) return;
    this.distance.count(moved <= driven + 1 + gpsError(step));
    // A vehicle that turned off and returned to its direction has driven further than the chord.
    const straight = driven < LONGEST_STRAIGHT_M && driven - moved < 1 + CHORD_TOLERANCE * driven;
    if (step.lastHeading === record.heading && straight && moved > 2 * gpsError(step))
      this.heading.count(this.isAhead(step, moved));
  }

  /**
   * Whether the distance can be driven between two speeds at no more than the peak acceleration: above and below the
   * mean of the speeds lies at most the triangle of accelerating and braking by that.
   */
  private isWithinReach({ record, lastSpeed, elapsedMs }: Step, driven: number): boolean {
    const seconds = elapsedMs / 1000;
    const [v0, v1] = [lastSpeed / 36, record.speed / 36];
    const peak = Math.abs(record.acceleration) / 100 + WAVER_MPS2;
    const change = v1 - v0;
    const mean = ((v0 + v1) / 2) * seconds;
    const aside = Math.max(0, peak * peak * seconds * seconds - change * change) / (4 * peak);
    // Vehicles do not drive backwards: one that brakes to rest in between waits there.
    const rests = (v0 * v0 + v1 * v1) / (2 * peak);
    const min = v0 + v1 < peak * seconds ? rests : mean - aside;
    return driven <= mean + aside + ROUNDED_M && driven >= Math.min(mean, min) - ROUNDED_M;
  }

  private addUp(asked: number, driven: number): void {
    this.metres += driven;
    this.missed += asked - driven;
    this.tripMissed += asked - driven;
  }

  private endTrip(): void {
    this.squares += this.tripMissed * this.tripMissed;
    this.tripMissed = 0;
  }

  /** Between two records the speed may be higher or lower than their mean; over many trips that evens out. */
  private total(): Check {
    this.endTrip();
    const name = 'speeds add up to the odometer';
    const edge = (PULLING_AWAY.rate * Math.min(this.seconds, PULLING_AWAY.seconds) ** 2) / 12;
    const half = CRITICAL_Z * Math.sqrt(this.squares) + ROUNDING_SHARE * this.metres + edge * this.trips;
    const share = (metres: number): string => percent(metres / Math.max(1, this.metres));
    const found = `${share(this.missed)} off`;
    const expected = `within ${share(half)}`;
    if (this.metres < MIN_METRES) return tooFew('motion', name, expected, found);
    return check('motion', name, expected, found, Math.abs(this.missed) <= half);
  }

  private betweenTrips(step: Step, driven: number): void {
    const { record } = step;
    this.rest.count(record.speed === 0 && step.lastSpeed === 0);
    if (step.sameDay) this.parked.count(driven <= 1);
    // A little more than the days between, as a day of the vehicle doesn't begin at midnight.
    else this.unseen.count(driven <= 1 + UNSEEN_M * Math.ceil(step.elapsedMs / DAY_MS));
    const moved = this.chord(step);
    if (moved >= 0) this.place.count(moved <= 1 + gpsError(step));
  }

  /** Whether a move leads where the vehicle heads, within GPS error. */
  private isAhead(step: Step, moved: number): boolean {
    const { record } = step;
    const radians = (record.heading * Math.PI) / 1800;
    const ahead = this.north * Math.cos(radians) + this.east * Math.sin(radians);
    const aside = this.east * Math.cos(radians) - this.north * Math.sin(radians);
    return ahead > 0 && Math.abs(aside) <= gpsError(step) + HEADING_TOLERANCE * moved;
  }

  /** From one position to the other; -1 where one is missing. */
  private chord({ record, lastLatitude, lastLongitude }: Step): number {
    const latitude = record.latitude;
    if (latitude === NULL_INT || lastLatitude === NULL_INT) return -1;
    this.north = (latitude - lastLatitude) * METRES_PER_MICRODEGREE;
    const narrow = this.narrow[Math.round(latitude / 1e4) + 9000] ?? 1;
    this.east = wrapLongitude(record.longitude - lastLongitude) * METRES_PER_MICRODEGREE * narrow;
    return Math.sqrt(this.north * this.north + this.east * this.east);
  }
}

/** Three times both 68 % radii, in metres, and what rounding the parallel's length may be off. */
function gpsError({ record, lastAccuracy }: Step): number {
  return 0.3 * (record.gpsAccuracy + lastAccuracy);
}
