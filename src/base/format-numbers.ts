/** Numbers and durations for messages. */

import { plural } from './text.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.js';

/** 1,234,567 */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 950, 12.3k, 1.25M, 20.0G: three digits and a unit. */
export function formatCompactCount(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let scaled = value;
  let unit = 0;
  // 999.5 and more would print as 1000 of the smaller unit.
  for (; scaled >= 999.5 && unit < units.length - 1; unit++) scaled /= 1000;
  const decimals = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return scaled.toFixed(decimals) + units[unit];
}

/** 950 bytes, 12.3 kB, 1.25 MB, 20.0 GB: three digits and a unit. */
export function formatBytes(bytes: number): string {
  const compact = formatCompactCount(bytes);
  return /\d$/.test(compact) ? `${compact} bytes` : `${compact.slice(0, -1)} ${compact.at(-1)}B`;
}

/** Seconds as 0.42 s, 8.3 s, 1m 20s, 2h 05m. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

/** The same for an estimate, in whole seconds: 1 s at least. */
export function formatRoughDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? `${whole} s` : formatDuration(whole);
}

/** Milliseconds in the largest unit that divides them: 7 days, 36 hours, 90 seconds; 1,500 ms if none does. */
export function formatExactDuration(ms: number): string {
  const units = { day: DAY_MS, hour: HOUR_MS, minute: MINUTE_MS, second: 1000 };
  for (const [unit, length] of Object.entries(units)) {
    if (ms > 0 && ms % length === 0) return `${formatCount(ms / length)} ${plural(ms / length, unit)}`;
  }
  return `${formatCount(ms)} ms`;
}
