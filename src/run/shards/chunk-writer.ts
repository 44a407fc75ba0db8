/** Rows through a row writer into chunks of one size, each handed on as soon as another row might not fit. */
import type { Batch } from '../../columns/batch.js';
import type { RowWriter } from '../../encode/row-writer.js';

const CHUNK_BYTES = 256 * 1024;

export type Chunk = Uint8Array<ArrayBuffer>;

export class ChunkWriter {
  readonly #writer: RowWriter;
  readonly #send: (chunk: Chunk, length: number) => Promise<Chunk>;
  #chunk: Chunk;
  #used = 0;

  /**
   * `send` takes the first `length` bytes of a chunk and resolves with one of the same size to overwrite; `chunk` is what
   * an earlier writer's `finish` gave back.
   */
  constructor(
    writer: RowWriter,
    send: (chunk: Chunk, length: number) => Promise<Chunk>,
    chunk: Chunk = new Uint8Array(CHUNK_BYTES),
  ) {
    this.#writer = writer;
    this.#send = send;
    this.#chunk = chunk;
  }

  /** Writes all rows of the batch; what is left in the chunk waits for more. */
  async write(batch: Batch): Promise<void> {
    const { maxRowBytes } = this.#writer;
    for (let row = 0; row < batch.length; ) {
      const room = Math.floor((CHUNK_BYTES - this.#used) / maxRowBytes);
      if (room === 0) {
        await this.#flush();
        continue;
      }
      const end = Math.min(batch.length, row + room);
      this.#used = this.#writer.write(batch, row, end, this.#chunk, this.#used);
      row = end;
    }
  }

  /** Hands on what is left; returns a chunk that is free, to be used again. */
  async finish(): Promise<Chunk> {
    if (this.#used > 0) await this.#flush();
    return this.#chunk;
  }

  async #flush(): Promise<void> {
    const length = this.#used;
    this.#used = 0;
    this.#chunk = await this.#send(this.#chunk, length);
  }
}
