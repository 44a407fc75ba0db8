/** Speeding is what the posted limit says: exactly the records faster than it by more than the tolerance. */
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, Violations } from '../check.js';
import type { Observer, Step } from './step.js';

export class Speeding implements Observer {
  private readonly flags = new Violations();
  private readonly factor: number;
  private readonly outliers: number;

  constructor(dataset: Dataset) {
    // Speeds are in tenths of km/h, limits in km/h.
    this.factor = 10 * (1 + dataset.world.events.tolerance);
    this.outliers = 1.2 * dataset.world.dirt.speed_outlier;
  }

  add({ rows, row }: Step): void {
    const tooFast = rows.speed_kmh[row]! > rows.speed_limit_kmh[row]! * this.factor;
    this.flags.count(tooFast === (rows.speeding_event[row] === 1));
  }

  checks(): Check[] {
    return [this.flags.check('events', 'speeding is above the limit and its tolerance', this.outliers)];
  }
}
