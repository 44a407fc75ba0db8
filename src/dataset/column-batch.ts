/** Records of an opened dataset as columns: which columns, and copies of them that belong to the reader. */
import { setImmediate as turn } from 'node:timers/promises';
import { requestError } from '../base/errors.js';
import { checkKeys, checkNumber, checkValue, formatValue, type Limit } from '../base/options.js';
import { type Batch, createBatch } from '../columns/batch.js';
import type { Arrays, Column, ColumnArray, TableSchema } from '../columns/column.js';
import type { BuiltInTelemetry, TelemetryColumns } from '../columns/telemetry.js';
import type { TruthColumns } from '../columns/truth.js';
import type { Dataset } from '../plan/dataset.js';
import type { PlannedRange } from '../run/dataset-options.js';
import type { RecordSource, Simulator } from '../simulate/record-source.js';

/** A column of the records: one that every scenario has, or one of a scenario's own. */
export type ColumnName = keyof BuiltInTelemetry | (string & {});

/** The columns of a selection, typed by name; all of them if `Name` is never. */
export type BatchColumns<Name extends ColumnName> = [Name] extends [never]
  ? TelemetryColumns
  : { readonly [N in Name]: N extends keyof BuiltInTelemetry ? BuiltInTelemetry[N] : ColumnArray };

/**
 * Records as columns. The arrays belong to whoever reads the batch: they may be kept, changed or transferred to a
 * thread.
 */
export interface ColumnBatch<Name extends ColumnName = never, Truth extends boolean = false> {
  /** Position of the first record in the dataset, from 0. */
  readonly from: number;
  /** Number of records, and of elements in each array. */
  readonly length: number;
  /**
   * The array of each column, as it is stored (`ColumnKind` says how, `valueReader` gives values): `fixed` columns hold
   * units of their last decimal, so that 523 in `speed_kmh` is 52.3 km/h; `recorded_at` UTC milliseconds; `vehicle_id`
   * the vehicle's number; `event_type` and its like an index into the `values` of their column; flags 0 or 1; a missing
   * value is `NULL_INT`, or -1 in `trip_id`.
   */
  readonly columns: BatchColumns<Name>;
  /** The ground truth of the same records, if it was asked for. */
  readonly truth: Truth extends true ? TruthColumns : undefined;
}

/** What of the records is wanted. */
export interface SelectionOptions<Name extends ColumnName = never, Truth extends boolean = false> {
  /** Only these columns; all by default, those that the scenario adds included. */
  readonly columns?: readonly Name[];
  /** Whether to make the ground truth, too; false by default. */
  readonly truth?: Truth;
}

/** The same, and how much of it at a time. */
export interface BatchOptions<Name extends ColumnName = never, Truth extends boolean = false>
  extends SelectionOptions<Name, Truth> {
  /** Most records of a batch, 1 to 2^24; 4096 by default. Larger ones keep the event loop waiting for longer. */
  readonly batchRows?: number;
}

const DEFAULT_ROWS = 4096;
const BATCH_ROWS: Limit = { min: 1, max: 2 ** 24, example: '4096' };

/** The columns of a schema by their names, in the order of the names; all without names. Throws a requestError. */
export function chosenColumns(schema: TableSchema, names: readonly string[] | undefined): readonly Column[] {
  if (names === undefined) return schema.columns;
  checkValue('columns', names, (value) => Array.isArray(value) && value.length > 0, 'a list of names of columns');
  return names.map((name) => {
    const column = schema.columns.find((each) => each.name === name);
    if (column !== undefined) return column;
    const known = schema.columns.map((each) => each.name).join(', ');
    throw requestError('BAD_OPTION', `there is no column ${formatValue(name)}: known are ${known}`);
  });
}

/** Copies batches of a dataset's records out of the simulator's own. */
export class BatchCopier<Name extends ColumnName, Truth extends boolean> {
  readonly #records: Batch<TelemetryColumns>;
  readonly #truth: Batch<TruthColumns> | undefined;
  readonly #columns: readonly Column[];

  /** Throws a requestError for an option that is not valid. */
  constructor(dataset: Dataset, { columns, truth }: SelectionOptions<Name, Truth>, capacity: number) {
    checkValue('truth', truth, (value) => typeof value === 'boolean', 'true or false');
    this.#columns = chosenColumns(dataset.telemetry, columns);
    this.#records = createBatch(dataset.simulated, capacity);
    this.#truth = truth === true ? createBatch(dataset.truth, capacity) : undefined;
  }

  /** The source's next records; `length` is 0 at its end. */
  next(source: RecordSource, from: number): ColumnBatch<Name, Truth> {
    const length = source.fill(this.#records, this.#truth);
    const truth = this.#truth && copy(this.#truth, length);
    return {
      from,
      length,
      columns: copy(this.#records, length, this.#columns) as BatchColumns<Name>,
      truth: truth as ColumnBatch<Name, Truth>['truth'],
    };
  }
}

/**
 * The records of the range, batch by batch, with a turn of the event loop after each. Throws a requestError for an
 * option that is not valid, at once.
 */
export function batchesOf<Name extends ColumnName, Truth extends boolean>(
  { dataset, from, to }: PlannedRange,
  options: BatchOptions<Name, Truth>,
  simulator: () => Simulator,
): AsyncGenerator<ColumnBatch<Name, Truth>, void, undefined> {
  checkKeys("batches' argument", options, ['columns', 'truth', 'batchRows']);
  const { batchRows = DEFAULT_ROWS } = options;
  checkNumber('batchRows', batchRows, BATCH_ROWS);
  const copier = new BatchCopier<Name, Truth>(dataset, options, Math.max(1, Math.min(batchRows, to - from)));
  return (async function* () {
    const source = simulator().range(from, to);
    for (let next = from; next < to; ) {
      const batch = copier.next(source, next);
      next += batch.length;
      yield batch;
      await turn();
    }
  })();
}

function copy({ arrays }: Batch<Arrays>, length: number, columns?: readonly Column[]): Arrays {
  const names = columns?.map(({ name }) => name) ?? Object.keys(arrays);
  return Object.fromEntries(names.map((name) => [name, arrays[name]!.slice(0, length)]));
}
