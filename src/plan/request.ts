/** Requests for datasets and their limits, shared by the command line and the library. */
import { requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue, type Limit } from '../base/options.js';
import { isCalendarDate } from '../base/time.js';
import { MAX_VEHICLES } from '../columns/trip-id.js';
import type { Scenario } from '../scenario/model/scenario.js';

/** Which dataset to plan; numbers are whole. `planDataset` says what follows from what is missing. */
export interface DatasetRequest {
  /** Integer, 0 to 2^53 - 1. */
  readonly seed: number;
  /** Calendar date, YYYY-MM-DD. */
  readonly start: string;
  /** Whole seconds, 1 to 300. */
  readonly intervalSeconds: number;
  /** 1 to 10^12. */
  readonly rows?: number;
  /** 1 to 50 000 000. */
  readonly vehicles?: number;
  /** 1 to 40 000. */
  readonly days?: number;
  /** Default 0. The last record_id must not exceed 2^53 - 1. */
  readonly firstRecordId?: number;
  /** A complete scenario, as returned by `loadScenario`; the default scenario if missing. */
  readonly scenario?: Scenario;
}

export const DATASET_LIMITS = {
  rows: { min: 1, max: 1e12, example: '1000000, 1M or 1e6' },
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER, example: '42' },
  vehicles: { min: 1, max: MAX_VEHICLES, example: '500' },
  days: { min: 1, max: 40_000, example: '14' },
  intervalSeconds: { min: 1, max: 300, example: '10' },
  firstRecordId: { min: 0, max: Number.MAX_SAFE_INTEGER, example: '1000000' },
} as const satisfies Record<string, Limit>;

/** Limit of vehicles times days: planning that many takes some minutes and 0.5 GB. */
export const MAX_VEHICLE_DAYS = 1e9;

const REQUIRED = ['seed', 'start', 'intervalSeconds'] as const;
const KNOWN = [...Object.keys(DATASET_LIMITS), 'start', 'scenario'];

/**
 * Throws a requestError if the request is not an object, lacks an option, or has one that is unknown, of a wrong type,
 * out of range or an invalid date. The scenario is checked separately.
 */
export function checkRequest(request: DatasetRequest): void {
  checkKeys('the request', request, KNOWN);
  const missing = REQUIRED.find((name) => request[name] === undefined);
  if (missing !== undefined) throw requestError('BAD_OPTION', `the request has no ${missing}: add it`);
  for (const [name, limit] of Object.entries(DATASET_LIMITS)) {
    checkNumber(name, request[name as keyof typeof DATASET_LIMITS], limit);
  }
  const isDate = (value: unknown) => typeof value === 'string' && isCalendarDate(value);
  checkValue('start', request.start, isDate, 'a day of the calendar, such as 2026-01-05');
}
