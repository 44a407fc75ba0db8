/** A separate process for one load or one plan, as in `fleetgen generate`, with its times and its peak memory. */
import { readFileSync } from 'node:fs';
import { benchDataset } from '#src/bench/measure/bench-dataset.js';
import { FILE_DEFAULTS, type FileOptions } from '#src/formats/file-options.js';
import { runLoad } from '#src/run/coordinator.js';
import type { CopyFormat } from '#src/run/defaults.js';
import { openTarget, parseTarget } from '#src/run/open-target.js';
import type { RunListener } from '#src/run/progress/run-events.js';
import { tuneThreads } from '#src/threads/start-threads.js';
import { epochMs } from './clock.js';

export interface ChildRequest {
  /** Size of the dataset. */
  readonly rows: number;
  /** What to load, and where to; if absent, only plan. */
  readonly load?: {
    readonly range?: readonly [from: number, to: number];
    /** As for --to. */
    readonly to: string;
    readonly workers: number;
    readonly table?: string;
    readonly copyFormat?: CopyFormat;
    /** Of files; without a header line if missing. */
    readonly file?: Partial<FileOptions>;
  };
}

export interface ChildReport {
  /** Seconds for planning the dataset. */
  readonly planSeconds: number;
  /** When the first shard was handed to a worker, and when the last was done: milliseconds since 1970. */
  readonly firstShardMs: number;
  readonly lastShardMs: number;
  /** Seconds of the run from its summary, and of its part after the rows. */
  readonly seconds: number;
  readonly finishSeconds: number;
  /** Written to the place; for a database, the size of the rows as CSV. */
  readonly bytes: number;
  /** Peak memory of the process. */
  readonly peakBytes: number;
}

export type ChildAnswer = { readonly report: ChildReport } | { readonly error: string };

async function answer({ rows, load }: ChildRequest): Promise<ChildReport> {
  tuneThreads();
  const started = epochMs();
  const dataset = benchDataset(rows);
  const planSeconds = (epochMs() - started) / 1000;
  const times = { firstShardMs: 0, lastShardMs: 0 };
  let run = { seconds: 0, finishSeconds: 0, bytes: 0 };
  if (load !== undefined) {
    const [from, to] = load.range ?? [0, rows];
    const { target, close } = await openTarget(parseTarget(load.to), {
      schema: 'public',
      table: load.table ?? 'fleet_telemetry',
      ifExists: 'fail',
      file: { ...FILE_DEFAULTS, header: false, ...load.file },
      copyFormat: load.copyFormat ?? 'csv',
      unlogged: false,
      signal: undefined,
    });
    const onEvent: RunListener = ({ kind }) => {
      if (kind === 'opened') times.firstShardMs = epochMs();
      if (kind === 'shard') times.lastShardMs = epochMs();
    };
    run = await runLoad({ dataset, from, to, target, workers: load.workers, onEvent });
    await close();
  }
  const { seconds, finishSeconds, bytes } = run;
  return { planSeconds, ...times, seconds, finishSeconds, bytes, peakBytes: peakBytes() };
}

/** On Linux a child's maxRSS includes the parent's at the fork; the high-water mark of its own memory map does not. */
function peakBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line !== null) return Number(line[1]) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

if (process.send !== undefined) {
  // The listener keeps the process alive until its parent has the answer and disconnects.
  process.on('message', async (request: ChildRequest) => {
    const message: ChildAnswer = await answer(request).then(
      (report) => ({ report }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.send!(message);
  });
}
