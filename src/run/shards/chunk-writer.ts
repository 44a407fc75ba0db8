/** Encodes rows into fixed-size chunks, each sent as soon as another row might not fit. */
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
   * `send` takes the first `length` bytes of a chunk and resolves with one of the same size to overwrite; `chunk`: a
   * free chunk, such as the result of another writer's `finish`.
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

  /** Writes all rows of the batch; the last chunk is kept until it is full. */
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

  /** Sends the rest; returns a free chunk to be reused. */
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
