/** A table whose rows the worker threads make out of order and send to be written in order. */
import type { MessagePort } from 'node:worker_threads';
import { OrderedQueue } from './ordered-queue.js';
import { TableOutput } from './table-output.js';

export class OrderedOutput extends TableOutput {
  readonly #queue = new OrderedQueue(
    (bytes) => this.write(bytes),
    (blocks) => this.addBlocks(blocks),
  );

  /** Adds the next shard and returns the port that its worker needs. */
  add(): MessagePort {
    return this.#queue.add();
  }

  /** Resolves when every shard added so far is written; rejects with the first error. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** Stops writing; workers that wait now or ask later get the error. */
  fail(error: unknown): void {
    this.#queue.fail(error);
  }
}
