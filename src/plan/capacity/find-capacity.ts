/**
 * The size of a dataset: of rows, vehicles and days some are requested and the others derived. Refuses impossible
 * requests.
 */
import { type FleetgenError, requestError } from '../../base/errors.js';
import { alternatives, plural } from '../../base/text.js';
import type { DayPlanner } from '../day/day-planner.js';
import { DATASET_LIMITS, type DatasetRequest, MAX_VEHICLE_DAYS } from '../request.js';
import { type Capacity, countCapacity, countUntilDays, countUntilVehicles } from './capacity.js';
import type { RecordCounter, Steps } from './counting.js';

export const DEFAULT_ROWS = 1_000_000;
export const DEFAULT_DAYS = 14;
/** 2150-01-01: trip_id and the keys have room for later dates, but time zones may not. */
const LAST_DAY = 65_745;

/**
 * A sample shows whether counting is worthwhile: taken before counting for this many rows, after this many parts,
 * some 4000 vehicle-days, for fewer.
 */
const LARGE = 1e8;
const STEPS_BEFORE_ESTIMATE = 12;
/**
 * Sample sizes in vehicles, with the margin of error of their mean: a small sample quickly rejects requests that are
 * far too large.
 */
const SAMPLES = [
  { sampled: 200, margin: 1.25 },
  { sampled: 1000, margin: 1.08 },
] as const;
const SAMPLED_DAYS = 7;
/**
 * Longer windows are sampled by whole weeks at several places, as weather and traffic are computed by blocks of days.
 */
const SHORT = 112;
const SAMPLED_PLACES = 8;

type Asked = Pick<DatasetRequest, 'start' | 'rows' | 'vehicles' | 'days'>;

/**
 * Rows alone: 14 days and the smallest fleet that reaches them. Rows with vehicles, or with days: the other is derived.
 * Throws a requestError if fleet and days have fewer records than requested, early unless only the full count shows it.
 */
export function* findCapacity(
  planner: DayPlanner,
  counter: RecordCounter,
  firstDay: number,
  asked: Asked,
): Steps<Capacity> {
  const { start, vehicles, days, rows = DEFAULT_ROWS } = asked;
  const known = days ?? (vehicles === undefined ? DEFAULT_DAYS : 1);
  if (firstDay + known > LAST_DAY) throw tooLate(start, known, days !== undefined);
  const max = {
    vehicles: vehicles ?? Math.min(DATASET_LIMITS.vehicles.max, Math.floor(MAX_VEHICLE_DAYS / known)),
    days:
      vehicles === undefined || days !== undefined
        ? known
        : Math.min(DATASET_LIMITS.days.max, LAST_DAY - firstDay, Math.floor(MAX_VEHICLE_DAYS / vehicles)),
  };
  if (max.vehicles * max.days > MAX_VEHICLE_DAYS) throw tooLarge(max);
  const isBounded = vehicles !== undefined && days !== undefined;
  const steps = isBounded
    ? countCapacity(counter, firstDay, vehicles, days)
    : vehicles === undefined
      ? countUntilVehicles(counter, firstDay, known, rows, max.vehicles)
      : countUntilDays(counter, firstDay, vehicles, rows, max.days);
  const isEnough = (total: number) => total >= rows || (isBounded && asked.rows === undefined);
  let countdown = rows > LARGE ? 0 : STEPS_BEFORE_ESTIMATE;
  let step: IteratorResult<Promise<unknown> | undefined, Capacity>;
  do {
    if (countdown-- === 0) {
      for (const { sampled, margin } of SAMPLES) {
        const estimate = yield* estimateRecords(planner, firstDay, max, sampled);
        if (!isEnough(estimate * margin)) throw tooFew(asked, max, firstDay, `about ${rounded(estimate)}`);
      }
    }
    step = steps.next();
    if (!step.done) yield step.value;
  } while (!step.done);
  const capacity = step.value;
  const total = capacity.before.at(-1)!;
  if (!isEnough(total)) throw tooFew(asked, capacity, firstDay, String(total));
  return capacity;
}

interface Size {
  readonly vehicles: number;
  readonly days: number;
}

function* estimateRecords(planner: DayPlanner, firstDay: number, { vehicles, days }: Size, max: number): Steps<number> {
  const sampled = Math.min(vehicles, max);
  const length = Math.min(days, SAMPLED_DAYS);
  let records = 0;
  for (let vehicle = 0; vehicle < sampled; vehicle++) {
    const week = Math.floor(((days - length) * (vehicle % SAMPLED_PLACES)) / (SAMPLED_PLACES - 1));
    // Steps of the golden ratio spread the vehicles' days evenly over the window.
    const offset = (vehicle * 0.6180339887) % 1;
    for (let d = 0; d < length; d++) {
      const day = days > SHORT ? week + d : Math.floor(((d + offset) * days) / length);
      records += planner.load(vehicle, firstDay + day);
    }
    if (vehicle % 50 === 0) yield undefined;
  }
  return (records / (sampled * length)) * vehicles * days;
}

function rounded(records: number): number {
  return Number(records.toPrecision(2));
}

function tooFew({ rows, vehicles, days }: Asked, size: Size, firstDay: number, found: string): FleetgenError {
  const wanted = rows === undefined ? `${DEFAULT_ROWS} rows (the default)` : `${rows} ${plural(rows, 'row')}`;
  const fleet = `${size.vehicles} ${plural(size.vehicles, 'vehicle')} in ${size.days} ${plural(size.days, 'day')}`;
  const end = firstDay + size.days === LAST_DAY ? ' (all until 2150)' : '';
  const fixes = ['fewer rows'];
  if ((size.vehicles + 1) * size.days <= MAX_VEHICLE_DAYS && vehicles !== undefined) fixes.push('more vehicles');
  if (size.vehicles * (size.days + 1) <= MAX_VEHICLE_DAYS && days !== undefined) fixes.push('more days');
  return requestError(
    'CAPACITY',
    `${wanted} are too many for ${fleet}${end}, which have ${found}: ask for ${alternatives(fixes)}`,
  );
}

function tooLarge({ vehicles, days }: Size): FleetgenError {
  return requestError(
    'CAPACITY',
    `${vehicles} vehicles in ${days} days are ${vehicles * days} vehicle-days: ask for at most ${MAX_VEHICLE_DAYS}`,
  );
}

function tooLate(start: string, days: number, given: boolean): FleetgenError {
  const window = `${days} ${plural(days, 'day')} from ${start} run past 2149, the last year there is`;
  return requestError('WINDOW_TOO_LATE', `${window}: start earlier${given ? ', or ask for fewer days' : ''}`);
}
