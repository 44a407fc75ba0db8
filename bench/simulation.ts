/** The stages of one core, each alone: random numbers, planning, simulating, encoding (beside fast-csv), the digest. */
import { writeToBuffer } from 'fast-csv';
import { benchDataset } from '#src/bench/measure/bench-dataset.js';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import type { Dataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { Sfc32, STREAM } from '#src/random/sfc32.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { RowDigest } from '#src/sinks/row-digest.js';
import { csvTextRows } from './csv-text-rows.js';
import { type MicroOptions, type MicroTask, measureMicro } from './micro.js';
import type { Recorder } from './results.js';

const DRAWS = 262_144;
/** Rows per batch, as in a worker. */
const BATCH_ROWS = 1024;
const BATCHES = 16;
const CALL_ROWS = BATCH_ROWS * BATCHES;

export async function measureRandom(recorder: Recorder, options: MicroOptions): Promise<void> {
  const random = new Sfc32();
  random.seed(42, 7, 20_000, STREAM.motion);
  const block = new Int32Array(4096);
  let sum = 0;
  const next = () => {
    for (let i = 0; i < DRAWS; i++) sum ^= random.next();
  };
  const fill = () => {
    for (let i = 0; i < DRAWS; i += block.length) random.fill(block);
    sum ^= block[0]!;
  };
  const tasks = [
    { name: 'sfc32 next', unit: 'draws/s', work: DRAWS, call: next },
    { name: 'sfc32 fill', unit: 'draws/s', work: DRAWS, call: fill },
  ] as const;
  await measureMicro(recorder, tasks, options);
  if (!Number.isInteger(sum)) throw new Error('the draws were lost');
}

export async function measurePlan(recorder: Recorder, options: MicroOptions): Promise<void> {
  const dataset = benchDataset(1_000_000);
  const { planner } = plannerOf(dataset);
  const vehicles = 100;
  let first = 0;
  let records = 0;
  const call = () => {
    for (let vehicle = first; vehicle < first + vehicles; vehicle++) {
      for (let day = 0; day < dataset.days; day++) records += planner.load(vehicle, dataset.firstDay + day);
    }
    first = (first + vehicles) % 1_000_000;
  };
  const work = vehicles * dataset.days;
  await measureMicro(recorder, [{ name: 'plan', unit: 'vehicle-days/s', work, call }], options);
  if (records === 0) throw new Error('the plans were empty');
}

export async function measureSimulate(recorder: Recorder, options: MicroOptions): Promise<void> {
  const dataset = benchDataset(10_000_000);
  const simulator = createSimulator(dataset);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  let source = simulator.range(0, dataset.rows);
  const call = () => {
    for (let i = 0; i < BATCHES; i++) {
      if (source.fill(batch) < BATCH_ROWS) source = simulator.range(0, dataset.rows);
    }
  };
  const tasks = [{ name: 'simulate', unit: 'rows/s', work: CALL_ROWS, call }] as const;
  await measureMicro(recorder, tasks, options);
}

export async function measureEncode(recorder: Recorder, options: MicroOptions): Promise<void> {
  const dataset = benchDataset(1_000_000);
  const { telemetry } = dataset;
  const batches = someBatches(dataset);
  const writer = compileCsvWriter(telemetry);
  const out = new Uint8Array(CALL_ROWS * writer.maxRowBytes);
  const encode = () => batches.reduce((used, batch) => writer.write(batch, 0, BATCH_ROWS, out, used), 0);
  const toTexts = () => batches.flatMap((batch) => csvTextRows(telemetry, batch));
  const texts = toTexts();
  const bytes = out.subarray(0, encode());
  if (!(await formatWithFastCsv(texts)).equals(bytes)) {
    throw new Error('fast-csv and the CSV writer disagree on the bytes of the same rows');
  }

  const [ours, theirs, ready] = ['CSV', 'fast-csv', 'fast-csv, texts ready'] as const;
  const task = (name: string, call: MicroTask['call']): MicroTask => ({ name, unit: 'rows/s', work: CALL_ROWS, call });
  const tasks = [
    task(ours, () => void encode()),
    task(theirs, async () => void (await formatWithFastCsv(toTexts()))),
    task(ready, async () => void (await formatWithFastCsv(texts))),
    task('digest of the CSV', () => void digest(bytes)),
  ];
  await measureMicro(recorder, tasks, options);
  recorder.derive(`${ours} / ${theirs}`, [ours, theirs], (a, b) => a / b, { bound: { atLeast: 18 } });
  recorder.derive(`${ours} / ${ready}`, [ours, ready], (a, b) => a / b);
}

function digest(bytes: Uint8Array): string {
  const rows = new RowDigest('csv');
  rows.add(bytes);
  return rows.end().digest;
}

function formatWithFastCsv(rows: string[][]): Promise<Buffer> {
  return writeToBuffer(rows, { headers: false, includeEndRowDelimiter: true });
}

/** From the middle of a dataset, with enough rows that a processor can't learn their branches. */
function someBatches(dataset: Dataset): Batch[] {
  const source = createSimulator(dataset).range(dataset.rows >> 1, dataset.rows);
  return Array.from({ length: BATCHES }, () => {
    const batch = createBatch(dataset.telemetry, BATCH_ROWS);
    source.fill(batch);
    return batch;
  });
}
