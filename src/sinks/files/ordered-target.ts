/**
 * The coordinator's side of every output that takes the records as one ordered sequence of bytes: files and standard
 * output.
 */
import type { MessagePort } from 'node:worker_threads';
import { runError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { VehicleColumns } from '../../columns/vehicle.js';
import { datasetIdentity, identityText } from '../../plan/dataset-identity.js';
import { fillVehicles } from '../../simulate/vehicle-rows.js';
import type { Load, LoadResult, LoadTarget, OrderedFile, WorkerSinkSpec } from '../load-target.js';
import { OrderedOutput } from './ordered-output.js';
import type { Output } from './output.js';

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
  readonly file: OrderedFile;
  /** True where readers can't seek. */
  readonly isStream?: boolean;
  /** Checks and prepares the outputs; undoes its changes when it throws. `cancelled` turns true on abort. */
  readonly open: (load: Load, cancelled: () => boolean) => Promise<Outputs>;
}

export function createOrderedTarget(options: OrderedTargetOptions): LoadTarget {
  return new OrderedTarget(options);
}

interface Opened {
  readonly outputs: Outputs;
  readonly main: OrderedOutput;
  readonly truth: OrderedOutput | undefined;
  readonly vehicles: OrderedOutput | undefined;
  readonly load: Load;
}

class OrderedTarget implements LoadTarget {
  readonly #options: OrderedTargetOptions;
  #opened: Opened | undefined;
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
    const { telemetry, truth, vehicle } = load.dataset;
    const { file, isStream = false } = this.#options;
    const ordered = (output: Output, schema: TableSchema) =>
      new OrderedOutput(output, file, { schema, isStream, identity: identityOf(load) });
    this.#opened = {
      outputs,
      main: ordered(outputs.main, telemetry),
      truth: outputs.truth && ordered(outputs.truth, truth),
      vehicles: outputs.vehicles && ordered(outputs.vehicles, vehicle),
      load,
    };
    await this.#opened.main.begin();
    await this.#opened.truth?.begin();
  }

  sinkFor(): { spec: WorkerSinkSpec; transfer: MessagePort[] } {
    const { main, truth } = this.#open();
    const { file } = this.#options;
    const port = main.add();
    if (truth === undefined) return { spec: { kind: 'ordered', port, file }, transfer: [port] };
    const truthPort = truth.add();
    return { spec: { kind: 'ordered', port, truthPort, file }, transfer: [port, truthPort] };
  }

  shardDone(): void {}

  async finish(): Promise<LoadResult> {
    const { outputs, main, truth, vehicles, load } = this.#open();
    await main.drained();
    await truth?.drained();
    const started = performance.now();
    await vehicles?.begin();
    await vehicles?.writeRows((first, batch) => fillVehicles(load.dataset, first, batch as Batch<VehicleColumns>));
    await vehicles?.end();
    await truth?.end();
    await main.end();
    if (this.#aborted) throw stopped();
    this.#published = publishAll(outputs);
    await this.#published;
    const bytes = main.bytes + (truth?.bytes ?? 0);
    return { target: this.#options.name, bytes, finishSeconds: (performance.now() - started) / 1000 };
  }

  async abort(): Promise<undefined> {
    this.#aborted = true;
    this.#opened?.main.fail(stopped());
    this.#opened?.truth?.fail(stopped());
    // Renaming takes no time, and must not be undone halfway.
    await this.#published?.catch(() => {});
    if (this.#opened !== undefined) await discardAll(this.#opened.outputs);
  }

  #open(): Opened {
    if (this.#opened === undefined) throw new Error('the target is not open');
    return this.#opened;
  }
}

/** What a file says of its dataset, for those who want to make it again. */
function identityOf({ dataset, from, to }: Load): string {
  return identityText(datasetIdentity(dataset, from, to), dataset.firstRecordId);
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
