/** Progress of a load where nothing can be redrawn, such as a pipe or the log of a build: a line from time to time. */
import type { Progress } from '../coordinator.js';
import type { ProgressDisplay } from './progress-display.js';
import { ProgressRate } from './progress-rate.js';
import { lineText } from './progress-text.js';

const INTERVAL_MS = 10_000;

export class ProgressLines implements ProgressDisplay {
  private readonly rate = new ProgressRate();
  private due: number;

  /** `write` gets lines with their line feed, the first one after an interval. `now` is a clock in milliseconds. */
  constructor(
    private readonly write: (line: string) => void,
    private readonly intervalMs = INTERVAL_MS,
    private readonly now = () => performance.now(),
  ) {
    this.due = now() + intervalMs;
  }

  readonly update = (progress: Progress): void => {
    this.rate.update(progress);
    const late = this.now() - this.due;
    if (late < 0) return;
    this.due += this.intervalMs * (1 + Math.floor(late / this.intervalMs));
    this.write(`${lineText(progress, this.rate.current())}\n`);
  };

  end(): void {}
}
