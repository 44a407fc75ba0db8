/**
 * The processor and the memory: the work of a load's threads, each part alone and all together, on one core and on all.
 */
import type { Dataset } from '../../plan/dataset.js';
import { type Crew, type CrewTask, withCrew } from '../load/crew.js';
import { StageRecorder } from '../report/figures.js';
import type { CurvePoint, Stage } from '../report/report.js';
import { interleave } from './interleave.js';
import { median } from './round-statistics.js';
import type { BenchSize } from './size.js';

/** Minimum buffer per thread of a copy. */
const LEAST_COPY_BYTES = 16 * 1024 * 1024;

export interface ProcessorFindings {
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

export function measureProcessor(options: ProcessorOptions): Promise<ProcessorFindings> {
  const { dataset, workers, signal } = options;
  return withCrew(dataset, workers, signal, (crew) => measureWith(crew, options));
}

async function measureWith(crew: Crew, { workers, size, onRound }: ProcessorOptions): Promise<ProcessorFindings> {
  const { rounds, taskSeconds, warmUpSeconds } = size;
  const one = new StageRecorder();
  const all = new StageRecorder();
  const memory = new StageRecorder();
  const points = workerCounts(workers).map((count) => ({ workers: count, values: [] as number[] }));

  const part = (kind: 'simulate' | 'encode') => async () => {
    one.add(kind, 'rows/s', await crew.rate({ kind }, 1, taskSeconds));
    all.add(kind, 'rows/s', await crew.rate({ kind }, workers, taskSeconds));
  };
  const whole = async () => {
    for (const point of points) point.values.push(await crew.rate({ kind: 'make' }, point.workers, taskSeconds));
    one.add('make', 'rows/s', points[0]!.values.at(-1)!);
    all.add('make', 'rows/s', points.at(-1)!.values.at(-1)!);
  };
  const copy = (threads: number): CrewTask => ({ kind: 'copy', bytes: copyBytes(size, threads) });
  const buffers = async () => {
    memory.add('copy, one thread', 'bytes/s', await crew.rate(copy(1), 1, taskSeconds));
    memory.add('copy, all threads', 'bytes/s', await crew.rate(copy(workers), workers, taskSeconds));
    const hops = await crew.rate({ kind: 'chase', bytes: copyBytes(size, 1) }, 1, taskSeconds);
    memory.add('latency', 's', 1 / hops);
  };

  onRound?.('processor, warming up');
  for (const kind of ['simulate', 'encode', 'make'] as const) await crew.rate({ kind }, workers, warmUpSeconds);
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
  return Math.max(LEAST_COPY_BYTES, Math.floor(total / threads));
}
