/**
 * --to FOLDER/: a file for each shard, the vehicles, and a manifest that is written last. Unless it replaces another, the
 * folder is filled in place, so that a load that was killed can be resumed; a replacement is made beside the folder.
 */
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { requestError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { VehicleColumns } from '../../columns/vehicle.js';
import { datasetIdentity, identityText } from '../../plan/dataset-identity.js';
import type { Shard } from '../../plan/shards.js';
import { fillVehicles } from '../../simulate/vehicle-rows.js';
import { openFileOutput } from '../files/file-output.js';
import { openError, writeError } from '../files/output-errors.js';
import { TableOutput } from '../files/table-output.js';
import type { IfExists, Load, LoadResult, LoadTarget, OrderedFile, WorkerSinkSpec } from '../load-target.js';
import type { ShardDigest } from '../shard-sink.js';
import { type Choice, chooseFolder } from './choose-folder.js';
import { type JournalLine, readJournal } from './journal.js';
import { type FolderTable, hiddenBeside, MANIFEST, partPath, REQUEST, STATE, TABLES } from './layout.js';
import { type FolderLoad, folderLoadOf, type Manifest, type PartFile } from './manifest.js';
import { writeJson } from './write-json.js';

export interface FolderTargetOptions {
  /** With or without a slash at its end. */
  readonly path: string;
  readonly file: OrderedFile;
  readonly ifExists: IfExists;
}

/** `open` throws a requestError for a folder that can't be written or holds something else. */
export function createFolderTarget(options: FolderTargetOptions): LoadTarget {
  return new FolderTarget(options);
}

class FolderTarget implements LoadTarget {
  readonly resumable: boolean;
  readonly #options: FolderTargetOptions;
  /** Where the folder is to be. */
  #place: string;
  #load: Load | undefined;
  #choice: Choice | undefined;
  /** Where it is made. */
  #folder: string;
  /** The committed parts, as they were last looked for. */
  #lines: ReadonlyMap<number, JournalLine> = new Map();
  #aborted = false;

  constructor(options: FolderTargetOptions) {
    this.#options = options;
    this.resumable = options.ifExists === 'resume';
    this.#place = resolve(options.path);
    this.#folder = this.#place;
  }

  async open(load: Load): Promise<void> {
    const { file, ifExists, path } = this.#options;
    // A symbolic link stays: what it leads to is replaced.
    this.#place = this.#folder = await realpath(this.#place).catch(() => this.#place);
    const asked = folderLoadOf(load, file);
    const choice = await chooseFolder(this.#place, path, ifExists, asked);
    this.#load = load;
    if (choice.kind === 'replace') this.#folder = hiddenBeside(this.#place, load.runId, 'partial');
    this.#choice = choice;
    if (choice.kind === 'done' || choice.kind === 'resume') return;
    await this.#create(load, asked);
  }

  sinkFor(): { spec: WorkerSinkSpec; transfer: [] } {
    const { dataset, runId, truth } = this.#opened();
    const spec: WorkerSinkSpec = {
      kind: 'folder',
      folder: this.#folder,
      file: this.#options.file,
      runId,
      truth,
      firstRecordId: dataset.firstRecordId,
      identity: datasetIdentity(dataset, 0, dataset.rows),
      schemas: { telemetry: dataset.telemetry, truth: dataset.truth },
    };
    return { spec, transfer: [] };
  }

  shardDone(): void {}

  async committed(shards: readonly Shard[]): Promise<ReadonlyMap<number, ShardDigest>> {
    const choice = this.#choice!;
    if (choice.kind === 'done') return doneShards(choice.manifest, shards, this.#opened().dataset.firstRecordId);
    const { dataset } = this.#opened();
    this.#lines = await readJournal(this.#folder, shards, this.#options.file, dataset.firstRecordId);
    return new Map([...this.#lines].map(([index, { digest }]) => [index, digest]));
  }

  async *labels(): AsyncGenerator<Uint8Array> {
    for (const { digest } of this.#lines.values()) if (digest.labels !== undefined) yield digest.labels;
  }

  /** Parts appear as a whole, so that the shard of a thread that died can be made again. */
  isTransient(): boolean {
    return false;
  }

  async finish(): Promise<LoadResult> {
    const load = this.#opened();
    const started = performance.now();
    const choice = this.#choice!;
    const manifest = choice.kind === 'done' ? choice.manifest : await this.#complete(load);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { target: this.#options.path, bytes, finishSeconds: (performance.now() - started) / 1000 };
  }

  async abort(): Promise<string | undefined> {
    this.#aborted = true;
    const kind = this.#choice?.kind;
    if (kind === undefined || kind === 'done') return undefined;
    if (this.resumable) {
      await removePartials(this.#folder);
      return undefined;
    }
    const remove = kind === 'fresh' || kind === 'replace' ? [this.#folder] : this.#own();
    try {
      for (const path of remove) await rm(path, { recursive: true, force: true });
      return undefined;
    } catch (error) {
      return `${this.#folder} can't be removed (${error instanceof Error ? error.message : error}): remove it`;
    }
  }

  async #create(load: Load, asked: FolderLoad): Promise<void> {
    try {
      await mkdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
        // Into an empty folder of the user's.
        if (error.code !== 'EEXIST' || this.#choice?.kind !== 'empty') throw error;
      });
      for (const table of TABLES.filter((each) => each !== 'truth' || load.truth))
        await mkdir(join(this.#folder, table));
      await mkdir(join(this.#folder, STATE));
    } catch (error) {
      await this.abort();
      throw openError(this.#folder, error);
    }
    await writeJson(join(this.#folder, REQUEST), load.runId, asked);
    if (this.#aborted) await this.abort();
  }

  /** What this load makes in a folder that was there. */
  #own(): string[] {
    return [...TABLES, STATE, MANIFEST].map((name) => join(this.#folder, name));
  }

  async #complete(load: Load): Promise<Manifest> {
    const { file } = this.#options;
    const vehicles = await this.#writeVehicles(load);
    const first = load.dataset.firstRecordId;
    const part = (table: FolderTable, shard: Shard, bytes: number, digest: string): PartFile => ({
      table,
      path: partPath(table, shard, first, file),
      rows: shard.to - shard.from,
      bytes,
      range: [shard.from, shard.to],
      digest,
    });
    const files = [vehicles];
    for (const shard of load.shards) {
      const { fileBytes, truthFileBytes, digest } = this.#lines.get(shard.index)!;
      files.push(part('telemetry', shard, fileBytes, digest.digest));
      if (truthFileBytes !== undefined && digest.truth !== undefined)
        files.push(part('truth', shard, truthFileBytes, digest.truth.digest));
    }
    const rows = load.to - load.from;
    const manifest: Manifest = { manifestVersion: 1, ...folderLoadOf(load, file), rows, files };
    await removePartials(this.#folder);
    await writeJson(join(this.#folder, MANIFEST), load.runId, manifest);
    await rm(join(this.#folder, STATE), { recursive: true, force: true });
    if (this.#choice!.kind === 'replace') await this.#swap(load.runId);
    return manifest;
  }

  async #writeVehicles(load: Load): Promise<PartFile> {
    const { dataset, runId } = load;
    const { file } = this.#options;
    const path = partPath('vehicle', { from: 0 }, 0, file);
    const output = await openFileOutput(join(this.#folder, path), runId, true);
    const table = new TableOutput(output, file, {
      schema: dataset.vehicle,
      identity: identityText(datasetIdentity(dataset, 0, dataset.rows), dataset.firstRecordId),
      isStream: false,
    });
    try {
      await table.begin();
      await table.writeRows((from, batch) => fillVehicles(dataset, from, batch as Batch<VehicleColumns>));
      await table.end();
      await output.publish();
    } catch (error) {
      await output.discard();
      throw error;
    }
    return { table: 'vehicle', path, rows: dataset.vehicles, bytes: table.bytes };
  }

  /** The new folder takes the place of the old one, which nobody else has named. */
  async #swap(runId: string): Promise<void> {
    const old = hiddenBeside(this.#place, runId, 'old');
    try {
      await rename(this.#place, old);
      await rename(this.#folder, this.#place);
    } catch (error) {
      throw writeError(this.#place, error);
    }
    this.#folder = this.#place;
    await rm(old, { recursive: true, force: true });
  }

  #opened(): Load {
    if (this.#load === undefined) throw new Error('the target is not open');
    return this.#load;
  }
}

function doneShards({ files }: Manifest, shards: readonly Shard[], first: number): Map<number, ShardDigest> {
  const byFirst = new Map(files.filter(({ table }) => table === 'telemetry').map((file) => [file.range?.[0], file]));
  return new Map(
    shards.map((shard): [number, ShardDigest] => {
      const file = byFirst.get(shard.from);
      if (file?.digest === undefined)
        throw requestError('BAD_FILE', `the manifest has no records from ${first + shard.from} on: replace the folder`);
      return [shard.index, { rows: file.rows, bytes: file.bytes, digest: file.digest }];
    }),
  );
}

/** What a killed run had not finished. */
async function removePartials(folder: string): Promise<void> {
  for (const table of TABLES) {
    const names = await readdir(join(folder, table), { recursive: true }).catch(() => []);
    for (const name of names.filter((each) => /^\..*\.partial$/.test(basename(each))))
      await rm(join(folder, table, name), { force: true });
  }
}
