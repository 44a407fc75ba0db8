/** The disk under a folder: sequential write rate with syncs, and how long a small write takes to be durable. */

import { randomFillSync } from 'node:crypto';
import { fdatasyncSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { runError } from '../../base/errors.js';
import { writeError } from '../../sinks/files/output-errors.js';
import { StageRecorder } from '../report/figures.js';
import type { Stage } from '../report/report.js';
import { interleave } from './interleave.js';
import { median } from './round-statistics.js';
import type { BenchSize } from './size.js';

const MIB = 1024 * 1024;
/** Size of a write; random bytes, so that compressing file systems gain nothing. */
const BLOCK_BYTES = 4 * MIB;
/** The file is synced after this much, as writes to the page cache don't measure the disk. */
const STEP_BYTES = 64 * MIB;
/** A PostgreSQL page: a commit writes at least one to the write-ahead log. */
const PAGE_BYTES = 8192;
/** Linux's f_type of an in-memory file system. */
const TMPFS = 0x01021994;

export interface DiskOptions {
  readonly folder: string;
  readonly size: BenchSize;
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((round: string) => void) | undefined;
}

/** Throws a runError if the folder's disk has less than `bytes` free. */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= bytes) return;
  const [needed, there] = [bytes, free].map((each) => (each / 1e9).toFixed(1));
  throw runError(
    'DISK_FULL',
    `the disk of ${folder} has ${there} GB free and the bench needs ${needed}: free some space or name another --folder`,
  );
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Whether the folder is on an in-memory file system, so that no disk would be measured. */
export async function isInMemory(folder: string): Promise<boolean> {
  return process.platform === 'linux' && (await statfs(folder)).type === TMPFS;
}

/** Writes into a file in the folder, and removes it. Throws a runError if the disk refuses. */
export async function measureDisk({ folder, size, signal, onRound }: DiskOptions): Promise<Stage> {
  const recorder = new StageRecorder();
  const path = join(folder, 'disk');
  const withFile = async (use: (file: FileHandle) => Promise<void>) => {
    const file = await open(path, 'w');
    try {
      await use(file);
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  };
  const sequential = () =>
    withFile(async (file) => recorder.add('write', 'bytes/s', await writeRate(file, size, signal)));
  const durable = () => withFile(async (file) => recorder.add('sync', 's', await syncSeconds(file, size, signal)));
  try {
    await interleave(size.rounds, [sequential, durable], (round) => onRound?.(`disk, ${round}`));
  } catch (error) {
    signal?.throwIfAborted();
    throw writeError(path, error);
  }
  return recorder.stage('disk');
}

/** Bytes per second, syncs included, until the time or the file's size is reached. */
async function writeRate(file: FileHandle, size: BenchSize, signal: AbortSignal | undefined): Promise<number> {
  const block = randomFillSync(Buffer.allocUnsafe(BLOCK_BYTES));
  const started = performance.now();
  let bytes = 0;
  do {
    const end = Math.min(bytes + STEP_BYTES, size.diskBytes);
    while (bytes < end) {
      signal?.throwIfAborted();
      bytes += (await file.write(block, 0, Math.min(BLOCK_BYTES, end - bytes))).bytesWritten;
    }
    await file.datasync();
  } while (bytes < size.diskBytes && performance.now() - started < size.diskSeconds * 1000);
  return (bytes / (performance.now() - started)) * 1000;
}

/** Median time of appending a page and syncing. Synchronous, as a thread hop would cost as much. */
async function syncSeconds(file: FileHandle, size: BenchSize, signal: AbortSignal | undefined): Promise<number> {
  const page = randomFillSync(Buffer.allocUnsafe(PAGE_BYTES));
  const seconds: number[] = [];
  const started = performance.now();
  do {
    signal?.throwIfAborted();
    const before = performance.now();
    writeSync(file.fd, page);
    fdatasyncSync(file.fd);
    seconds.push((performance.now() - before) / 1000);
    await breathe();
  } while (performance.now() - started < size.diskSeconds * 500);
  return median(seconds);
}
