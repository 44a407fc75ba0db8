/** What a topic will do to the messages that it takes, where that is not to keep them all. */
import { longDuration } from '../run/human.js';
import type { Retention } from '../sinks/kafka/topic.js';

/** A line for each. `firstMs`: about the earliest time that is written, UTC milliseconds. */
export function topicWarnings({ compacted, keptMs }: Retention, firstMs: number, nowMs: number): string[] {
  const lines: string[] = [];
  if (compacted) {
    lines.push(
      'the topic is compacted: in time Kafka keeps only the newest message of each vehicle, which is the key; set its cleanup.policy to delete, or name another topic',
    );
  }
  if (keptMs !== undefined && nowMs - firstMs > keptMs) {
    lines.push(
      `the topic keeps messages for ${longDuration(keptMs)} after the time of their event, and these begin at ${new Date(firstMs).toISOString()}: Kafka may delete them soon; set its retention.ms to -1, or use --start-at now`,
    );
  }
  return lines;
}
