/** Time: the local hour, when days begin, and how traffic follows the hours. */

import { DAY_MS, HOUR_MS } from '../../../base/time.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { habitOf, offsetAt } from '../../../world/local-time.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';

const RARE = 0.001;
/** Days that would end too late begin earlier than the hours of the class say. */
const MOVED = 0.03;
const LEAST_RECORDS = 5000;
const LEAST_HOURS = 12;
/** Traffic differs from day to day and region to region: with fewer of them an hour's mean says little. */
const LEAST_REGION_HOURS = 12;
const LEAST_CORRELATION = 0.7;
const SHARES = ['weekdays', 'weekends'] as const;

export class Clock implements Observer {
  private readonly hour = new Violations();
  private readonly departures = new Violations();
  /** By weekend * 24 + hour: sum of traffic (0 to 2), and records. */
  private readonly traffic = new Float64Array(48);
  private readonly records = new Float64Array(48);
  private readonly tripDay: Float64Array;
  /** By weekend: hours of regions in which there are records. */
  private readonly regionHours: readonly [Set<number>, Set<number>] = [new Set(), new Set()];

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    this.tripDay = new Float64Array(dataset.vehicles);
  }

  add({ rows, row, vehicle, sameTrip }: Step): void {
    const region = this.dataset.world.regions[this.facts.region[vehicle]!]!;
    const utc = rows.recorded_at[row]!;
    const local = Math.floor((utc + offsetAt(region.zone, utc)) / HOUR_MS);
    const hour = rows.hour_of_day[row]!;
    this.hour.count(local % 24 === hour);
    const weekend = habitOf(Math.floor(local / 24), region.holidays) >= 5;
    const cell = (weekend ? 24 : 0) + hour;
    this.traffic[cell]! += rows.traffic_density[row]!;
    this.records[cell]!++;
    this.regionHours[weekend ? 1 : 0].add(local * 4096 + this.facts.region[vehicle]!);
    if (!sameTrip) this.firstOfDay(rows.trip_id[row]!, vehicle, utc + offsetAt(region.zone, utc));
  }

  checks(): Check[] {
    return [
      this.hour.check('time', 'hour_of_day is the local hour', RARE),
      this.departures.check('time', 'days begin in hours of their vehicle class', MOVED),
      ...SHARES.map((_, weekend) => this.trafficByHour(weekend)),
    ];
  }

  private firstOfDay(tripId: number, vehicle: number, localMs: number): void {
    const day = dayOfTrip(tripId);
    if (this.tripDay[vehicle] === day) return;
    this.tripDay[vehicle] = day;
    const { world } = this.dataset;
    const { weekdayDepartures, weekendDepartures, restHour } = world.classes[this.facts.vehicleClass[vehicle]!]!;
    const { holidays } = world.regions[this.facts.region[vehicle]!]!;
    const quantiles = habitOf(day, holidays) >= 5 ? weekendDepartures : weekdayDepartures;
    const since = localMs - day * DAY_MS - restHour * HOUR_MS;
    // Clocks change at night: an hour more or less.
    this.departures.count(since >= quantiles[0]! - HOUR_MS && since <= quantiles.at(-1)! + HOUR_MS);
  }

  /** Correlation of the mean traffic by hour with the commuters' hours. */
  private trafficByHour(weekend: number): Check {
    const { traffic } = this.dataset.world.conditions;
    const wave = weekend === 0 ? traffic.weekday : traffic.weekend;
    const hours = wave.map((_, hour) => hour).filter((hour) => this.records[weekend * 24 + hour]! > 100);
    const found = hours.map((hour) => this.traffic[weekend * 24 + hour]! / this.records[weekend * 24 + hour]!);
    const r = correlation(
      found,
      hours.map((hour) => wave[hour]!),
    );
    const records = hours.reduce((sum, hour) => sum + this.records[weekend * 24 + hour]!, 0);
    const name = `traffic follows the commuters' hours on ${SHARES[weekend]}`;
    const expected = `correlation over ${percent(LEAST_CORRELATION)}`;
    const seen = this.regionHours[weekend === 0 ? 0 : 1].size;
    if (records < LEAST_RECORDS || hours.length < LEAST_HOURS || seen < LEAST_REGION_HOURS * hours.length)
      return tooFew('time', name, expected, percent(r));
    return check('time', name, expected, percent(r), r > LEAST_CORRELATION);
  }
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - meanA) * (b[i]! - meanB);
    aa += (value - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}
