/** Holidays: vehicles drive as far as their class does on Sundays; those apart whose ways to work come on top. */
import type { Dataset } from '../../plan/dataset.js';
import { habitOf, weekdayOf } from '../../world/local-time.js';
import type { ClassWorld } from '../../world/world.js';
import { type Check, check, digits, tooFew } from './check.js';
import type { FleetFacts } from './fleet-facts.js';
import { DECIDING_Z } from './statistics.js';
import type { Observer, Step } from './step.js';

const SUNDAY = 6;
/** With fewer vehicle-days, chance alone decides. */
const LEAST_DAYS = 40;
/** What leave and the seasons may shift, and the squared spread of one driven day's distance around its mean. */
const NEAR = 0.15;
const SPREAD_SQUARED = 0.3;

export class Holidays implements Observer {
  private readonly holiday: Uint8Array;
  private firstDay = Number.POSITIVE_INFINITY;
  private lastDay = Number.NEGATIVE_INFINITY;
  /** Metres driven by day. */
  private readonly metres = new Map<number, number>();

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    this.holiday = new Uint8Array(dataset.vehicles);
  }

  add({ rows, row, vehicle, sameTrip, lastOdometer }: Step): void {
    const day = Math.floor(rows.tripId[row]! / 100) % 1e5;
    if (sameTrip) {
      if (this.holiday[vehicle] === 1)
        this.metres.set(day, (this.metres.get(day) ?? 0) + rows.odometer[row]! - lastOdometer);
      return;
    }
    this.firstDay = Math.min(this.firstDay, day);
    this.lastDay = Math.max(this.lastDay, day);
    this.holiday[vehicle] = this.isUnusual(vehicle, day) ? 1 : 0;
  }

  /** Days cut by the ends of the records don't count. */
  checks(): Check[] {
    const { vehicles } = this.dataset;
    let [days, asked, found, variance] = [0, 0, 0, 0];
    for (let day = this.firstDay + 1; day < this.lastDay; day++) {
      found += this.metres.get(day) ?? 0;
      for (let vehicle = 0; vehicle < vehicles; vehicle++) {
        if (!this.isUnusual(vehicle, day)) continue;
        days++;
        const [metres, chance] = this.asked(vehicle, day);
        asked += metres;
        if (chance > 0) variance += metres * metres * ((1 + SPREAD_SQUARED) / chance - 1);
      }
    }
    if (days === 0) return [];
    const name = 'holidays are driven as Sundays are';
    const expected = `${digits(asked / 1000)} km in ${days} vehicle-days`;
    const text = `${digits(found / 1000)} km`;
    if (days < LEAST_DAYS) return [tooFew('time', name, expected, text)];
    const half = NEAR * asked + DECIDING_Z * Math.sqrt(variance);
    return [check('time', name, expected, text, Math.abs(found - asked) <= half)];
  }

  /** A holiday that would be another day of the week. */
  private isUnusual(vehicle: number, day: number): boolean {
    if (this.classOf(vehicle).workShare > 0) return false;
    return weekdayOf(day) !== SUNDAY && habitOf(day, this.holidaysOf(vehicle)) === SUNDAY;
  }

  private holidaysOf(vehicle: number): readonly number[] {
    return this.dataset.world.regions[this.facts.region[vehicle]!]!.holidays;
  }

  private classOf(vehicle: number): ClassWorld {
    return this.dataset.world.classes[this.facts.vehicleClass[vehicle]!]!;
  }

  /** Mean metres of the day, and the chance that it is driven at all. */
  private asked(vehicle: number, day: number): readonly [metres: number, chance: number] {
    const { weekdayWeights, drivingDays } = this.classOf(vehicle);
    const monday = day - weekdayOf(day);
    const weightOf = (habit: number): number => weekdayWeights[habit]! * drivingDays[habit]!;
    let week = 0;
    for (let i = 0; i < 7; i++) week += weightOf(habitOf(monday + i, this.holidaysOf(vehicle)));
    return [(this.facts.metresPerWeek[vehicle]! * weightOf(SUNDAY)) / week, drivingDays[SUNDAY]!];
  }
}
