/** Units of time and speed, and calendar dates. */

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;
export const HOUR_S = 3600;
/** 1 m/s in km/h. */
export const KMH_PER_MPS = 3.6;

/** YYYY-MM-DD of a day since 1970-01-01. */
export function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a valid calendar date, YYYY-MM-DD. */
export function isCalendarDate(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse turns 2026-02-30 into a day in March: only a valid date survives the round trip.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
