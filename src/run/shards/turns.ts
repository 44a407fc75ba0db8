/** Lets many work at the same time, or one alone; who wants to be alone comes before those who come later. */
export class Turns {
  #working = 0;
  #wantAlone = 0;
  #waiting: (() => void)[] = [];

  /** Resolves or rejects as the action does, which starts when it may. */
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
