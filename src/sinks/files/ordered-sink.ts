/**
 * The worker's end of an ordered output (file, stdout): shards are generated out of order here and written in order by
 * the coordinator. A shard may be ahead of its turn by its credit of bytes, then its worker waits.
 */
import type { MessagePort } from 'node:worker_threads';
import { CODECS, type Codec } from '../../base/compression/codecs.js';
import { type FleetgenError, fromErrorData, runError } from '../../base/errors.js';
import type { BlockEntry } from '../../encode/block-writer.js';
import type { WorkerSinkSpec } from '../load-target.js';
import type { RowEncoding, ShardSink } from '../shard-sink.js';
import { type FromCoordinator, type FromWorker, SHARD_CREDIT_BYTES } from './ordered-messages.js';

type Bytes = Uint8Array<ArrayBuffer>;
type OrderedSpec = Extract<WorkerSinkSpec, { kind: 'ordered' }>;

/** Returned buffers, reused by this worker's next shards. Bounded by the credit of a shard. */
const spare: Bytes[] = [];

/** A sink for the one shard of the ports. `write` transfers the buffer, which must span its whole ArrayBuffer. */
export function openOrderedSink(spec: OrderedSpec): ShardSink {
  const main = new OrderedSink(spec.port, spec.file);
  return spec.truthPort === undefined ? main : withTruth(main, new OrderedSink(spec.truthPort, spec.file));
}

/** Both outputs take their shards in the same order, so the first one's turn never waits for the second. */
function withTruth(main: OrderedSink, truth: OrderedSink): ShardSink {
  let current = main;
  return {
    encoding: main.encoding,
    truthEncoding: truth.encoding,
    begin: async () => {},
    write: (buffer, length) => current.write(buffer, length),
    async beginTruth() {
      await main.commit();
      current = truth;
    },
    addBlock: (entry) => current.addBlock(entry),
    commit: () => truth.commit(),
    async abort() {
      await Promise.all([main.abort(), truth.abort()]);
    },
    async close() {
      await Promise.all([main.close(), truth.close()]);
    },
  };
}

class OrderedSink implements ShardSink {
  readonly encoding: RowEncoding;
  readonly truthEncoding = undefined;
  readonly #port: MessagePort;
  readonly #codec: Codec | undefined;
  readonly #blocks: BlockEntry[] = [];
  #bytesUnderWay = 0;
  #accepted = false;
  #failure: FleetgenError | undefined;
  #wake: (() => void) | undefined;

  constructor(port: MessagePort, { kind: { format, compression }, options }: OrderedSpec['file']) {
    this.#port = port;
    this.encoding = { format, options };
    this.#codec = compression && CODECS[compression];
    port.on('message', (message: FromCoordinator) => this.#receive(message));
    port.on('close', () => {
      this.#failure ??= runError('OUTPUT_CLOSED', 'the output was closed before the shard was written');
      this.#wake?.();
    });
  }

  async begin(): Promise<void> {}

  async beginTruth(): Promise<void> {}

  async write(buffer: Bytes, length: number): Promise<Bytes> {
    if (this.#failure !== undefined) throw this.#failure;
    const size = buffer.byteLength;
    if (this.#codec) {
      const compressed = this.#codec.compress(buffer.subarray(0, length));
      this.#send(compressed, compressed.byteLength);
    } else {
      this.#send(buffer, length);
    }
    await this.#until(() => this.#bytesUnderWay === 0 || this.#bytesUnderWay + size <= SHARD_CREDIT_BYTES);
    return this.#codec ? buffer : takeBuffer(size);
  }

  addBlock(entry: BlockEntry): void {
    this.#blocks.push(entry);
  }

  async commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#port.postMessage({ kind: 'end', blocks: this.#blocks } satisfies FromWorker);
    await this.#until(() => this.#accepted);
  }

  async abort(): Promise<void> {
    this.#port.close();
  }

  /** Buffers in transit are returned after this; the coordinator closes the port when it has written the last one. */
  async close(): Promise<void> {
    this.#port.unref();
  }

  #send(buffer: Bytes, length: number): void {
    this.#bytesUnderWay += buffer.byteLength;
    this.#port.postMessage({ kind: 'chunk', buffer, length } satisfies FromWorker, [buffer.buffer]);
  }

  #receive(message: FromCoordinator): void {
    if (message.kind === 'written') {
      this.#bytesUnderWay -= message.buffer.byteLength;
      if (!this.#codec && spare.length * message.buffer.byteLength < SHARD_CREDIT_BYTES) spare.push(message.buffer);
    } else if (message.kind === 'accepted') {
      this.#accepted = true;
    } else {
      this.#failure ??= fromErrorData(message.error);
    }
    this.#wake?.();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function takeBuffer(size: number): Bytes {
  const buffer = spare.pop();
  if (buffer?.byteLength === size) return buffer;
  spare.length = 0;
  return new Uint8Array(size);
}
