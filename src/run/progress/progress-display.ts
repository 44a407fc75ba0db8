import type { Progress } from '../coordinator.js';

/** What shows the progress of a load. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Clears a bar, so that the next output starts on an empty line. */
  end(): void;
}
