/**
 * One COPY ... FROM STDIN with recycled buffers. pg-copy-streams reports a chunk as done once the socket has accepted
 * it, although its bytes may still be queued in the socket: overwriting the buffer then corrupts rows silently. So a
 * buffer is returned only when an empty write queued after it completes.
 */

import type { Duplex } from 'node:stream';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import { socketOf } from './client.js';
import { type CopyRowFormat, FRAMES } from './copy-format.js';
import type { CopiedTable } from './identifiers.js';
import { qualified, quote } from './identifiers.js';

/** Buffers in use, including the caller's: enough for the caller to fill one while the server works on the others. */
const MAX_BUFFERS = 4;
const NOTHING = new Uint8Array(0);

export type Chunk = Uint8Array<ArrayBuffer>;

export class CopyStream {
  readonly #socket: Duplex;
  readonly #stream: CopyStreamQuery;
  readonly #frame: { readonly trailer: Uint8Array };
  readonly #failed: Promise<never>;
  readonly #free: Chunk[];
  #buffers: number;
  #returned = promiseOfNext();
  #sending: Promise<void>;

  /**
   * Starts the COPY; the client must be idle and must not be used until finish() resolves. `free`: buffers to recycle;
   * after finish() it holds all but the caller's, for the next COPY.
   */
  constructor(
    client: pg.Client,
    schema: string,
    { table, columns }: CopiedTable,
    format: CopyRowFormat,
    free: Chunk[] = [],
  ) {
    const frame = FRAMES[format];
    const into = `${qualified({ schema, table })} (${columns.map(quote).join(', ')})`;
    this.#frame = frame;
    this.#free = free;
    this.#buffers = 1 + free.length;
    this.#socket = socketOf(client);
    this.#stream = client.query(copyFrom(`COPY ${into} FROM STDIN WITH (FORMAT ${frame.name})`));
    this.#failed = new Promise((_resolve, reject) => this.#stream.on('error', reject));
    this.#failed.catch(() => undefined);
    this.#sending = this.#send(frame.header);
    this.#sending.catch(() => undefined);
  }

  /**
   * Takes `length` bytes of `buffer`; resolves with a buffer of the same size to overwrite. Throws the server's error.
   */
  async write(buffer: Chunk, length: number): Promise<Chunk> {
    this.#sending = this.#sending.then(async () => {
      await this.#send(buffer.subarray(0, length));
      this.#recycle(buffer);
    });
    this.#sending.catch(() => undefined);
    // A caller that never waits would starve the socket.
    await this.#orFailure(eventLoopTurn());
    if (this.#free.length === 0 && this.#buffers < MAX_BUFFERS) {
      this.#buffers++;
      return new Uint8Array(buffer.length);
    }
    while (this.#free.length === 0) await this.#orFailure(this.#returned.promise);
    return this.#free.pop()!;
  }

  /** Ends the COPY and returns the server's row count. Throws the server's error. */
  async finish(): Promise<number> {
    await this.#orFailure(this.#sending);
    await this.#send(this.#frame.trailer);
    const finished = new Promise<void>((resolve) => this.#stream.once('finish', resolve));
    this.#stream.end();
    await this.#orFailure(finished);
    return this.#stream.rowCount;
  }

  /** One chunk at a time: pg-copy-streams would continue with queued chunks after the server's error, and crash. */
  async #send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await this.#orFailure(new Promise<void>((resolve) => this.#stream.write(bytes, () => resolve())));
    await this.#orFailure(new Promise<void>((resolve) => this.#socket.write(NOTHING, () => resolve())));
  }

  #recycle(buffer: Chunk): void {
    this.#free.push(buffer);
    const returned = this.#returned;
    this.#returned = promiseOfNext();
    returned.resolve();
  }

  #orFailure<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#failed]);
  }
}

function promiseOfNext(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
