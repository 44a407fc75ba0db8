import { formatBytes, formatCount, formatDuration } from '../../base/format-numbers.js';
import { plural } from '../../base/text.js';
import type { Preview } from '../../run/preview.js';
import { targetName } from './summary-line.js';

/** What --dry-run prints: a line on the records, two on the work. */
export function previewLine(preview: Preview): string {
  const { rows, vehicles, days, start, intervalSeconds, range, shards, workers } = preview;
  const part = range[0] === 0 ? '' : ` (${range.join(':')})`;
  const count = (value: number, word: string) => `${formatCount(value)} ${plural(value, word)}`;
  return [
    `${count(rows, 'record')}${part} of ${count(vehicles, 'vehicle')} in ${count(days, 'day')} from ${start}, one every ${intervalSeconds} s`,
    `${count(shards, 'shard')} into ${targetName(preview.target)}: about ${formatBytes(preview.estimatedBytes)}, ${formatDuration(preview.estimatedSeconds)} on ${count(workers, 'thread')}`,
    'and what the target itself takes; nothing was touched',
  ].join('\n');
}
