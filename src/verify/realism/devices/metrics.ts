/** The custom metrics: within their range, about their level, with the spread and persistence asked for. */
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { contextOf } from '../../../world/tables/event-tables.js';
import { type Check, check, digits, tooFew, Violations } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';

const LEAST_RECORDS = 5000;
/** In standard deviations: how far the mean may be off, and the memory as a correlation. */
const OFF = 0.1;
const SPREAD_OFF = 0.15;
/** Beyond this share of values at the ends of the range, they no longer show what was asked for. */
const MOST_CUT = 0.02;

interface Sums {
  readonly range: Violations;
  records: number;
  cut: number;
  sum: number;
  squares: number;
  products: number;
  pairs: number;
}

export class Metrics implements Observer {
  private readonly sums: Sums[];
  /** By vehicle * metrics + metric: the last deviation, in standard deviations. */
  private readonly last: Float32Array;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    const { metrics } = dataset.world;
    this.sums = metrics.map(() => ({
      range: new Violations(),
      records: 0,
      cut: 0,
      sum: 0,
      squares: 0,
      products: 0,
      pairs: 0,
    }));
    this.last = new Float32Array(dataset.vehicles * metrics.length);
  }

  add({ rows, row, vehicle, regular }: Step): void {
    const { metrics } = this.dataset.world;
    if (metrics.length === 0) return;
    const context = contextOf(rows.weather[row]!, rows.traffic_density[row]!, rows.road_type[row]!);
    const days = dayOfTrip(rows.trip_id[row]!);
    for (let m = 0; m < metrics.length; m++) {
      const metric = metrics[m]!;
      const sums = this.sums[m]!;
      const value = rows.metrics[m]![row]!;
      sums.range.count(value >= metric.least && value <= metric.most);
      if (value <= metric.least || value >= metric.most) sums.cut++;
      const level = metric.level[context]! + metric.driftPerDay * (days - this.facts.commissioned[vehicle]!);
      const deviation = metric.spread > 0 ? (value - level) / metric.spread : value - level;
      const at = vehicle * metrics.length + m;
      sums.records++;
      sums.sum += deviation;
      sums.squares += deviation * deviation;
      if (regular) {
        sums.pairs++;
        sums.products += deviation * this.last[at]!;
      }
      this.last[at] = deviation;
    }
  }

  checks(): Check[] {
    return this.dataset.world.metrics.flatMap((metric, m) => {
      const sums = this.sums[m]!;
      const range = sums.range.check('metrics', `${metric.name} is in its range`, 0);
      const { records, cut, sum, squares, products, pairs } = sums;
      const name = `${metric.name} in standard deviations`;
      const memory = metric.persistence;
      const expected = `mean 0, spread 1, memory ${digits(memory)}`;
      if (metric.spread === 0) return [range];
      if (records < LEAST_RECORDS) return [range, tooFew('metrics', name, expected, `${records} records`)];
      if (cut > MOST_CUT * records) {
        return [range, tooFew('metrics', name, expected, `${cut} of ${records} values at the ends of the range`)];
      }
      const mean = sum / records;
      const spread = Math.sqrt(squares / records - mean * mean);
      const found = `mean ${digits(mean)}, spread ${digits(spread)}, memory ${digits(products / pairs)}`;
      // A deviation that lasts for hours has only as many values as trips.
      const slack = OFF + (3 * Math.sqrt((1 + memory) / Math.max(1e-3, 1 - memory))) / Math.sqrt(records);
      const holds =
        Math.abs(mean) < slack &&
        Math.abs(spread - 1) < SPREAD_OFF + slack &&
        Math.abs(products / pairs - memory) < slack;
      return [range, check('metrics', name, expected, found, holds)];
    });
  }
}
