/** No column is constant, or uniform when it should not be: looks at a sample taken evenly from all records. */

import { type Column, NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, tooFew } from '../check.js';
import { CodeMap } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { distanceFromUniform } from '../statistics.js';

const SAMPLE = 8192;
const MIN_SAMPLE = 4096;
/** Days from which weather and traffic must have changed. */
const MIN_DAYS = 3;
/** Weather stays for days where its spells are long: this many of their mean lengths may pass without another. */
const SPELLS = 10;
/** A few vehicles may all stay in town. */
const FEW_VEHICLES = 5;
/** A uniform sample of this size is closer than this in all but one case in a thousand. */
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
const NEVER_CHANGE = 'columns that never change';
const EVENLY_SPREAD = 'columns that are evenly spread';

export class VarietyObserver implements Observer {
  private readonly samples: CodeMap<{ readonly column: Column; readonly values: Float64Array }>;
  private readonly vehicles: number;
  private size = 0;
  private readonly days = new Set<number>();
  private readonly weatherDays: number;
  private stride = 1;
  private wait = 0;

  constructor(dataset: Dataset) {
    const columns = dataset.telemetry.columns.filter(({ name }) => !KEYS.includes(name));
    this.samples = new CodeMap(columns.map((column) => ({ column, values: new Float64Array(SAMPLE) })));
    const longest = Math.max(...Object.values(dataset.world.conditions.weather.spellHours));
    this.weatherDays = Math.max(MIN_DAYS, Math.ceil((SPELLS * longest) / 24));
    this.vehicles = dataset.vehicles;
  }

  add({ record }: Step): void {
    if (this.days.size < this.weatherDays) this.days.add(dayOfTrip(record.tripId));
    if (--this.wait > 0) return;
    this.wait = this.stride;
    if (this.size === SAMPLE) this.thin();
    // The main table's columns come in the order of its schema, record_id first.
    const [, ...values] = record.values();
    for (const [c, value] of values.entries()) this.samples.of(c).values[this.size] = value;
    this.size++;
  }

  checks(): Check[] {
    if (this.size < MIN_SAMPLE || this.days.size < MIN_DAYS) {
      return [NEVER_CHANGE, EVENLY_SPREAD].map((name) =>
        tooFew('variety', name, 'none', `${this.size} records looked at`),
      );
    }
    const [constant, uniform]: [string[], string[]] = [[], []];
    for (const { column, values } of this.samples) {
      const sorted = values
        .slice(0, this.size)
        .filter((value) => value !== NULL_INT)
        .sort();
      // An event with a low or zero rate may be absent from a sample.
      const mayStay =
        column.kind === 'bool' ||
        (this.vehicles === 1 && column.name === 'vehicle_id') ||
        (this.vehicles < FEW_VEHICLES && column.name === 'road_type') ||
        (column.name === 'weather' && this.days.size < this.weatherDays);
      if (!mayStay && sorted[0] === sorted.at(-1)) constant.push(column.name);
      const measured =
        (column.kind === 'fixed' || column.kind === 'fixed53' || column.kind === 'int') &&
        !NOT_MEASURED.includes(column.name);
      if (!measured || sorted.length < MIN_SAMPLE) continue;
      const distance = distanceFromUniform(sorted);
      if (distance < NEAR_UNIFORM) uniform.push(`${column.name} (${digits(distance)})`);
    }
    return [noneOf(NEVER_CHANGE, constant), noneOf(EVENLY_SPREAD, uniform)];
  }

  /** Drops every second record of the sample. */
  private thin(): void {
    for (const { values } of this.samples) values.set(values.filter((_, i) => i % 2 === 0));
    this.size = SAMPLE / 2;
    this.stride *= 2;
  }
}

function noneOf(name: string, found: readonly string[]): Check {
  return check('variety', name, 'none', found.join(', ') || 'none', found.length === 0);
}
