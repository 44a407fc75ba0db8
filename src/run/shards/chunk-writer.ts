/** Collects encoded bytes in chunks of a fixed size. */
import type { Batch } from '../../columns/batch.js';
import type { RowWriter } from '../../encode/row-writer.js';

const CHUNK_BYTES = 256 * 1024;

export type Chunk = Uint8Array<ArrayBuffer>;

export class ChunkWriter {
  readonly #send: (chunk: Chunk, length: number) => Promise<Chunk>;
  #chunk: Chunk;
  #used = 0;

  /**
   * `send` takes the first `length` bytes of a chunk and resolves with one of the same size to overwrite; `chunk`: a
   * free chunk, such as the result of another writer's `finish`.
   */
  constructor(send: (chunk: Chunk, length: number) => Promise<Chunk>, chunk: Chunk = new Uint8Array(CHUNK_BYTES)) {
    this.#send = send;
    this.#chunk = chunk;
  }

  /** Encodes all rows of the batch; a chunk is sent as soon as another row might not fit. */
  async writeRows(writer: RowWriter, batch: Batch): Promise<void> {
    const { maxRowBytes } = writer;
    for (let row = 0; row < batch.length; ) {
      const room = Math.floor((CHUNK_BYTES - this.#used) / maxRowBytes);
      if (room === 0) {
        await this.#flush();
        continue;
      }
      const end = Math.min(batch.length, row + room);
      this.#used = writer.write(batch, row, end, this.#chunk, this.#used);
      row = end;
    }
  }

  /** Copies bytes; each chunk is filled before it is sent. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      if (this.#used === CHUNK_BYTES) await this.#flush();
      const to = Math.min(bytes.length, from + CHUNK_BYTES - this.#used);
      this.#chunk.set(bytes.subarray(from, to), this.#used);
      this.#used += to - from;
      from = to;
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
