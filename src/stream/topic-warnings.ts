/** What a topic will do to the messages that it takes, where that is not to keep them all. */
import { longDuration } from '../base/human.js';
import type { Retention } from '../kafka/topic.js';

/** About the times that are written, UTC milliseconds: the earliest, and the latest, Infinity where there is no end. */
export interface WrittenTimes {
  readonly firstMs: number;
  readonly lastMs: number;
  /** How many times faster than the clock they pass; Infinity for no pace. */
  readonly speed: number;
}

/** A line for each. */
export function topicWarnings(topic: Retention, times: WrittenTimes, nowMs: number): string[] {
  const { compacted, keptMs, keptBytes, aheadMs } = topic;
  const { firstMs, lastMs, speed } = times;
  const lines: string[] = [];
  if (compacted) {
    lines.push(
      'the topic is compacted: in time Kafka keeps only the newest message of each vehicle, which is the key; set its cleanup.policy to delete, or name another topic',
    );
  }
  if (keptMs !== undefined && nowMs - firstMs > keptMs) {
    lines.push(
      `the topic keeps messages for ${longDuration(keptMs)} after the time of their event, and these begin at ${new Date(firstMs).toISOString()}: Kafka may delete them soon; set its retention.ms to -1, or shift the times nearer to now with --start-at`,
    );
  }
  if (keptBytes !== undefined) {
    lines.push(
      `the topic keeps about ${keptBytes} bytes of a partition: Kafka deletes the oldest messages beyond that; set its retention.bytes to -1 to keep all`,
    );
  }
  // At the end of the stream the clock shows a later time than now.
  const clockMs = nowMs + (lastMs - firstMs) / speed;
  if (aheadMs !== undefined && speed > 1 && !(lastMs - clockMs <= aheadMs)) {
    lines.push(
      `the times of the messages run ahead of the clock, and the topic refuses what is more than ${longDuration(aheadMs)} ahead: raise its message.timestamp.after.max.ms, or let them begin earlier or run no faster than the clock (--speed 1x)`,
    );
  }
  return lines;
}
