/** The distances of vehicles of a class differ by the scenario's spread. */
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, percent, tooFew } from '../check.js';
import { CheckedArray, valueAt } from '../checked-arrays.js';
import type { FleetFacts } from '../records/fleet-facts.js';
import type { Observer, Step } from '../records/step.js';

const MIN_VEHICLES = 20;
const MIN_DAYS = 14;
/** Minimum share of the spread of annual distances that must show; a short window only adds to it. */
const MIN_OF_SPREAD = 0.6;

export class DistancesObserver implements Observer {
  /** Metres on the odometer when first and last seen. */
  private readonly from: CheckedArray;
  private readonly to: CheckedArray;
  private firstDay = -1;
  private lastDay = -1;

  constructor(
    private readonly dataset: Dataset,
    private readonly fleet: FleetFacts,
  ) {
    this.from = CheckedArray.ofLength(dataset.vehicles, Number.NaN);
    this.to = CheckedArray.ofLength(dataset.vehicles);
  }

  add({ record, vehicle, seen }: Step): void {
    if (!seen) this.from.set(vehicle, record.odometer);
    this.to.set(vehicle, record.odometer);
    this.lastDay = dayOfTrip(record.tripId);
    if (this.firstDay < 0) this.firstDay = this.lastDay;
  }

  checks(): Check[] {
    const { vehicleClass: codes, metresPerWeek } = this.fleet;
    return this.dataset.world.classes.map(({ name: vehicleClass }, c) => {
      const vehicles = [...codes.keys()].filter((v) => codes[v] === c && !Number.isNaN(this.from.get(v)));
      const asked = variation(vehicles.map((v) => valueAt(metresPerWeek, v)));
      const found = variation(vehicles.map((v) => this.to.get(v) - this.from.get(v)));
      const name = `${vehicleClass}: spread of the distance between vehicles`;
      const expected = `${percent(MIN_OF_SPREAD * asked)} of its mean or more`;
      if (vehicles.length < MIN_VEHICLES || this.lastDay - this.firstDay + 1 < MIN_DAYS) {
        return tooFew('habits', name, 'as the scenario says', `${vehicles.length} vehicles`);
      }
      return check('habits', name, expected, percent(found), found >= MIN_OF_SPREAD * asked);
    });
  }
}

/** Standard deviation over mean. */
function variation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance) / mean;
}
