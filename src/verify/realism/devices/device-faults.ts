/** Device faults that no column shows, from the truth table: at the rate of the scenario. */
import { vehicleDayOf } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { COLLISION, FAULT_NAMES, REBOOT } from '../../../world/tables/fault-tables.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import { CheckedArray } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

const MIN_EXPECTED = 8;
/** Faults do not occur on trips that are too short for them. */
const SHORT_TRIPS = 0.2;

export class DeviceFaultsObserver implements Observer {
  private readonly days: Float64Array;
  private readonly lastFault: Uint8Array;
  private readonly onsets = CheckedArray.ofLength(FAULT_NAMES.length);
  private vehicleDays = 0;
  private records = 0;
  private touched = 0;
  private withTruth = false;

  constructor(private readonly dataset: Dataset) {
    this.days = new Float64Array(dataset.vehicles);
    this.lastFault = new Uint8Array(dataset.vehicles);
  }

  add({ record, vehicle, truth }: Step): void {
    if (truth === undefined) return;
    this.withTruth = true;
    this.records++;
    const day = vehicleDayOf(record.tripId);
    const fault = truth.deviceFault;
    if (this.days[vehicle] !== day) {
      this.days[vehicle] = day;
      this.lastFault[vehicle] = 0;
      this.vehicleDays++;
    }
    if (fault !== 0) {
      this.touched++;
      // One a day at most, also where only every second record shows it.
      if (this.lastFault[vehicle] === 0) this.onsets.add(fault);
      this.lastFault[vehicle] = fault;
    }
  }

  checks(): Check[] {
    if (!this.withTruth) return [];
    const { cumulative } = this.dataset.world.faults;
    const [asked, found] = cumulative.reduce<[number, number]>(
      ([sum, seen], upTo, i) => {
        // A device that reboots records nothing meanwhile.
        if (i + 1 === REBOOT) return [sum, seen];
        return [sum + (upTo - (cumulative[i - 1] ?? 0)) * this.vehicleDays, seen + this.onsets.get(i + 1)];
      },
      [0, 0],
    );
    const name = 'device faults that no column shows';
    const expected = `${digits(asked)} in ${this.vehicleDays} vehicle-days`;
    const text = `${found}, ${percent(this.touched / this.records)} of records; ${this.onsets.get(COLLISION)} crashes`;
    if (asked < MIN_EXPECTED) return [tooFew('truth', name, expected, text)];
    const half = CRITICAL_Z * Math.sqrt(asked);
    return [check('truth', name, expected, text, found > (1 - SHORT_TRIPS) * asked - half && found < asked + half)];
  }
}
