/** Whole runs in processes of their own: to null and to a file, peak memory, a plan of a billion rows, the first byte. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plural } from '#src/base/text.js';
import { benchDataset, splitEvenly } from '#src/bench/measure/bench-dataset.js';
import { interleave } from '#src/bench/measure/interleave.js';
import { workerCounts } from '#src/bench/measure/processor.js';
import { withTemporaryFolder } from '#src/bench/measure/temporary-folder.js';
import type { ChildReport } from './load-child.js';
import type { Recorder } from './results.js';
import { runChild } from './run-child.js';

const CLI = fileURLToPath(import.meta.resolve('#src/cli.js'));

export interface LoadOptions {
  readonly rows: number;
  readonly rounds: number;
  readonly workers: number;
}

/** 1, 2, 4 ... workers up to all of them, and as many one-worker processes as all. */
export async function measureNull(recorder: Recorder, { rows, rounds, workers }: LoadOptions): Promise<void> {
  const nameOf = (count: number) => `${count} ${plural(count, 'worker')}`;
  const [one, all, processes] = [nameOf(1), nameOf(workers), `${workers} processes`];
  const sides = workerCounts(workers).map((count) => async () => {
    recorder.add(
      nameOf(count),
      'rows/s',
      rows / spanOf([await runChild({ rows, load: { to: 'null', workers: count } })]),
    );
  });
  if (workers > 1) {
    const ranges = splitEvenly(benchDataset(rows), workers);
    sides.push(async () => {
      const children = ranges.map((range) => runChild({ rows, load: { range, to: 'null', workers: 1 } }));
      recorder.add(processes, 'rows/s', rows / spanOf(await Promise.all(children)));
    });
  }
  await interleave(rounds, sides);
  recorder.expect(one, { atLeast: 800_000 });
  if (workers === 1) return;
  recorder.derive(`${all} / ${one}`, [all, one], (a, b) => a / b);
  recorder.derive(`${all} / ${processes}`, [all, processes], (a, b) => a / b, { bound: { atLeast: 0.95 } });
}

/** 1, 2, 4 ... workers up to all of them into a file, and all of them to null. */
export async function measureFile(recorder: Recorder, { rows, rounds, workers }: LoadOptions): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, 'fleet.csv');
    const nameOf = (count: number) => `CSV file, ${count} ${plural(count, 'worker')}`;
    const load = async (to: string, count: number, name: string) => {
      recorder.add(name, 'rows/s', rows / spanOf([await runChild({ rows, load: { to, workers: count } })]));
      await rm(path, { force: true });
      await rm(join(folder, 'fleet_vehicle.csv'), { force: true });
    };
    const files = workerCounts(workers).map((count) => () => load(path, count, nameOf(count)));
    await interleave(rounds, [...files, () => load('null', workers, 'null')]);
    recorder.derive('CSV file / null', [nameOf(workers), 'null'], (a, b) => a / b);
  });
}

/** Peak memory must not depend on the number of rows. */
export async function measureMemory(
  recorder: Recorder,
  { rows, rounds, workers }: { readonly rows: readonly number[]; readonly rounds: number; readonly workers: number },
): Promise<void> {
  const nameOf = (count: number) => `${count / 1e6} M rows`;
  const sides = rows.map((count) => async () => {
    const { peakBytes } = await runChild({ rows: count, load: { to: 'null', workers } });
    recorder.add(nameOf(count), 'bytes', peakBytes);
  });
  await interleave(rounds, sides);
  const [min, ...more] = rows.map(nameOf);
  for (const name of more) {
    recorder.derive(`${name} / ${min}`, [name, min!], (a, b) => a / b, { bound: { atMost: 1.05 } });
  }
  recorder.expect(more.at(-1)!, { atMost: (120 + 90 * workers) * 1e6 });
}

export async function measureBillion(recorder: Recorder, rounds: number): Promise<void> {
  await interleave(rounds, [
    async () => {
      const { planSeconds, peakBytes } = await runChild({ rows: 1e9 });
      recorder.add('time', 's', planSeconds);
      recorder.add('memory', 'bytes', peakBytes);
    },
  ]);
  recorder.expect('time', { atMost: 1 });
  recorder.expect('memory', { atMost: 150e6 });
}

export async function measureFirstByte(recorder: Recorder, rounds: number): Promise<void> {
  const fleetgen = [CLI, 'generate', '--rows', '1000000', '--to', '-'];
  const bare = ['-e', 'process.stdout.write("x")'];
  await interleave(rounds, [
    async () => recorder.add('fleetgen generate --to -', 's', await firstByteSeconds(fleetgen)),
    async () => recorder.add('bare Node', 's', await firstByteSeconds(bare)),
  ]);
  recorder.derive('more than bare Node', ['fleetgen generate --to -', 'bare Node'], (a, b) => a - b, {
    unit: 's',
    bound: { atMost: 0.4 },
  });
}

async function firstByteSeconds(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error(`node ${args.join(' ')} wrote nothing`))),
  ]);
  const seconds = (performance.now() - started) / 1000;
  child.stdout.destroy();
  await ended;
  return seconds;
}

/** Seconds from the first shard handed out to the last one done, over processes that ran at the same time. */
function spanOf(reports: readonly ChildReport[]): number {
  const first = Math.min(...reports.map((report) => report.firstShardMs));
  const last = Math.max(...reports.map((report) => report.lastShardMs));
  return (last - first) / 1000;
}
