/**
 * Loads into the embedded server, compared in the same run with what the server reaches by itself: COPY of the same
 * bytes from its own files (the ceiling), INSERT ... SELECT, and pages of INSERTs. From the first byte to the last
 * commit; key and indexes are measured separately.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { plural } from '#src/base/text.js';
import { benchDataset, splitEvenly } from '#src/bench/measure/bench-dataset.js';
import { interleave } from '#src/bench/measure/interleave.js';
import { workerCounts } from '#src/bench/measure/processor.js';
import { withTemporaryFolder } from '#src/bench/measure/temporary-folder.js';
import { withTemporaryServer } from '#src/bench/measure/temporary-server.js';
import type { Dataset } from '#src/plan/dataset.js';
import type { CopyFormat } from '#src/run/defaults.js';
import { epochMs } from './clock.js';
import type { LoadOptions } from './end-to-end.js';
import type { ChildReport } from './load-child.js';
import type { Recorder } from './results.js';
import { runChild } from './run-child.js';
import {
  checkCount,
  connect,
  copyFiles,
  insertPages,
  insertSelect,
  pagesOf,
  rowsOfPages,
  timeFill,
} from './server-loads.js';

const PAGES = 50;
/** INSERT ... SELECT gets this share of the rows. */
const SELECT_SHARE = 0.25;
const TABLE = 'bench_load';

const LOAD = 'load CSV';
const BINARY = 'load binary';
const CEILING = 'COPY from files';
const SELECT = 'INSERT ... SELECT, 1 session';
const INSERTS = '1000-row INSERTs, 1 session';

/** Returns the server's version. */
export async function measurePostgres(recorder: Recorder, options: LoadOptions): Promise<string> {
  return withTemporaryServer(({ url }) =>
    withTemporaryFolder(async (folder) => {
      const { rows, rounds, workers } = options;
      const dataset = benchDataset(rows);
      const files = await writeFiles(folder, dataset, workers);
      const control = await connect(url);
      const sessions = await Promise.all(files.map(() => connect(url)));
      const pages = pagesOf(dataset, PAGES);
      const schema = dataset.telemetry;
      const selected = Math.round(rows * SELECT_SHARE);

      const filled = async (name: string, count: number, fill: (table: string) => Promise<void>) => {
        await settle(control);
        recorder.add(name, 'rows/s', count / (await timeFill(control, schema, count, fill)));
      };
      const load = async (name: string, copyFormat: CopyFormat, connections = workers) => {
        await settle(control);
        const { report, firstByteMs } = await loadOnce(control, url, rows, connections, copyFormat);
        recorder.add(name, 'rows/s', rows / ((report.lastShardMs - firstByteMs) / 1000));
        return { report, firstByteMs };
      };
      const fewer = workerCounts(workers).slice(0, -1);
      const nameOf = (name: string, count: number) => `${name}, ${count} ${plural(count, 'connection')}`;
      const sides = [
        async () => {
          const { report, firstByteMs } = await load(LOAD, 'csv');
          recorder.add('load CSV, whole run', 'rows/s', rows / report.seconds);
          recorder.add('threads to first byte', 's', (firstByteMs - report.firstShardMs) / 1000);
          recorder.add('key, index, statistics, swap', 's', report.finishSeconds);
        },
        async () => void (await load(BINARY, 'binary')),
        () => filled(CEILING, rows, (table) => copyFiles(sessions, table, files)),
        async () => {
          const report = await runChild({ rows, load: { to: 'null', workers } });
          recorder.add('null', 'rows/s', rows / ((report.lastShardMs - report.firstShardMs) / 1000));
        },
        () => filled(SELECT, selected, (table) => insertSelect(control, table, schema, selected)),
        () => filled(INSERTS, rowsOfPages(pages), (table) => insertPages(control, table, schema, pages)),
        ...fewer.map((count) => async () => void (await load(nameOf(LOAD, count), 'csv', count))),
        ...fewer.map((count) => async () => void (await load(nameOf(BINARY, count), 'binary', count))),
      ];
      await interleave(rounds, sides);

      recorder.derive('load / COPY from files', [LOAD, CEILING], (a, b) => a / b, { bound: { atLeast: 0.8 } });
      recorder.derive(
        'load / model',
        [LOAD, CEILING, 'null'],
        (load, ceiling, made) => load * (1 / ceiling + 1 / made),
        {
          bound: { atLeast: 0.95 },
        },
      );
      recorder.derive('load binary / COPY from files', [BINARY, CEILING], (a, b) => a / b, {
        bound: { atLeast: 1.35 },
      });
      recorder.derive('load / INSERT ... SELECT', [LOAD, SELECT], (a, b) => a / b, { bound: { atLeast: 1 } });
      recorder.derive('load binary / INSERT ... SELECT', [BINARY, SELECT], (a, b) => a / b, {
        bound: { atLeast: 1.5 },
      });
      recorder.derive('load / 1000-row INSERTs', [LOAD, INSERTS], (a, b) => a / b, { bound: { atLeast: 8 } });

      const version = await control.query<{ server_version: string }>('SHOW server_version');
      await Promise.all([control, ...sessions].map((client) => client.end()));
      return version.rows[0]!.server_version;
    }),
  );
}

/** The bytes of the load, without headers, in as many files as it has connections. */
async function writeFiles(folder: string, dataset: Dataset, workers: number): Promise<string[]> {
  const files: string[] = [];
  for (const range of splitEvenly(dataset, workers)) {
    const file = join(folder, `part-${files.length}.csv`);
    await runChild({ rows: dataset.rows, load: { range, to: file, workers } });
    await chmod(file, 0o644);
    files.push(file);
  }
  return files;
}

/** A checkpoint, so that no side pays for dirty pages of the previous one. */
async function settle(client: pg.Client): Promise<void> {
  await client.query('CHECKPOINT');
}

async function loadOnce(
  client: pg.Client,
  url: string,
  rows: number,
  workers: number,
  copyFormat: CopyFormat,
): Promise<{ readonly report: ChildReport; readonly firstByteMs: number }> {
  const load = runChild({ rows, load: { to: url, workers, table: TABLE, copyFormat } });
  let over = false;
  const ended = load.finally(() => {
    over = true;
  });
  const first = firstByte(client, () => over);
  const [report, firstByteMs] = await Promise.all([ended, first]);
  await checkCount(client, TABLE, rows);
  await client.query(`DROP TABLE ${TABLE}, ${TABLE}_vehicle`);
  return { report, firstByteMs };
}

/** When the server reports the first bytes of a COPY: milliseconds since 1970, a few milliseconds late. */
async function firstByte(client: pg.Client, over: () => boolean): Promise<number> {
  const sql = 'SELECT FROM pg_stat_progress_copy WHERE bytes_processed > 0';
  for (;;) {
    const asked = epochMs();
    const { rowCount } = await client.query(sql);
    if (rowCount) return asked;
    if (over()) throw new Error('the load ended before the server reported its first byte');
    await sleep(3);
  }
}
