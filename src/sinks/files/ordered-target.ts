/**
 * The coordinator's side of every output that takes the records as one ordered sequence of bytes: files and standard
 * output.
 */
import type { MessagePort } from 'node:worker_threads';
import { CODECS } from '../../base/compression/codecs.js';
import { runError } from '../../base/errors.js';
import { createBatch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { FileFormat } from '../../formats/file-format.js';
import { type FileKind, FORMATS } from '../../formats/formats.js';
import type { Dataset } from '../../plan/dataset.js';
import { fillVehicles } from '../../simulate/vehicle-rows.js';
import type { Load, LoadResult, LoadTarget, WorkerSinkSpec } from '../load-target.js';
import { OrderedQueue } from './ordered-queue.js';
import type { Output } from './output.js';

const VEHICLES_PER_WRITE = 1024;

/** The outputs of a load: the records and, where companions make sense, the vehicles and the ground truth. */
export interface Outputs {
  readonly main: Output;
  readonly vehicles?: Output;
  readonly truth?: Output;
  /** Removes companions of an earlier load that would be wrong beside this one. */
  readonly clear?: () => Promise<void>;
}

export interface OrderedTargetOptions {
  /** Name of the place in messages. */
  readonly name: string;
  readonly kind: FileKind;
  /** With the format's header, if it has one. */
  readonly header: boolean;
  /** Checks and prepares the outputs; undoes its changes when it throws. `cancelled` turns true on abort. */
  readonly open: (load: Load, cancelled: () => boolean) => Promise<Outputs>;
}

export function createOrderedTarget(options: OrderedTargetOptions): LoadTarget {
  return new OrderedTarget(options);
}

class OrderedTarget implements LoadTarget {
  readonly #options: OrderedTargetOptions;
  #outputs: Outputs | undefined;
  #queue: OrderedQueue | undefined;
  #truthQueue: OrderedQueue | undefined;
  #dataset: Dataset | undefined;
  #bytes = 0;
  #aborted = false;
  #published: Promise<void> | undefined;

  constructor(options: OrderedTargetOptions) {
    this.#options = options;
  }

  async open(load: Load): Promise<void> {
    const outputs = await this.#options.open(load, () => this.#aborted);
    if (this.#aborted) {
      await discardAll(outputs);
      throw stopped();
    }
    this.#outputs = outputs;
    this.#dataset = load.dataset;
    this.#queue = new OrderedQueue((bytes) => this.#write(outputs.main, bytes));
    const { truth } = outputs;
    if (truth !== undefined) this.#truthQueue = new OrderedQueue((bytes) => this.#write(truth, bytes));
    await this.#writeHeader(outputs.main, load.dataset.telemetry);
    if (truth !== undefined) await this.#writeHeader(truth, load.dataset.truth);
  }

  sinkFor(): { spec: WorkerSinkSpec; transfer: MessagePort[] } {
    const port = this.#opened().queue.add();
    const { kind } = this.#options;
    if (this.#truthQueue === undefined) return { spec: { kind: 'ordered', port, ...kind }, transfer: [port] };
    const truthPort = this.#truthQueue.add();
    return { spec: { kind: 'ordered', port, truthPort, ...kind }, transfer: [port, truthPort] };
  }

  shardDone(): void {}

  async finish(): Promise<LoadResult> {
    const { queue, outputs, dataset } = this.#opened();
    await queue.drained();
    await this.#truthQueue?.drained();
    const started = performance.now();
    // Nothing at all is not a compressed file; one of nothing is.
    if (this.#options.kind.compression !== undefined && this.#bytes === 0) {
      for (const output of [outputs.main, outputs.truth])
        if (output !== undefined) await this.#write(output, this.#compressed(new Uint8Array()));
    }
    if (outputs.vehicles !== undefined) await this.#writeVehicles(dataset, outputs.vehicles);
    await outputs.vehicles?.close();
    await outputs.truth?.close();
    await outputs.main.close();
    if (this.#aborted) throw stopped();
    this.#published = publishAll(outputs);
    await this.#published;
    return { target: this.#options.name, bytes: this.#bytes, finishSeconds: (performance.now() - started) / 1000 };
  }

  async abort(): Promise<undefined> {
    this.#aborted = true;
    this.#queue?.fail(stopped());
    this.#truthQueue?.fail(stopped());
    // Renaming takes no time, and must not be undone halfway.
    await this.#published?.catch(() => {});
    if (this.#outputs !== undefined) await discardAll(this.#outputs);
  }

  async #write(output: Output, bytes: Uint8Array): Promise<void> {
    await output.write(bytes);
    this.#bytes += bytes.length;
  }

  async #writeVehicles(dataset: Dataset, output: Output): Promise<void> {
    const writer = this.#format.compileWriter(dataset.vehicle);
    const batch = createBatch(dataset.vehicle, VEHICLES_PER_WRITE);
    const bytes = new Uint8Array(writer.maxRowBytes * VEHICLES_PER_WRITE);
    await output.write(this.#header(dataset.vehicle));
    for (let first = 0; fillVehicles(dataset, first, batch) > 0; first += batch.length) {
      await output.write(this.#compressed(bytes.subarray(0, writer.write(batch, 0, batch.length, bytes, 0))));
    }
  }

  get #format(): FileFormat {
    return FORMATS[this.#options.kind.format];
  }

  #header(schema: TableSchema): Uint8Array {
    const line = this.#options.header ? this.#format.header?.(schema) : undefined;
    return line === undefined ? new Uint8Array() : this.#compressed(new TextEncoder().encode(line));
  }

  async #writeHeader(output: Output, schema: TableSchema): Promise<void> {
    const bytes = this.#header(schema);
    if (bytes.length > 0) await this.#write(output, bytes);
  }

  #compressed(bytes: Uint8Array): Uint8Array {
    const { compression } = this.#options.kind;
    return compression === undefined ? bytes : CODECS[compression].compress(bytes);
  }

  #opened(): { queue: OrderedQueue; outputs: Outputs; dataset: Dataset } {
    if (!this.#queue || !this.#outputs || !this.#dataset) throw new Error('the target is not open');
    return { queue: this.#queue, outputs: this.#outputs, dataset: this.#dataset };
  }
}

function stopped(): Error {
  return runError('ABORTED', 'the load was stopped');
}

/** The main file last: if it exists, so do its companions. */
async function publishAll(outputs: Outputs): Promise<void> {
  await outputs.clear?.();
  await outputs.truth?.publish();
  await outputs.vehicles?.publish();
  await outputs.main.publish();
}

async function discardAll(outputs: Outputs): Promise<void> {
  await outputs.main.discard();
  await outputs.vehicles?.discard();
  await outputs.truth?.discard();
}
