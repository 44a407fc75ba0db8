/** The custom metrics: within their range, near their level, with the spread and persistence of the scenario. */
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { contextOf } from '../../../world/tables/event-tables.js';
import type { MetricTable } from '../../../world/tables/metric-tables.js';
import { type Check, check, digits, tooFew, Violations } from '../check.js';
import { CheckedArray, CodeMap } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';

const MIN_RECORDS = 5000;
/** In standard deviations: how far the mean may be off, and the memory as a correlation. */
const TOLERANCE = 0.1;
const SPREAD_TOLERANCE = 0.15;
/** Beyond this share of values at the ends of the range, they no longer show the configured distribution. */
const MAX_CUT = 0.02;

interface Sums {
  readonly metric: MetricTable;
  readonly level: CheckedArray;
  readonly range: Violations;
  records: number;
  cut: number;
  sum: number;
  squares: number;
  products: number;
  pairs: number;
}

export class CustomMetricsObserver implements Observer {
  private readonly sums: CodeMap<Sums>;
  /** By vehicle * metrics + metric: the last deviation, in standard deviations. */
  private readonly last: CheckedArray<Float32Array>;

  constructor(private readonly dataset: Dataset) {
    const { metrics } = dataset.world;
    this.sums = new CodeMap(
      metrics.map((metric) => ({
        metric,
        level: new CheckedArray(metric.level),
        range: new Violations(),
        records: 0,
        cut: 0,
        sum: 0,
        squares: 0,
        products: 0,
        pairs: 0,
      })),
    );
    this.last = new CheckedArray(new Float32Array(dataset.vehicles * metrics.length));
  }

  add({ record, vehicle, facts, regular }: Step): void {
    const { metrics } = this.dataset.world;
    if (metrics.length === 0) return;
    const context = contextOf(record.weather, record.traffic, record.roadType);
    const days = dayOfTrip(record.tripId);
    for (const [m, value] of record.metrics().entries()) {
      const sums = this.sums.of(m);
      const { metric } = sums;
      sums.range.count(value >= metric.min && value <= metric.max);
      if (value <= metric.min || value >= metric.max) sums.cut++;
      const level = sums.level.get(context) + metric.driftPerDay * (days - facts.commissioned);
      const deviation = metric.spread > 0 ? (value - level) / metric.spread : value - level;
      const at = vehicle * metrics.length + m;
      sums.records++;
      sums.sum += deviation;
      sums.squares += deviation * deviation;
      if (regular) {
        sums.pairs++;
        sums.products += deviation * this.last.get(at);
      }
      this.last.set(at, deviation);
    }
  }

  checks(): Check[] {
    return [...this.sums].flatMap(({ metric, ...sums }) => {
      const range = sums.range.check('metrics', `${metric.name} is in its range`, 0);
      const { records, cut, sum, squares, products, pairs } = sums;
      const name = `${metric.name} in standard deviations`;
      const memory = metric.persistence;
      const expected = `mean 0, spread 1, memory ${digits(memory)}`;
      if (metric.spread === 0) return [range];
      if (records < MIN_RECORDS) return [range, tooFew('metrics', name, expected, `${records} records`)];
      if (cut > MAX_CUT * records) {
        return [range, tooFew('metrics', name, expected, `${cut} of ${records} values at the ends of the range`)];
      }
      const mean = sum / records;
      const spread = Math.sqrt(squares / records - mean * mean);
      const found = `mean ${digits(mean)}, spread ${digits(spread)}, memory ${digits(products / pairs)}`;
      // A deviation that lasts for hours has only as many independent values as trips.
      const slack = TOLERANCE + (3 * Math.sqrt((1 + memory) / Math.max(1e-3, 1 - memory))) / Math.sqrt(records);
      const holds =
        Math.abs(mean) < slack &&
        Math.abs(spread - 1) < SPREAD_TOLERANCE + slack &&
        Math.abs(products / pairs - memory) < slack;
      return [range, check('metrics', name, expected, found, holds)];
    });
  }
}
