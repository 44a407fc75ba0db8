/**
 * The processor and the memory: the work of a load's threads, each part alone and all together, on one core and on all.
 */
import type { Dataset } from '../../plan/dataset.js';
import { type BenchTask, type BenchThreads, withBenchThreads } from '../load/bench-threads.js';
import { StageRecorder } from '../report/figures.js';
import type { CurvePoint, Stage } from '../report/report.js';
import { interleave } from './interleave.js';
import { median } from './round-statistics.js';
import type { BenchSize } from './size.js';

/** Minimum buffer per thread of a copy. */
const MIN_COPY_BYTES = 16 * 1024 * 1024;

export interface ProcessorResults {
  readonly stages: readonly Stage[];
  /** Rows per second by number of threads: simulated, encoded and digested. */
  readonly curve: readonly CurvePoint[];
}

export interface ProcessorOptions {
  readonly dataset: Dataset;
  /** Number of threads for `all cores`. */
  readonly workers: number;
  readonly size: BenchSize;
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((round: string) => void) | undefined;
}

/** 1, 2, 4 ... and the number itself. */
export function workerCounts(workers: number): number[] {
  const counts = [];
  for (let count = 1; count < workers; count *= 2) counts.push(count);
  return [...counts, workers];
}

export function measureProcessor(options: ProcessorOptions): Promise<ProcessorResults> {
  const { dataset, workers, signal } = options;
  return withBenchThreads(dataset, workers, signal, (threads) => measureWith(threads, options));
}

async function measureWith(
  threads: BenchThreads,
  { workers, size, onRound }: ProcessorOptions,
): Promise<ProcessorResults> {
  const { rounds, taskSeconds, warmUpSeconds } = size;
  const one = new StageRecorder();
  const all = new StageRecorder();
  const memory = new StageRecorder();
  const points = workerCounts(workers).map((count) => ({ workers: count, values: [] as number[] }));

  const part = (kind: 'simulate' | 'encode') => async () => {
    one.add(kind, 'rows/s', await threads.rate({ kind }, 1, taskSeconds));
    all.add(kind, 'rows/s', await threads.rate({ kind }, workers, taskSeconds));
  };
  const whole = async () => {
    for (const point of points) point.values.push(await threads.rate({ kind: 'make' }, point.workers, taskSeconds));
    one.add('make', 'rows/s', points[0]!.values.at(-1)!);
    all.add('make', 'rows/s', points.at(-1)!.values.at(-1)!);
  };
  const copy = (threads: number): BenchTask => ({ kind: 'copy', bytes: copyBytes(size, threads) });
  const buffers = async () => {
    memory.add('copy, one thread', 'bytes/s', await threads.rate(copy(1), 1, taskSeconds));
    memory.add('copy, all threads', 'bytes/s', await threads.rate(copy(workers), workers, taskSeconds));
    const hops = await threads.rate({ kind: 'chase', bytes: copyBytes(size, 1) }, 1, taskSeconds);
    memory.add('latency', 's', 1 / hops);
  };

  onRound?.('processor, warming up');
  for (const kind of ['simulate', 'encode', 'make'] as const) await threads.rate({ kind }, workers, warmUpSeconds);
  await interleave(rounds, [part('simulate'), part('encode'), whole], (round) => onRound?.(`processor, ${round}`));
  await interleave(rounds, [buffers], (round) => onRound?.(`memory, ${round}`));
  return {
    stages: [one.stage('one core'), all.stage('all cores'), memory.stage('memory')],
    curve: points.map((point) => ({ ...point, median: median(point.values) })),
  };
}

/** Far more than caches hold, even divided by the threads; less if the machine has little memory. */
function copyBytes(size: BenchSize, threads: number): number {
  const total = Math.min(size.copyBytes, process.availableMemory() / 8);
  return Math.max(MIN_COPY_BYTES, Math.floor(total / threads));
}
