/**
 * Weather and traffic change at any minute, not on the hour; and traffic doesn't jump from one hour to the
 * next.
 */

import { HOUR_MS } from '../../../base/time.js';
import type { Dataset } from '../../../plan/dataset.js';
import { effectiveWeekday, offsetAt } from '../../../world/local-time.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import { CodeMap } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { binomialTail, CRITICAL_P, CRITICAL_Z } from '../statistics.js';

/** Changes that many vehicles of a region see within this time are one. */
const ONE_CHANGE_MS = 600000;
/** Such times remembered by region: records come day by day, and a vehicle's day may begin late. */
const MAX_REMEMBERED = 512;
/** Changes that follow from the plan of the day may slightly prefer the full hour. */
const PREFERRED = 1.5;
const MIN_CHANGES = 5;
/** Neighbouring hours' shares of high traffic differ by this at most. */
const MAX_STEP = 0.2;
const HIGH = 2;
const MIN_UNITS = 12;
const MIN_RECORDS = 50;

/**
 * Changes of one thing: where and when each was last seen, how many there were, on the full hour and by chance there.
 */
class Changes {
  private readonly last: Float64Array;
  all = 0;
  onHour = 0;
  asked = 0;

  constructor(regions: number) {
    this.last = new Float64Array(regions * MAX_REMEMBERED);
  }

  /** Between two times, local or UTC. */
  count(region: number, fromMs: number, toMs: number): void {
    const time = Math.floor((fromMs + toMs) / 2 / ONE_CHANGE_MS);
    const at = region * MAX_REMEMBERED + (time % MAX_REMEMBERED);
    if (this.last[at] === time) return;
    this.last[at] = time;
    this.all++;
    this.asked += Math.min(1, (toMs - fromMs) / HOUR_MS);
    if (Math.floor(toMs / HOUR_MS) !== Math.floor(fromMs / HOUR_MS)) this.onHour++;
  }

  check(what: string): Check {
    const name = `changes of ${what} on the full hour`;
    const share = Math.min(1, (PREFERRED * this.asked) / Math.max(1, this.all));
    const expected = `about ${digits(this.asked)} of ${this.all}`;
    if (this.all < MIN_CHANGES || share > 0.5) return tooFew('time', name, expected, `${this.onHour}`);
    return check('time', name, expected, `${this.onHour}`, binomialTail(this.all, share, this.onHour) > CRITICAL_P);
  }
}

export class SeamsObserver implements Observer {
  private readonly weather: Changes;
  private readonly traffic: Changes;
  private lastWeather = -1;
  private lastTraffic = -1;
  private lastRoad = -1;
  /** Of working days, by local hour since 1970 * regions + region: records, and those in high traffic. */
  private readonly units = new Map<number, { records: number; high: number }>();

  constructor(private readonly dataset: Dataset) {
    this.weather = new Changes(dataset.world.regions.length);
    this.traffic = new Changes(dataset.world.regions.length);
  }

  add({ record, facts, regular, lastTime }: Step): void {
    const { index: region, zone, holidays } = facts.region;
    const now = record.recordedAt;
    const offset = offsetAt(zone, now);
    const weather = record.weather;
    const traffic = record.traffic;
    const road = record.roadType;
    if (regular) {
      if (weather !== this.lastWeather) this.weather.count(region, lastTime, now);
      // On another road the traffic may differ without a change in time.
      if (traffic !== this.lastTraffic && road === this.lastRoad)
        this.traffic.count(region, lastTime + offset, now + offset);
    }
    this.lastWeather = weather;
    this.lastTraffic = traffic;
    this.lastRoad = road;
    const local = Math.floor((now + offset) / HOUR_MS);
    if (effectiveWeekday(Math.floor(local / 24), holidays) >= 5) return;
    const key = local * this.dataset.world.regions.length + region;
    let unit = this.units.get(key);
    if (unit === undefined) {
      unit = { records: 0, high: 0 };
      this.units.set(key, unit);
    }
    unit.records++;
    if (traffic === HIGH) unit.high++;
  }

  checks(): Check[] {
    return [this.weather.check('weather'), this.traffic.check('traffic'), this.steps()];
  }

  /** The hours of one region and day are correlated, so these count as one. */
  private steps(): Check {
    const hours = new CodeMap(Array.from({ length: 24 }, () => ({ units: 0, records: 0, high: 0, squares: 0 })));
    const hourOf = (key: number): number => Math.floor(key / this.dataset.world.regions.length) % 24;
    for (const [key, { records, high }] of this.units) {
      const hour = hours.of(hourOf(key));
      hour.units++;
      hour.records += records;
      hour.high += high;
    }
    for (const [key, { records, high }] of this.units) {
      const hour = hours.of(hourOf(key));
      hour.squares += (high - (hour.high / hour.records) * records) ** 2;
    }
    const name = 'steps of high traffic from hour to hour';
    let judged = 0;
    let worst = { step: 0, max: MAX_STEP, text: 'none', over: Number.NEGATIVE_INFINITY };
    for (const [i, to] of [...hours].entries()) {
      const from = hours.of((i + 23) % 24);
      if (Math.min(from.units, to.units) < MIN_UNITS) continue;
      if (Math.min(from.records, to.records) < MIN_RECORDS) continue;
      judged++;
      const step = Math.abs(to.high / to.records - from.high / from.records);
      const error = Math.sqrt(from.squares / from.records ** 2 + to.squares / to.records ** 2);
      const max = MAX_STEP + CRITICAL_Z * error;
      if (step - max > worst.over) worst = { step, max, text: `${percent(step)} at ${i} h`, over: step - max };
    }
    const expected = `at most ${percent(worst.max)}`;
    if (judged === 0) return tooFew('time', name, expected, 'too few days');
    return check('time', name, expected, worst.text, worst.over <= 0);
  }
}
