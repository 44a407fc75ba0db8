/** What a load would do, found out without touching its target: implements `fleetgen generate --dry-run`. */

import { resolve } from 'node:path';
import { CODECS } from '../base/compression/codecs.js';
import { FILE_DEFAULTS } from '../formats/file-options.js';
import { type DatasetIdentity, datasetIdentity } from '../plan/dataset-identity.js';
import { type Shard, shardsOf } from '../plan/shards.js';
import { refuseExisting } from '../sinks/files/file-output.js';
import { chooseFolder } from '../sinks/folder/choose-folder.js';
import { folderLoadOf } from '../sinks/folder/manifest.js';
import type { IfExists } from '../sinks/load-target.js';
import type { RowEncoding, ShardSink } from '../sinks/shard-sink.js';
import { DEFAULTS } from './defaults.js';
import { type GenerateOptions, type PreparedLoad, prepareLoad } from './generate.js';
import { emptyLabelCounts } from './label/label-quality.js';
import { shardStreamers } from './shards/shard-rows.js';

export interface Preview extends DatasetIdentity {
  readonly target: string;
  readonly rows: number;
  readonly shards: number;
  readonly workers: number;
  /** Of the records, as they are sent to the target; estimated from a sample. */
  readonly estimatedBytes: number;
  /** For generating and encoding on these workers, without what the target takes; estimated from a sample. */
  readonly estimatedSeconds: number;
}

/** Records simulated and encoded for the estimate, after as many that let the code be optimised. */
const SAMPLE_ROWS = 20_000;
/** Of the time of one thread, which has its caches to itself. */
const SHARE_OF_ALONE = 0.8;

/** Throws a requestError for an invalid request, and for a file that exists and must not be replaced. */
export async function previewLoad(options: GenerateOptions): Promise<Preview> {
  const load = await prepareLoad(options);
  const { dataset, from, to, target } = load;
  const { ifExists = DEFAULTS.ifExists } = options;
  if (target.kind === 'file') await refuseExisting(target.path, ifExists === 'replace');
  if (target.kind === 'folder') await refuseFolder(target.path, load, ifExists);
  const shards = shardsOf(dataset, from, to, load.cut).length;
  const workers = Math.min(load.workers, shards);
  const sample = Math.min(SAMPLE_ROWS, to - from);
  const { bytes, seconds } = await measure(load, { index: 0, from, to: from + sample });
  const share = sample === 0 ? 0 : (to - from) / sample;
  return {
    target: options.to ?? DEFAULTS.to,
    rows: to - from,
    ...datasetIdentity(dataset, from, to),
    shards,
    workers,
    estimatedBytes: Math.round(bytes * share),
    estimatedSeconds: (seconds * share) / (workers > 1 ? workers * SHARE_OF_ALONE : 1),
  };
}

async function measure(load: PreparedLoad, sample: Shard): Promise<{ bytes: number; seconds: number }> {
  const stream = shardStreamers(load.dataset)();
  let seconds = 0;
  let bytes = 0;
  for (const _round of ['to be optimised', 'to be measured']) {
    const sink = countingSink(load);
    const started = performance.now();
    await stream(sample, sink, emptyLabelCounts(), { or: async (promise) => promise, progress: () => {} });
    seconds = (performance.now() - started) / 1000;
    bytes = sink.bytes();
  }
  return { bytes, seconds };
}

/** Takes the records as the target would, and counts their bytes. */
function countingSink({ target, format, file }: PreparedLoad): ShardSink & { bytes(): number } {
  const compression = target.kind === 'file' ? target.file.compression : undefined;
  let bytes = 0;
  return {
    encoding: encodingFor(target.kind, { format, options: file }),
    truthEncoding: undefined,
    bytes: () => bytes,
    begin: async () => {},
    beginTruth: async () => {},
    async write(buffer, length) {
      bytes += compression === undefined ? length : CODECS[compression].compress(buffer.subarray(0, length)).length;
      return buffer;
    },
    addBlock: () => {},
    commit: async () => {},
    abort: async () => {},
    close: async () => {},
  };
}

function encodingFor(kind: PreparedLoad['target']['kind'], file: RowEncoding): RowEncoding {
  if (kind === 'embedded' || kind === 'postgres') return { format: 'pgbinary' };
  return kind === 'null' ? { format: 'csv', options: FILE_DEFAULTS } : file;
}

async function refuseFolder(path: string, load: PreparedLoad, ifExists: IfExists): Promise<void> {
  const { format, file: options } = load;
  const kind = { format, compression: undefined };
  await chooseFolder(resolve(path), path, ifExists, folderLoadOf(load, { kind, options }));
}
