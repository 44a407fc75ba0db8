/**
 * Compares with tpchgen-cli (Rust), the fastest generator known: its lineitem table as CSV on one thread, piped to
 * /dev/null, against fleetgen to null with one worker, which also digests its rows. Whole processes: the times include
 * start and planning.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave } from '#src/bench/measure/interleave.js';
import type { Recorder } from './results.js';

const CLI = fileURLToPath(import.meta.resolve('#src/cli.js'));
const TPCHGEN = 'tpchgen-cli';
const [OURS, THEIRS] = ['fleetgen', 'tpchgen'];

const run = promisify(execFile);

export interface TpchgenSize {
  readonly rows: number;
  /** Of TPC-H, so that both make about as many bytes: at 1, lineitem is 6 million rows and some 750 MB. */
  readonly scale: number;
  readonly rounds: number;
}

export async function hasTpchgen(): Promise<boolean> {
  return run(TPCHGEN, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Throws if tpchgen-cli is not on the PATH. */
export async function measureTpchgen(recorder: Recorder, { rows, scale, rounds }: TpchgenSize): Promise<void> {
  if (!(await hasTpchgen())) throw new Error(`${TPCHGEN} is not on the PATH: cargo install ${TPCHGEN}`);
  const lineitem = `${TPCHGEN} csv --scale-factor ${scale} --tables lineitem --num-threads 1 --stdout`;
  const [lines = 0, theirBytes = 0] = (await bash(`${lineitem} | wc -lc`)).stdout.trim().split(/\s+/).map(Number);
  // Without the header.
  const theirRows = lines - 1;

  const add = (side: string, count: number, bytes: number, { seconds, cpuSeconds }: Times) => {
    recorder.add(`${side}, bytes`, 'bytes/s', bytes / seconds);
    recorder.add(`${side}, rows`, 'rows/s', count / seconds);
    recorder.add(`${side}, processor`, 's', cpuSeconds);
  };
  await interleave(rounds, [
    async () => {
      const { stdout, times } = await timed(
        `'${process.execPath}' '${CLI}' generate --rows ${rows} --to null --workers 1 --json`,
      );
      const { bytes } = JSON.parse(stdout) as { readonly bytes: number };
      add(OURS, rows, bytes, times);
    },
    async () => add(THEIRS, theirRows, theirBytes, (await timed(`${lineitem} > /dev/null`)).times),
  ]);
  const ratio = (what: string, atLeast: number) =>
    recorder.derive(`${OURS} / ${THEIRS}, ${what}`, [`${OURS}, ${what}`, `${THEIRS}, ${what}`], (a, b) => a / b, {
      bound: { atLeast },
    });
  ratio('bytes', 2.3);
  ratio('rows', 1.4);
}

interface Times {
  /** Wall-clock time of the process. */
  readonly seconds: number;
  /** Processor time of all its threads, system time included. */
  readonly cpuSeconds: number;
}

/** bash's `time` reports a process's resource usage, which Node can't query for its children. */
async function timed(command: string): Promise<{ readonly stdout: string; readonly times: Times }> {
  const { stdout, stderr } = await bash(`TIMEFORMAT='%3R %3U %3S'; time ${command}`);
  const [seconds = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { stdout, times: { seconds, cpuSeconds: user + system } };
}

function bash(command: string) {
  return run('bash', ['-o', 'pipefail', '-ec', command]);
}
