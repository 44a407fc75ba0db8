/**
 * The worker's end of a folder: each shard becomes a file of its own, which appears under its name when it is complete,
 * and then a line of the journal.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CODECS } from '../../base/compression/codecs.js';
import type { BlockEntry } from '../../encode/block-writer.js';
import { identityText } from '../../plan/dataset-identity.js';
import type { Shard } from '../../plan/shards.js';
import { openFileOutput } from '../files/file-output.js';
import { writeError } from '../files/output-errors.js';
import { TableOutput } from '../files/table-output.js';
import type { WorkerSinkSpec } from '../load-target.js';
import type { RowEncoding, ShardDigest, ShardSink } from '../shard-sink.js';
import { type JournalLine, lineText } from './journal.js';
import { type FolderTable, JOURNAL, partPath } from './layout.js';

type Bytes = Uint8Array<ArrayBuffer>;
type FolderSpec = Extract<WorkerSinkSpec, { kind: 'folder' }>;

export function openFolderSink(spec: FolderSpec): ShardSink {
  return new FolderSink(spec);
}

class FolderSink implements ShardSink {
  readonly encoding: RowEncoding;
  readonly truthEncoding: RowEncoding | undefined;
  readonly #spec: FolderSpec;
  #shard: Shard | undefined;
  #main: TableOutput | undefined;
  #truth: TableOutput | undefined;

  constructor(spec: FolderSpec) {
    this.#spec = spec;
    const { kind, options } = spec.file;
    this.encoding = { format: kind.format, options };
    this.truthEncoding = spec.truth ? this.encoding : undefined;
  }

  async begin(shard: Shard): Promise<void> {
    this.#shard = shard;
    this.#main = await this.#open('telemetry', shard);
    await this.#main.begin();
  }

  async write(buffer: Bytes, length: number): Promise<Bytes> {
    const { compression } = this.#spec.file.kind;
    const bytes = buffer.subarray(0, length);
    await this.#current().write(compression === undefined ? bytes : CODECS[compression].compress(bytes));
    return buffer;
  }

  async beginTruth(): Promise<void> {
    await this.#main!.end();
    this.#truth = await this.#open('truth', this.#shard!);
    await this.#truth.begin();
  }

  addBlock(entry: BlockEntry): void {
    this.#current().addBlocks([entry]);
  }

  /** The records last: where they are, so is their truth. */
  async commit({ rows, bytes, digest, truth, labels }: ShardDigest): Promise<void> {
    await this.#current().end();
    await this.#truth?.output.publish();
    await this.#main!.output.publish();
    const line: JournalLine = {
      index: this.#shard!.index,
      fileBytes: this.#main!.bytes,
      ...(this.#truth && { truthFileBytes: this.#truth.bytes }),
      digest: { rows, bytes, digest, ...(truth && { truth }), ...(labels && { labels }) },
    };
    const journal = join(this.#spec.folder, JOURNAL);
    // One write, which appends as a whole.
    await appendFile(journal, lineText(line)).catch((error: unknown) => {
      throw writeError(journal, error);
    });
    this.#main = undefined;
    this.#truth = undefined;
  }

  async abort(): Promise<void> {
    await this.#main?.output.discard();
    await this.#truth?.output.discard();
    this.#main = undefined;
    this.#truth = undefined;
  }

  async close(): Promise<void> {}

  #current(): TableOutput {
    const current = this.#truth ?? this.#main;
    if (current === undefined) throw new Error('no shard has begun');
    return current;
  }

  async #open(table: FolderTable, shard: Shard): Promise<TableOutput> {
    const { folder, file, runId, firstRecordId, identity, schemas } = this.#spec;
    const path = join(folder, partPath(table, shard, firstRecordId, file));
    await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
      throw writeError(path, error);
    });
    const schema = table === 'truth' ? schemas.truth : schemas.telemetry;
    const { from, to } = shard;
    const own = identityText({ ...identity, range: [from, to] }, firstRecordId);
    return new TableOutput(await openFileOutput(path, runId, true), file, { schema, identity: own, isStream: false });
  }
}
