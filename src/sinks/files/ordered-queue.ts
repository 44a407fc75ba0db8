/**
 * The coordinator's end of an ordered output: receives the chunks of many shards in any order and writes them in the
 * order of the shards. The shard being written never waits for another, so there is no deadlock.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { runError, toErrorData } from '../../base/errors.js';
import type { BlockEntry } from '../../encode/block-writer.js';
import type { FromCoordinator, FromWorker } from './ordered-messages.js';

/** A worker may continue while its finished shard is queued, as long as no more than this is queued in all. */
const HELD_BYTES = 32 * 1024 * 1024;

type Chunk = Extract<FromWorker, { kind: 'chunk' }>;

interface Entry {
  readonly port: MessagePort;
  readonly chunks: Chunk[];
  blocks: readonly BlockEntry[];
  ended: boolean;
  accepted: boolean;
  /** The worker's end is closed and the shard incomplete. */
  lost: boolean;
}

export class OrderedQueue {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #addBlocks: (blocks: readonly BlockEntry[]) => void;
  readonly #entries: Entry[] = [];
  #heldBytes = 0;
  #writing = false;
  #failure: unknown;
  #settled: (() => void) | undefined;

  /** `addBlocks` is told of the blocks of each shard, in the order of the shards. */
  constructor(
    write: (bytes: Uint8Array) => Promise<void>,
    addBlocks: (blocks: readonly BlockEntry[]) => void = () => {},
  ) {
    this.#write = write;
    this.#addBlocks = addBlocks;
  }

  /** Adds the next shard and returns the port that its worker needs. */
  add(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const entry: Entry = { port: port1, chunks: [], blocks: [], ended: false, accepted: false, lost: false };
    if (this.#failure !== undefined) {
      refuse(entry, this.#failure);
      return port2;
    }
    this.#entries.push(entry);
    port1.on('message', (message: FromWorker) => this.#receive(entry, message));
    port1.on('close', () => {
      entry.lost = !entry.ended;
      this.#settled?.();
    });
    return port2;
  }

  /** Resolves when every shard added so far is written; rejects with the first error. */
  async drained(): Promise<void> {
    while (this.#entries.length > 0 && this.#failure === undefined) {
      if (this.#entries.some((entry) => entry.lost)) {
        throw runError('SHARD_LOST', 'a worker ended before its shard was complete: run again');
      }
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Stops writing; workers that wait now or ask later get the error. */
  fail(error: unknown): void {
    this.#failure ??= error;
    for (const entry of this.#entries.splice(0)) refuse(entry, this.#failure);
    this.#settled?.();
  }

  #receive(entry: Entry, message: FromWorker): void {
    if (this.#failure !== undefined) return;
    if (message.kind === 'chunk') {
      entry.chunks.push(message);
      this.#heldBytes += message.buffer.byteLength;
    } else {
      entry.blocks = message.blocks;
      entry.ended = true;
    }
    this.#acceptEnded();
    void this.#writeInTurn();
  }

  #acceptEnded(): void {
    for (const entry of this.#entries) {
      if (entry.ended && !entry.accepted && (entry === this.#entries[0] || this.#heldBytes <= HELD_BYTES)) {
        entry.accepted = true;
        tell(entry, { kind: 'accepted' });
      }
    }
  }

  async #writeInTurn(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      for (let head = this.#entries[0]; head !== undefined; head = this.#entries[0]) {
        const chunk = head.chunks.shift();
        if (chunk !== undefined) {
          await this.#write(chunk.buffer.subarray(0, chunk.length));
          this.#heldBytes -= chunk.buffer.byteLength;
          head.port.postMessage({ kind: 'written', buffer: chunk.buffer } satisfies FromCoordinator, [
            chunk.buffer.buffer,
          ]);
        } else if (head.ended) {
          this.#acceptEnded();
          this.#addBlocks(head.blocks);
          this.#entries.shift();
          head.port.close();
        } else {
          break;
        }
        this.#acceptEnded();
      }
    } catch (error) {
      this.fail(error);
    }
    this.#writing = false;
    this.#settled?.();
  }
}

function refuse(entry: Entry, error: unknown): void {
  tell(entry, { kind: 'failed', error: toErrorData(error) });
  entry.port.close();
}

function tell(entry: Entry, message: FromCoordinator): void {
  entry.port.postMessage(message);
}
