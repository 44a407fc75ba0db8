/** Speeding is flagged in exactly the records that exceed the posted limit by more than the tolerance. */
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, Violations } from '../check.js';
import type { Observer, Step } from '../records/step.js';

export class SpeedingObserver implements Observer {
  private readonly flags = new Violations();
  private readonly factor: number;
  private readonly outliers: number;

  constructor(dataset: Dataset) {
    // Speeds are in tenths of km/h, limits in km/h.
    this.factor = 10 * (1 + dataset.world.events.tolerance);
    this.outliers = 1.2 * dataset.world.dirt.speed_outlier;
  }

  add({ record }: Step): void {
    const tooFast = record.speed > record.speedLimit * this.factor;
    this.flags.count(tooFast === (record.speeding === 1));
  }

  checks(): Check[] {
    return [this.flags.check('events', 'speeding is above the limit and its tolerance', this.outliers)];
  }
}
