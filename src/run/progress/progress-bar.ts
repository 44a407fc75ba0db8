/** Progress of a load, on a terminal's stderr: share, rows, rows/s, MB/s and time left, within 80 columns. */
import { createRequire } from 'node:module';
import type { SingleBar } from 'cli-progress';
import type { ProgressDisplay } from './progress-display.js';
import { ProgressRate } from './progress-rate.js';
import { barText } from './progress-text.js';

export function openProgressBar(stream: NodeJS.WriteStream): ProgressDisplay {
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
  const rate = new ProgressRate();
  let started = false;
  return {
    update(now) {
      rate.update(now);
      if (!started) bar.start(now.totalRows, 0, { note: '' });
      started = true;
      // Known only when the target is open: an earlier run may have loaded some.
      bar.setTotal(now.totalRows);
      bar.update(now.rows, { note: barText(now, rate.current()) });
    },
    end() {
      if (started) bar.stop();
    },
  };
}
