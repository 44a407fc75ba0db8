/**
 * A fair shared/exclusive lock: many actions run together, or one alone; a waiting exclusive action precedes later
 * shared ones.
 */
export class SharedExclusiveLock {
  #working = 0;
  #wantAlone = 0;
  #waiting: (() => void)[] = [];

  /** Runs the action when its turn comes; resolves or rejects as it does. */
  async take<T>(alone: boolean, action: () => Promise<T>): Promise<T> {
    if (alone) this.#wantAlone++;
    while (alone ? this.#working > 0 : this.#wantAlone > 0) await this.#change();
    this.#working++;
    try {
      return await action();
    } finally {
      this.#working--;
      if (alone) this.#wantAlone--;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
