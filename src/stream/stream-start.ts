/** Where a stream begins: on its data's timeline, on the wall clock, and in the times it writes. */
import type { StreamStart } from './producers/producer-settings.js';

/** The time written for the stream's beginning: now, or UTC milliseconds. */
export type StartAt = 'now' | number;

/**
 * `next`: lower bound of the feed's next arrival; `after`: position at which an earlier stream stopped, -Infinity for
 * none. A continued stream starts at once from that position. A given `startAt` is the written time of that position,
 * so that the earlier stream's shift is continued; 'now' is the written time of the next message.
 */
export function streamStart(next: number, after: number, startAt: StartAt | undefined, wallMs: number): StreamStart {
  const known = Math.max(Number.isFinite(next) ? next : Number.NEGATIVE_INFINITY, after);
  const startMs = Number.isFinite(known) ? known : wallMs;
  const anchorMs = startAt === 'now' || !Number.isFinite(after) ? startMs : after;
  const shiftMs = startAt === undefined ? 0 : Math.round((startAt === 'now' ? wallMs : startAt) - anchorMs);
  return { startMs, wallMs, shiftMs };
}
