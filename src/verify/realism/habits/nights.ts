/** Nights: where vehicles spend them, and what parking takes from their devices' batteries. */

import { HOUR_MS } from '../../../base/time.js';
import { NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { emptyProfile } from '../../../plan/vehicle/vehicle-profile.js';
import { batteryCapacity, drainRate, parkedCharge } from '../../../simulate/day/battery.js';
import { wrapLongitude } from '../../../simulate/records/coordinates.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import type { ClassWorld } from '../../../world/world.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import { CheckedArray, valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

/** A night's end farther than this from the base, in metres, is away. */
const AWAY_M = 300;
/** Minimum and maximum share of the expected nights away, random variation aside. */
const MIN_AWAY = 0.6;
const MAX_AWAY = 1.2;
const MIN_NIGHTS = 20;
/** Receivers and their faults occasionally report a vehicle elsewhere. */
const LOST = 0.01;
const RISES = 0.01;
/** Tenths of a percent: rounding, and the tolerance for the drain of a parked battery. */
const ROUNDING = 1;
const DRAIN_TOLERANCE = 10;
/** Where short days never fill a battery, its charge in the morning is estimated from some days before. */
const ESTIMATED_DRAIN_SHARE = 0.25;
const PARKED_MS = 4 * HOUR_MS;

export class NightsObserver implements Observer {
  private readonly rises = new Violations();
  private readonly drains = new Violations();
  private readonly home = new Violations();
  private readonly lastDay: CheckedArray<Int32Array>;
  /** By class: nights between two days on the road, and those away. */
  private readonly nights: CheckedArray;
  private readonly away: CheckedArray;
  private readonly profile = emptyProfile();
  private readonly overcharged: number;

  constructor(private readonly dataset: Dataset) {
    this.lastDay = new CheckedArray(new Int32Array(dataset.vehicles).fill(-1));
    this.nights = CheckedArray.ofLength(dataset.world.classes.length);
    this.away = CheckedArray.ofLength(dataset.world.classes.length);
    this.overcharged = 2 * dataset.world.dirt.battery_over_100;
  }

  add(step: Step): void {
    if (step.sameTrip) return;
    const { record, vehicle, facts } = step;
    const day = dayOfTrip(record.tripId);
    const before = this.lastDay.get(vehicle);
    this.lastDay.set(vehicle, day);
    if (step.seen) this.battery(step, day);
    if (before < 0 || day === before) return;
    const metres = this.fromBase(step);
    if (metres < 0) return;
    if (facts.vehicleClass.nightsAway === 0) this.home.count(metres <= AWAY_M);
    else if (day === before + 1) {
      this.nights.add(facts.classCode);
      if (metres > AWAY_M) this.away.add(facts.classCode);
    }
  }

  checks(): Check[] {
    const { classes } = this.dataset.world;
    return [
      this.rises.check('devices', 'batteries never rise while parked', RISES + this.overcharged),
      this.drains.check('devices', 'parked batteries drain by the hour', ESTIMATED_DRAIN_SHARE + this.overcharged),
      ...(this.home.all > 0 ? [this.home.check('habits', 'vehicles spend the night at home or depot', LOST)] : []),
      ...classes.flatMap((each, c) => (each.nightsAway > 0 ? [this.awayOf(each, c)] : [])),
    ];
  }

  private awayOf({ name: vehicleClass, nightsAway }: ClassWorld, c: number): Check {
    const [nights, away] = [this.nights.get(c), this.away.get(c)];
    const half = CRITICAL_Z * Math.sqrt(nightsAway * (1 - nightsAway) * nights);
    const [min, max] = [MIN_AWAY * nightsAway * nights - half, MAX_AWAY * nightsAway * nights + half];
    const name = `${vehicleClass}: nights away between two days on the road`;
    const share = (count: number): string => percent(Math.max(0, Math.min(1, count / Math.max(1, nights))));
    const expected = `${share(min)} to ${share(max)}`;
    const found = `${share(away)} of ${nights}`;
    if (nights < MIN_NIGHTS) return tooFew('habits', name, expected, found);
    return check('habits', name, expected, found, away >= min && away <= max);
  }

  private battery({ record, facts, lastBattery, elapsedMs }: Step, day: number): void {
    const now = record.battery;
    this.rises.count(now <= lastBattery + ROUNDING);
    if (elapsedMs < PARKED_MS) return;
    const { profile } = this;
    profile.device = facts.device;
    profile.commissionedDay = facts.commissioned;
    profile.serviceDays = facts.serviceDays;
    profile.fadePctPerYear = facts.fadePctPerYear;
    const { world } = this.dataset;
    const ceiling = batteryCapacity(world, profile, day);
    const asked = parkedCharge(Math.min(lastBattery / 10, ceiling), elapsedMs, drainRate(world, profile, ceiling));
    this.drains.count(Math.abs(now - 10 * asked) <= DRAIN_TOLERANCE);
  }

  /** Metres from the vehicle's home or depot; -1 where there is no position. */
  private fromBase({ record, facts, truth }: Step): number {
    const latitude = (truth ?? record).latitude;
    if (latitude === NULL_INT) return -1;
    const longitude = (truth ?? record).longitude;
    const { base, region } = facts;
    const { network } = region;
    const north = (latitude / 1e6 - valueAt(network.latitude, base)) * METRES_PER_DEGREE;
    const east =
      wrapLongitude(longitude - Math.round(valueAt(network.longitude, base) * 1e6)) /
      1e6 /
      valueAt(network.degreesPerMEast, base);
    return Math.sqrt(north * north + east * east);
  }
}
