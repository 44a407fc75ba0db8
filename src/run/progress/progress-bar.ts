/** Progress of a load, on a terminal's stderr: share, rows, rows/s, MB/s and time left, within 80 columns. */
import { createRequire } from 'node:module';
import type { SingleBar } from 'cli-progress';
import { formatCompactCount, formatDuration } from '../../base/format-numbers.js';
import type { Progress } from '../coordinator.js';

export interface ProgressBar {
  update(progress: Progress): void;
  /** Clears the bar, so that the next output starts on an empty line. */
  end(): void;
}

export function openProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  // Loaded here, because most runs (pipes, --quiet) never need it.
  const progress = createRequire(import.meta.url)('cli-progress') as typeof import('cli-progress');
  const bar: SingleBar = new progress.SingleBar({
    stream,
    format: '{bar} {percentage}% {note}',
    barsize: 16,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
    linewrap: false,
  });
  let started = false;
  return {
    update(now) {
      if (!started) bar.start(now.totalRows, 0, { note: '' });
      started = true;
      bar.update(now.rows, { note: progressText(now) });
    },
    end() {
      if (started) bar.stop();
    },
  };
}

/** The text to the right of the bar: at most 57 characters. */
export function progressText({ phase, rows, totalRows, bytes, seconds }: Progress): string {
  if (phase === 'finish') return `${formatCompactCount(rows)} rows are in; finishing (${formatDuration(seconds)})`;
  if (rows === 0) return 'starting';
  const rate = rows / seconds;
  const megabytes = (bytes / seconds / 1e6).toFixed(0);
  const left = formatDuration((totalRows - rows) / rate);
  return `${formatCompactCount(rows)}/${formatCompactCount(totalRows)} rows  ${formatCompactCount(rate)} rows/s  ${megabytes} MB/s  ${left} left`;
}
