/** Time: the local hour, when days begin, and how traffic follows the hours. */

import { DAY_MS, HOUR_MS } from '../../../base/time.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { effectiveWeekday, offsetAt } from '../../../world/local-time.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import { CountGrid, valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';

const RARE = 0.001;
/** Days that would end too late begin before the hours of the class. */
const MOVED = 0.03;
const MIN_RECORDS = 5000;
const MIN_HOURS = 12;
/** Traffic differs from day to day and region to region: with fewer of them an hour's mean is not significant. */
const MIN_REGION_HOURS = 12;
const MIN_CORRELATION = 0.7;
const SHARES = ['weekdays', 'weekends'] as const;

export class ClockObserver implements Observer {
  private readonly hour = new Violations();
  private readonly departures = new Violations();
  /** By weekend and hour: sum of traffic (0 to 2), and records. */
  private readonly traffic = new CountGrid(2, 24);
  private readonly records = new CountGrid(2, 24);
  private readonly tripDay: Float64Array;
  /** By weekend: hours of regions in which there are records. */
  private readonly regionHours: readonly [Set<number>, Set<number>] = [new Set(), new Set()];

  constructor(private readonly dataset: Dataset) {
    this.tripDay = new Float64Array(dataset.vehicles);
  }

  add(step: Step): void {
    const { record, facts } = step;
    const { region } = facts;
    const utc = record.recordedAt;
    const local = Math.floor((utc + offsetAt(region.zone, utc)) / HOUR_MS);
    const hour = record.hour;
    this.hour.count(local % 24 === hour);
    const weekend = effectiveWeekday(Math.floor(local / 24), region.holidays) >= 5 ? 1 : 0;
    if (hour >= 0 && hour < 24) {
      this.traffic.add(weekend, hour, record.traffic);
      this.records.add(weekend, hour);
    }
    this.regionHours[weekend].add(local * 4096 + region.index);
    if (!step.sameTrip) this.firstOfDay(step, utc + offsetAt(region.zone, utc));
  }

  checks(): Check[] {
    return [
      this.hour.check('time', 'hour_of_day is the local hour', RARE),
      this.departures.check('time', 'days begin in hours of their vehicle class', MOVED),
      this.trafficByHour(0),
      this.trafficByHour(1),
    ];
  }

  private firstOfDay({ record, vehicle, facts }: Step, localMs: number): void {
    const day = dayOfTrip(record.tripId);
    if (this.tripDay[vehicle] === day) return;
    this.tripDay[vehicle] = day;
    const { weekdayDepartures, weekendDepartures, restHour } = facts.vehicleClass;
    const { holidays } = facts.region;
    const quantiles = effectiveWeekday(day, holidays) >= 5 ? weekendDepartures : weekdayDepartures;
    const since = localMs - day * DAY_MS - restHour * HOUR_MS;
    // Clocks change at night: an hour more or less.
    this.departures.count(
      since >= valueAt(quantiles, 0) - HOUR_MS && since <= valueAt(quantiles, quantiles.length - 1) + HOUR_MS,
    );
  }

  /** Correlation of the mean traffic by hour with the commuters' hours. */
  private trafficByHour(weekend: 0 | 1): Check {
    const { traffic } = this.dataset.world.conditions;
    const wave = weekend === 0 ? traffic.weekday : traffic.weekend;
    const hours = wave
      .map((index, hour) => ({
        index,
        traffic: this.traffic.get(weekend, hour),
        records: this.records.get(weekend, hour),
      }))
      .filter((hour) => hour.records > 100);
    const r = correlation(hours.map(({ traffic, records, index }) => [traffic / records, index]));
    const records = hours.reduce((sum, hour) => sum + hour.records, 0);
    const name = `traffic follows the commuters' hours on ${SHARES[weekend]}`;
    const expected = `correlation over ${percent(MIN_CORRELATION)}`;
    const seen = this.regionHours[weekend].size;
    if (records < MIN_RECORDS || hours.length < MIN_HOURS || seen < MIN_REGION_HOURS * hours.length)
      return tooFew('time', name, expected, percent(r));
    return check('time', name, expected, percent(r), r > MIN_CORRELATION);
  }
}

function correlation(pairs: readonly (readonly [a: number, b: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [a, b] of pairs) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
