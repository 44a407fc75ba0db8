/**
 * The formats of files against CSV to null, whole runs of one worker: links to /dev/null take the files, so that all
 * that differs is what a format costs.
 */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPRESSIONS } from '#src/base/compression/compression.js';
import { interleave } from '#src/bench/measure/interleave.js';
import { withTemporaryFolder } from '#src/bench/measure/temporary-folder.js';
import type { FileOptions } from '#src/formats/file-options.js';
import type { Recorder } from './results.js';
import { runChild } from './run-child.js';

interface Way {
  readonly ending: string;
  readonly file?: Partial<FileOptions>;
  /** Of the rate of CSV to null. */
  readonly atLeast: number;
  /** A record, in whole files. */
  readonly mostBytes?: number;
}

const ZSTD: Readonly<Record<string, Way>> = {
  'Parquet, zstd': { ending: 'parquet', file: { codec: 'zstd' }, atLeast: 0.68 },
  'CSV.zst': { ending: 'csv.zst', atLeast: 0.5, mostBytes: 32 },
};

const WAYS: Readonly<Record<string, Way>> = {
  Arrow: { ending: 'arrow', file: {}, atLeast: 1 },
  'Parquet, no codec': { ending: 'parquet', file: { codec: 'none' }, atLeast: 0.88 },
  'Parquet, Snappy': { ending: 'parquet', atLeast: 0.78, mostBytes: 32 },
  'Parquet, Snappy, decimals': { ending: 'parquet', file: { decimals: true }, atLeast: 0.78, mostBytes: 15 },
  NDJSON: { ending: 'ndjson', atLeast: 0.45 },
  ...(COMPRESSIONS.zstd.lacks === undefined && ZSTD),
};

const NULL = 'CSV to null';

export async function measureFormats(
  recorder: Recorder,
  { rows, rounds }: { readonly rows: number; readonly rounds: number },
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    for (const ending of new Set(Object.values(WAYS).map((way) => way.ending)))
      await symlink('/dev/null', join(folder, `fleet.${ending}`));
    const measure = async (name: string, to: string, file?: Partial<FileOptions>) => {
      const report = await runChild({ rows, load: { to, workers: 1, ...(file && { file }) } });
      recorder.add(name, 'rows/s', (rows / (report.lastShardMs - report.firstShardMs)) * 1000);
      recorder.add(`${name}, a record`, 'bytes/record', report.bytes / rows);
    };
    const ways = Object.entries(WAYS);
    await interleave(rounds, [
      () => measure(NULL, 'null'),
      ...ways.map(
        ([name, { ending, file }]) =>
          () =>
            measure(name, join(folder, `fleet.${ending}`), file),
      ),
    ]);
    for (const [name, { atLeast, mostBytes }] of ways) {
      recorder.derive(`${name} / ${NULL}`, [name, NULL], (a, b) => a / b, { bound: { atLeast } });
      if (mostBytes !== undefined) recorder.expect(`${name}, a record`, { atMost: mostBytes });
    }
  });
}
