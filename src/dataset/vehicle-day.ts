/** One vehicle's day of an opened dataset, made alone. */
import { requestError } from '../base/errors.js';
import { checkKeys, formatValue } from '../base/options.js';
import { isCalendarDate, isoDate } from '../base/time.js';
import type { PlannedRange } from '../run/dataset-options.js';
import type { SharedPlans } from '../simulate/day/shared-plans.js';
import type { Simulator } from '../simulate/record-source.js';
import { vehicleDayRange } from '../simulate/vehicle-day-range.js';
import { dayOf } from '../world/world.js';
import {
  BatchCopier,
  type ColumnBatch,
  type ColumnName,
  chosenColumns,
  type SelectionOptions,
} from './column-batch.js';
import { type RecordRow, type RowOptions, rowReader } from './rows.js';
import { type Trip, tripsOfDay, vehicleName } from './trips.js';

/**
 * A vehicle's day. It begins at the hour at which its class rests, in local time, so that trips past midnight belong to
 * the day on which the vehicle set out. Its records are computed by each call, in some milliseconds.
 */
export interface VehicleDay {
  readonly vehicle_id: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /**
   * Positions of its records in the dataset, from (inclusive) to (exclusive); equal for a day without records. Limited to
   * the range of the dataset that was opened.
   */
  readonly from: number;
  readonly to: number;
  /** Its records as columns. Throws a requestError for a column that does not exist. */
  batch<const Name extends ColumnName = never, Truth extends boolean = false>(
    options?: SelectionOptions<Name, Truth>,
  ): ColumnBatch<Name, Truth>;
  /** Its records as objects. Throws a requestError for a column that does not exist. */
  rows<const Name extends ColumnName = never>(options?: RowOptions<Name>): RecordRow<Name>[];
  /** Its trips, in order; those beyond the range of the dataset, too. */
  trips(): Trip[];
}

/**
 * `vehicle`: a number from 0, or a vehicle_id. Throws a requestError for a vehicle or a day that the dataset doesn't
 * have.
 */
export function vehicleDayOf(
  { dataset, from: first, to: end }: PlannedRange,
  vehicle: number | string,
  date: string,
  plans: SharedPlans,
  simulator: () => Simulator,
): VehicleDay {
  const number = vehicleNumber(vehicle, dataset.vehicles, dataset.vehicle.columns[0]!.prefix ?? '');
  const day = dayNumber(date, dataset.firstDay, dataset.days);
  const [begin, after] = vehicleDayRange(dataset, plans, number, day);
  const from = Math.max(first, Math.min(begin, end));
  const to = Math.max(from, Math.min(after, end));
  const batch = <Name extends ColumnName, Truth extends boolean>(options: SelectionOptions<Name, Truth>) => {
    checkKeys("batch's argument", options, ['columns', 'truth']);
    const copier = new BatchCopier<Name, Truth>(dataset, options, Math.max(1, to - from));
    return copier.next(simulator().range(from, to), from);
  };
  return {
    vehicle_id: vehicleName(dataset, number),
    date,
    from,
    to,
    batch: (options = {}) => batch(options),
    rows: <Name extends ColumnName>(options: RowOptions<Name> = {}) => {
      const { columns, length } = batch(options);
      const row = rowReader(chosenColumns(dataset.telemetry, options.columns));
      return Array.from({ length }, (_, i) => row(columns, i) as RecordRow<Name>);
    },
    trips: () => tripsOfDay(dataset, plans, number, day),
  };
}

function vehicleNumber(vehicle: unknown, vehicles: number, prefix: string): number {
  const digits = typeof vehicle === 'string' && vehicle.startsWith(prefix) ? vehicle.slice(prefix.length) : '';
  const number = /^\d{6,}$/.test(digits) ? Number(digits) : vehicle;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < vehicles) return number;
  const last = `${prefix}${String(vehicles - 1).padStart(6, '0')}`;
  throw requestError(
    'BAD_OPTION',
    `vehicle is ${formatValue(vehicle)}: give a number from 0 to ${vehicles - 1}, or an id from ${prefix}000000 to ${last}`,
  );
}

function dayNumber(date: unknown, firstDay: number, days: number): number {
  const day = typeof date === 'string' && isCalendarDate(date) ? dayOf(date) : Number.NaN;
  if (day >= firstDay && day < firstDay + days) return day;
  const [first, last] = [isoDate(firstDay), isoDate(firstDay + days - 1)];
  throw requestError('BAD_OPTION', `date is ${formatValue(date)}: give a day from ${first} to ${last}`);
}
