/**
 * How far a vehicle drives: its odometer at the start of any period of 52 weeks in O(1), and within it by week and day.
 * Commuting is deducted first and the rest spread over the driving days, so a day's distance always covers its fixed
 * trips.
 */
import { hashUniform } from '../../random/hash.js';
import { effectiveWeekday, weekOf } from '../../world/local-time.js';
import type { ClassWorld, RegionWorld } from '../../world/world.js';
import { estimateDistanceM } from '../day/destinations.js';
import { countWorkingDays, drivingDaysOfWeek, isDrivingDay, isWorkingDay, overnightNode } from './driving-days.js';
import type { VehicleProfile } from './vehicle-profile.js';

/** Weeks per period, whose distance is drawn together. */
const WEEKS = 52;
/** Spread of the distance from one period to the next (declared). */
const YEAR_SPREAD = 0.06;
/** Safety margin added to a fixed trip, whose estimate is already an upper bound. */
const SPARE_M = 120;
/** Vehicles whose period is cached. */
const KEPT = 512;

interface Weeks {
  vehicle: number;
  block: number;
  /** Metres at the start of each week, and at the end. */
  readonly startM: Float64Array;
  readonly days: Uint16Array;
}

export class Odometer {
  /** Metres at the start of each day of the week last loaded, Monday first, and at the week's end. */
  readonly dayStartM = new Float64Array(8);
  /** The days of the week last loaded, as bits; see driving-days.ts. */
  days = 0;
  private readonly kept: (Weeks | undefined)[] = new Array(KEPT);
  private readonly weights = new Float64Array(WEEKS);
  private vehicle = -1;
  private week = -1;

  load(profile: VehicleProfile, vehicleClass: ClassWorld, region: RegionWorld, week: number): void {
    if (this.vehicle === profile.vehicle && this.week === week) return;
    this.vehicle = profile.vehicle;
    this.week = week;
    const block = Math.floor(week / WEEKS);
    const weeks = this.weeksOf(profile, vehicleClass, region, block);
    const at = week - block * WEEKS;
    const startM = weeks.startM[at]!;
    this.days = weeks.days[at]!;
    this.spread(profile, vehicleClass, region, week, startM, weeks.startM[at + 1]! - startM);
  }

  private weeksOf(profile: VehicleProfile, vehicleClass: ClassWorld, region: RegionWorld, block: number): Weeks {
    const slot = profile.vehicle & (KEPT - 1);
    let weeks = this.kept[slot];
    if (weeks === undefined) {
      weeks = { vehicle: -1, block: 0, startM: new Float64Array(WEEKS + 1), days: new Uint16Array(WEEKS) };
      this.kept[slot] = weeks;
    }
    if (weeks.vehicle === profile.vehicle && weeks.block === block) return weeks;
    weeks.vehicle = profile.vehicle;
    weeks.block = block;
    const end = blockStart(profile, block + 1);
    // A period in which the vehicle was commissioned begins for it then: spread over all weeks, it could start below zero.
    const first = Math.min(WEEKS, Math.max(0, weekOf(profile.commissionedDay) - block * WEEKS));
    const start = first === 0 ? blockStart(profile, block) : end - Math.floor(profile.metresPerWeek * (WEEKS - first));
    const budget = end - start;
    const { weights } = this;
    let total = 0;
    let fixed = 0;
    for (let i = 0; i < WEEKS; i++) {
      const week = block * WEEKS + i;
      const days = drivingDaysOfWeek(profile, vehicleClass, region, week);
      let weight = 0;
      const monday = 7 * week - 3;
      for (let d = 0; d < 7; d++) {
        if (isDrivingDay(days, d))
          weight += vehicleClass.weekdayWeights[effectiveWeekday(monday + d, region.holidays)]!;
      }
      weight *= 1 + evenness(vehicleClass) * 0.5 * (hashUniform(profile.key, 4 * week + 3) - 0.5);
      weeks.days[i] = i < first ? 0 : days;
      weights[i] = i < first ? 0 : weight;
      total += weights[i]!;
      fixed += countWorkingDays(weeks.days[i]!) * (profile.commuteM + SPARE_M);
    }
    const perWeight = total > 0 ? Math.max(0, budget - fixed) / total : 0;
    let metres = start;
    for (let i = 0; i < WEEKS; i++) {
      weeks.startM[i] = metres;
      metres += countWorkingDays(weeks.days[i]!) * (profile.commuteM + SPARE_M) + weights[i]! * perWeight;
    }
    weeks.startM[WEEKS] = start + budget;
    return weeks;
  }

  /** Spreads a week's metres over its days: each gets its fixed trips and a share of the rest. */
  private spread(
    profile: VehicleProfile,
    vehicleClass: ClassWorld,
    region: RegionWorld,
    week: number,
    startM: number,
    metres: number,
  ): void {
    const { dayStartM, days } = this;
    const monday = 7 * week - 3;
    let total = 0;
    let fixed = 0;
    let place = vehicleClass.nightsAway > 0 ? overnightNode(profile, vehicleClass, region, monday - 1) : profile.base;
    for (let d = 0; d < 7; d++) {
      let fixedM = 0;
      if (isWorkingDay(days, d)) fixedM = profile.commuteM + SPARE_M;
      if (vehicleClass.nightsAway > 0) {
        const next = overnightNode(profile, vehicleClass, region, monday + d);
        if (next !== place) fixedM += estimateDistanceM(region, place, next) + SPARE_M;
        place = next;
      }
      const weight = isDrivingDay(days, d)
        ? vehicleClass.weekdayWeights[effectiveWeekday(monday + d, region.holidays)]! *
          (1 + evenness(vehicleClass) * 0.4 * (hashUniform(profile.key, 7 * (8 * week + d) + 5) - 0.5))
        : 0;
      // Temporarily holds each day's distance instead of sums.
      dayStartM[d] = weight;
      this.fixed[d] = fixedM;
      total += weight;
      fixed += fixedM;
    }
    const perWeight = total > 0 ? Math.max(0, metres - fixed) / total : 0;
    let at = startM;
    for (let d = 0; d < 7; d++) {
      const share = this.fixed[d]! + dayStartM[d]! * perWeight;
      dayStartM[d] = at;
      at += share;
    }
    dayStartM[7] = startM + metres;
  }

  private readonly fixed = new Float64Array(7);
}

/** Where driving time is regulated, weeks and days vary less. */
function evenness(vehicleClass: ClassWorld): number {
  return vehicleClass.dayDriveS < Number.POSITIVE_INFINITY ? 0.3 : 1;
}

function blockStart(profile: VehicleProfile, block: number): number {
  const age = block - weekOf(profile.commissionedDay) / WEEKS;
  return Math.floor(profile.metresPerWeek * WEEKS * (age + YEAR_SPREAD * hashUniform(profile.key ^ 0x27d4eb2d, block)));
}
