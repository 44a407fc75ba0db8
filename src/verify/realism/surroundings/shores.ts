/** No vehicle drives in a lake: where a region declares water and its roads are the scenario's own. */
import { NULL_INT } from '../../../columns/column.js';
import type { Dataset } from '../../../plan/dataset.js';
import { inLake, toPlane } from '../../../world/roads/procedural/water.js';
import { type Check, Violations } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';

/** Receivers that are far off. */
const RARE = 0.001;

export class Shores implements Observer {
  private readonly dry = new Violations();

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {}

  add({ rows, row, vehicle, truth }: Step): void {
    const { water, centre } = this.dataset.world.regions[this.facts.region[vehicle]!]!;
    if (water.lakes.length === 0) return;
    const latitude = truth === undefined ? rows.latitude[row]! : truth.true_latitude[row]!;
    if (latitude === NULL_INT) return;
    const longitude = truth === undefined ? rows.longitude[row]! : truth.true_longitude[row]!;
    this.dry.count(!inLake(water, toPlane(centre, [latitude / 1e6, longitude / 1e6]), 0));
  }

  checks(): Check[] {
    return this.dry.all === 0 ? [] : [this.dry.check('places', 'nobody drives in a lake', RARE)];
  }
}
