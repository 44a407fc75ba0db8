/** Where a stream begins: on the time line of its data, by the wall clock, and in the times that are written. */
import type { StreamStart } from './producers/producer-settings.js';

/** The time that the beginning is written as, UTC milliseconds. */
export type StartAt = 'now' | number;

/**
 * `next`: the feed's next arrival or a time before it; `after`: where an earlier stream stopped, -Infinity for none.
 * A stream goes on at once where it stopped, and a given time stands for that place, so that it continues the earlier
 * stream's shift; now stands for what comes next.
 */
export function streamStart(next: number, after: number, startAt: StartAt | undefined, wallMs: number): StreamStart {
  const known = Math.max(Number.isFinite(next) ? next : Number.NEGATIVE_INFINITY, after);
  const startMs = Number.isFinite(known) ? known : wallMs;
  const anchorMs = startAt === 'now' || !Number.isFinite(after) ? startMs : after;
  const shiftMs = startAt === undefined ? 0 : Math.round((startAt === 'now' ? wallMs : startAt) - anchorMs);
  return { startMs, wallMs, shiftMs };
}
