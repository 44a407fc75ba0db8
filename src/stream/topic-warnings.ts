/** Warnings about a topic that would not keep all messages. */
import { formatExactDuration } from '../base/format-numbers.js';
import type { Retention } from '../kafka/topic.js';

/** Range of the written times, approximate, UTC milliseconds; the latest is Infinity if there is no end. */
export interface TimestampRange {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Virtual seconds per second; Infinity for no pace. */
  readonly speed: number;
}

/** One line per warning. */
export function topicWarnings(topic: Retention, times: TimestampRange, nowMs: number): string[] {
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
      `the topic keeps messages for ${formatExactDuration(keptMs)} after the time of their event, and these begin at ${new Date(firstMs).toISOString()}: Kafka may delete them soon; set its retention.ms to -1, or shift the times nearer to now with --start-at`,
    );
  }
  if (keptBytes !== undefined) {
    lines.push(
      `the topic keeps about ${keptBytes} bytes of a partition: Kafka deletes the oldest messages beyond that; set its retention.bytes to -1 to keep all`,
    );
  }
  // The clock time at the end of the stream.
  const clockMs = nowMs + (lastMs - firstMs) / speed;
  if (aheadMs !== undefined && speed > 1 && !(lastMs - clockMs <= aheadMs)) {
    lines.push(
      `the times of the messages run ahead of the clock, and the topic refuses what is more than ${formatExactDuration(aheadMs)} ahead: raise its message.timestamp.after.max.ms, or let them begin earlier or run no faster than the clock (--speed 1x)`,
    );
  }
  return lines;
}
