/** Converts between UTC and local time using tables of offsets. */
import type { ZoneOffsets } from '../scenario/model/time-zones.js';

/** Local time minus UTC, in milliseconds, at a UTC time. */
export function offsetAt(zone: ZoneOffsets, utcMs: number): number {
  let low = 0;
  let high = zone.untilMs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (utcMs < zone.untilMs[middle]!) high = middle;
    else low = middle + 1;
  }
  return zone.offsetMs[low]!;
}

/** UTC of a local time; in the hour that a spring change skips, the time after the change. */
export function localToUtc(zone: ZoneOffsets, localMs: number): number {
  const guess = localMs - offsetAt(zone, localMs);
  return localMs - offsetAt(zone, guess);
}

/** Monday is 0; day counts from 1970-01-01, a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The weekday that a day is treated as: holidays are Sundays. */
export function effectiveWeekday(day: number, holidays: readonly number[]): number {
  return holidays.length > 0 && holidays.includes(day) ? 6 : weekdayOf(day);
}

/** Weeks begin on Monday; week 0 holds 1970-01-01. */
export function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}
