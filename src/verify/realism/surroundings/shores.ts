/** No vehicle drives in a lake: where a region declares water and its roads are the scenario's own. */
import { NULL_INT } from '../../../columns/column.js';
import { inLake, toPlane } from '../../../world/roads/procedural/water.js';
import { type Check, Violations } from '../check.js';
import type { Observer, Step } from '../records/step.js';

/** Receivers that are far off. */
const RARE = 0.001;

export class ShoresObserver implements Observer {
  private readonly dry = new Violations();

  add({ record, facts, truth }: Step): void {
    const { water, centre } = facts.region;
    if (water.lakes.length === 0) return;
    const latitude = (truth ?? record).latitude;
    if (latitude === NULL_INT) return;
    const longitude = (truth ?? record).longitude;
    this.dry.count(!inLake(water, toPlane(centre, [latitude / 1e6, longitude / 1e6]), 0));
  }

  checks(): Check[] {
    return this.dry.all === 0 ? [] : [this.dry.check('places', 'nobody drives in a lake', RARE)];
  }
}
