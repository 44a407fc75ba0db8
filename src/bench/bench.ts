/** Measures a machine under fleetgen's workloads: implements `fleetgen bench`. */
import { availableParallelism, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { requestError } from '../base/errors.js';
import { packageVersion } from '../base/package.js';
import { ALGORITHM_VERSION } from '../plan/dataset.js';
import { parseTarget } from '../run/open-target.js';
import { benchDataset } from './measure/bench-dataset.js';
import {
  checkServer,
  type DatabaseRequest,
  type DatabaseResults,
  embeddedBytes,
  measureDatabase,
} from './measure/database.js';
import { checkSpace, isInMemory, measureDisk } from './measure/disk.js';
import { busyShare, machineFacts } from './measure/machine.js';
import { measureProcessor } from './measure/processor.js';
import { type BenchSize, ONE_MINUTE_SIZE } from './measure/size.js';
import { withTemporaryFolder } from './measure/temporary-folder.js';
import { type BenchReport, FORMAT_VERSION, type Stage } from './report/report.js';
import { type LoadRates, verdictOf } from './report/verdict.js';
import { isBusy, warningsOf } from './report/warnings.js';

/** Size of the dataset, of which the threads use different parts. */
const DATASET_ROWS = 10_000_000;
const PAUSE_MS = 400;

export interface BenchOptions {
  /** embedded, postgresql://..., postgres, or null for no database; embedded by default. */
  readonly to?: string;
  /** Maximum number of threads, and of connections of a load; by default one per core. */
  readonly workers?: number;
  /** Where the disk is measured and the embedded server has its data; the system's temporary folder by default. */
  readonly folder?: string;
  /** For tests: a smaller one. */
  readonly size?: BenchSize;
  /** Receives the current step. */
  readonly onProgress?: (text: string) => void;
  /** Aborting it undoes everything; if the reason is a FleetgenError, `bench` rejects with it. */
  readonly signal?: AbortSignal;
}

/** Throws FleetgenError: exitCode 2 for an invalid request, 1 if disk or server fail; nothing is left behind. */
export async function bench(options: BenchOptions = {}): Promise<BenchReport> {
  const request = databaseOf(options.to ?? 'embedded');
  const workers = options.workers ?? availableParallelism();
  const { size = ONE_MINUTE_SIZE, signal, onProgress: onRound } = options;
  const parent = resolve(options.folder ?? tmpdir());
  const started = performance.now();
  const date = new Date().toISOString();
  const machine = machineFacts();

  return withTemporaryFolder(async (folder) => {
    const embedded = request?.kind === 'embedded' ? embeddedBytes(workers, size) : 0;
    await checkSpace(folder, size.diskBytes + embedded);
    if (request?.kind === 'postgres') await checkServer(request.connection);
    const busy: number[] = [];
    const pause = async () => busy.push(await busyShare(PAUSE_MS, signal));

    onRound?.('processor, planning');
    const dataset = benchDataset(DATASET_ROWS);
    await pause();
    const processor = await measureProcessor({ dataset, workers, size, signal, onRound });
    await pause();
    const disk = await measureDisk({ folder, size, signal, onRound });
    await pause();
    const database = request && (await measureDatabase({ request, folder, workers, size, signal, onRound }));

    const stages = [...processor.stages, disk, ...(database ? [database.stage] : [])];
    const facts = {
      ...{ machine, workers, folder: parent, busyShare: Math.max(...busy) },
      ...(database && { server: database.server }),
    };
    return {
      ...{ command: 'bench', formatVersion: FORMAT_VERSION, fleetgenVersion: packageVersion() },
      ...{ algorithmVersion: ALGORITHM_VERSION, date, seconds: Math.round(performance.now() - started) / 1000 },
      ...facts,
      stages,
      curves: [
        { name: 'make', points: processor.curve },
        ...(database ? [{ name: 'load', points: database.curve } as const] : []),
      ],
      verdict: verdictOf({
        make: processor.curve,
        ...(database && { load: loadFacts(database, isBusy(facts.busyShare)) }),
      }),
      warnings: warningsOf({ ...facts, stages, inMemory: await isInMemory(folder) }),
    };
  }, parent);
}

function databaseOf(text: string): DatabaseRequest | undefined {
  const request = parseTarget(text);
  if (request.kind === 'null') return undefined;
  if (request.kind === 'postgres') return request;
  if (request.kind === 'embedded') return { kind: 'embedded' };
  throw requestError(
    'UNKNOWN_TARGET',
    `--to ${text} is not a database: give embedded, postgresql://..., postgres, or null to measure none`,
  );
}

function loadFacts({ stage, local, use }: DatabaseResults, busy: boolean): LoadRates {
  const rate = (name: string) => medianOf(stage, name);
  return { csv: rate('load CSV'), binary: rate('load binary'), unlogged: rate('load CSV, unlogged'), local, use, busy };
}

function medianOf({ figures }: Stage, name: string): number {
  const found = figures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nothing was measured as "${name}"`);
  return found.median;
}
