/**
 * The journal of an unfinished load: a line for each part, written after the part. A part without its line, or of
 * another size, is made again.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shard } from '../../plan/shards.js';
import { errorCode, openError } from '../files/output-errors.js';
import type { OrderedFile } from '../load-target.js';
import type { ShardDigest } from '../shard-sink.js';
import { JOURNAL, partPath } from './layout.js';

export interface JournalLine {
  /** Of the shard. */
  readonly index: number;
  readonly fileBytes: number;
  readonly truthFileBytes?: number;
  readonly digest: ShardDigest;
}

export function lineText(line: JournalLine): string {
  const { labels, ...digest } = line.digest;
  const text = labels && Buffer.from(labels).toString('base64');
  return `${JSON.stringify({ ...line, digest: { ...digest, ...(text && { labels: text }) } })}\n`;
}

/** The lines of the shards whose parts stand, by index. A last line that was cut off counts for nothing. */
export async function readJournal(
  folder: string,
  shards: readonly Shard[],
  file: OrderedFile,
  firstRecordId: number,
): Promise<Map<number, JournalLine>> {
  const path = join(folder, JOURNAL);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '';
    throw openError(path, error);
  });
  const byIndex = new Map(shards.map((shard) => [shard.index, shard]));
  const lines = new Map<number, JournalLine>();
  for (const line of text.split('\n').map(parsed)) {
    const shard = line && byIndex.get(line.index);
    if (line === undefined || shard === undefined) continue;
    const first = firstRecordId + shard.from;
    const isWhole =
      (await sizeOf(join(folder, partPath('telemetry', first, file)))) === line.fileBytes &&
      (line.truthFileBytes === undefined ||
        (await sizeOf(join(folder, partPath('truth', first, file)))) === line.truthFileBytes);
    if (isWhole) lines.set(line.index, line);
    else lines.delete(line.index);
  }
  return lines;
}

function parsed(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text);
    const { labels } = line.digest;
    if (labels === undefined) return line;
    return { ...line, digest: { ...line.digest, labels: new Uint8Array(Buffer.from(labels, 'base64')) } };
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
