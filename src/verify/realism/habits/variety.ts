/** Nothing constant, and nothing uniform that should not be: looks at a sample, evenly taken from all records. */

import { type Column, NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, tooFew } from '../check.js';
import type { Observer, Step } from '../motion/step.js';
import { distanceFromUniform } from '../statistics.js';

const SAMPLE = 8192;
const LEAST_SAMPLE = 4096;
/** Days from which weather and traffic must have changed. */
const LEAST_DAYS = 3;
/** Weather stays for days where its spells are long: this many of their mean lengths may pass without another. */
const SPELLS = 10;
/** A few vehicles may all stay in town. */
const FEW_VEHICLES = 5;
/** A uniform sample of this size comes nearer in all but one case in a thousand. */
const NEAR_UNIFORM = 0.025;
/** Keys, times and places follow the plan; roads lead everywhere, and odometers may well be spread evenly. */
const NOT_MEASURED = [
  'record_id',
  'vehicle_id',
  'trip_id',
  'recorded_at',
  'latitude',
  'longitude',
  'heading_deg',
  'odometer_km',
];
const KEYS = ['record_id'];

export class Variety implements Observer {
  private readonly columns: readonly Column[];
  private readonly sample: Float64Array[];
  private readonly vehicles: number;
  private size = 0;
  private readonly days = new Set<number>();
  private readonly weatherDays: number;
  private stride = 1;
  private wait = 0;

  constructor(dataset: Dataset) {
    this.columns = dataset.telemetry.columns.filter(({ name }) => !KEYS.includes(name));
    const longest = Math.max(...Object.values(dataset.world.conditions.weather.spellHours));
    this.weatherDays = Math.max(LEAST_DAYS, Math.ceil((SPELLS * longest) / 24));
    this.vehicles = dataset.vehicles;
    this.sample = this.columns.map(() => new Float64Array(SAMPLE));
  }

  add({ rows, row }: Step): void {
    if (this.days.size < this.weatherDays) this.days.add(dayOfTrip(rows.trip_id[row]!));
    if (--this.wait > 0) return;
    this.wait = this.stride;
    if (this.size === SAMPLE) this.thin();
    // The main table's columns come in the order of its schema, record_id first.
    for (let c = 0; c < this.columns.length; c++) this.sample[c]![this.size] = rows.all[c + 1]![row]!;
    this.size++;
  }

  checks(): Check[] {
    const names = ['columns that never change', 'columns that are evenly spread'];
    if (this.size < LEAST_SAMPLE || this.days.size < LEAST_DAYS) {
      return names.map((name) => tooFew('variety', name, 'none', `${this.size} records looked at`));
    }
    const [constant, uniform]: [string[], string[]] = [[], []];
    this.columns.forEach((column, c) => {
      const sorted = this.sample[c]!.slice(0, this.size)
        .filter((value) => value !== NULL_INT)
        .sort();
      // An event that is asked for rarely, or not at all, may not show in a sample.
      const mayStay =
        column.kind === 'bool' ||
        (this.vehicles === 1 && column.name === 'vehicle_id') ||
        (this.vehicles < FEW_VEHICLES && column.name === 'road_type') ||
        (column.name === 'weather' && this.days.size < this.weatherDays);
      if (!mayStay && sorted[0] === sorted.at(-1)) constant.push(column.name);
      const measured =
        (column.kind === 'fixed' || column.kind === 'fixed53' || column.kind === 'int') &&
        !NOT_MEASURED.includes(column.name);
      if (!measured || sorted.length < LEAST_SAMPLE) return;
      const distance = distanceFromUniform(sorted);
      if (distance < NEAR_UNIFORM) uniform.push(`${column.name} (${digits(distance)})`);
    });
    return [constant, uniform].map((found, i) =>
      check('variety', names[i]!, 'none', found.join(', ') || 'none', found.length === 0),
    );
  }

  /** Drops every second record of the sample. */
  private thin(): void {
    for (const values of this.sample) for (let i = 0; i < SAMPLE / 2; i++) values[i] = values[2 * i]!;
    this.size = SAMPLE / 2;
    this.stride *= 2;
  }
}
