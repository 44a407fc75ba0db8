/** A strict parser of dates and times: invalid dates are refused, whereas Date.parse turns 2026-02-30 into 2 March. */
import { DAY_MS, MINUTE_MS } from '../base/time.js';
import { LAST_DAY } from '../encode/calendar.js';

const END_MS = (LAST_DAY + 1) * DAY_MS;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3})0*)?(?:Z|([-+])([01]\d)(?::?([0-5]\d))?)$/;

/** 2026-01-05. Days since 1970-01-01, or NaN for anything but a day of the years 1970 to 9999. */
export function readDate(text: string): number {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return within(utcDay(year, month, day)) / DAY_MS;
}

/**
 * A time with its zone, as we, PostgreSQL, DuckDB, pandas and polars write it: 2026-01-05T08:15:30.000Z, 2026-01-05
 * 08:15:30.5+00, 2026-01-05 13:45:30.500000+05:30, 2026-01-05T08:15:30.500000+0000. UTC milliseconds since 1970; NaN
 * for any other text, and for one with a higher resolution or outside the years 1970 to 9999.
 */
export function readTimestamp(text: string): number {
  const match = TIMESTAMP.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour = 0, zoneMinute = 0] = match;
  const minutes = Number(hour) * 60 + Number(minute);
  const ahead = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const ms = Number(second) * 1000 + Number(fraction.padEnd(3, '0'));
  return within(utcDay(year, month, day) + (minutes - ahead) * MINUTE_MS + ms);
}

/** Start of the day, or NaN if the month has no such day. */
function utcDay(year: string | undefined, month: string | undefined, day: string | undefined): number {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? date.getTime() : Number.NaN;
}

function within(ms: number): number {
  return ms >= 0 && ms < END_MS ? ms : Number.NaN;
}
