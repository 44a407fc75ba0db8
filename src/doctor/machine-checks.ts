/** Node.js, processor, memory and disk. */
import { availableParallelism } from 'node:os';
import { COMPRESSIONS } from '../base/compression/compression.js';
import { formatBytes } from '../base/format-numbers.js';
import { usableMemory } from '../base/memory.js';
import { supportedNode } from '../base/package.js';
import { plural } from '../base/text.js';
import { freeBytes } from '../bench/measure/disk.js';
import { type Check, failed, note, ok } from './check.js';
import { isInRange } from './node-version.js';

/** Measured: 131 MB with two threads into no database. Declared, with a margin for one. */
const BASE_BYTES = 200e6;
const BYTES_PER_THREAD = 60e6;

/** Less than an empty embedded server. Declared. */
const NO_DISK_BYTES = 100e6;
/** Less than the default million records with keys, indexes and write-ahead log. Declared. */
const LITTLE_DISK_BYTES = 2e9;

/** What the checks look at. */
export interface Machine {
  /** Like v20.19.4. */
  readonly node: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly availableBytes: number;
  /** Of the disk of the working directory; a system error if it is not known. */
  readonly diskBytes: number | Error;
  /** What this Node.js lacks for zstd. */
  readonly zstdLacks: string | undefined;
}

export async function thisMachine(): Promise<Machine> {
  return {
    node: process.version,
    cores: availableParallelism(),
    memoryBytes: usableMemory(),
    availableBytes: process.availableMemory(),
    diskBytes: await freeBytes('.').catch((error: Error) => error),
    zstdLacks: COMPRESSIONS.zstd.lacks,
  };
}

export function machineChecks(machine: Machine): Check[] {
  const { node, cores, zstdLacks } = machine;
  const range = supportedNode();
  const version = node.replace(/^v/, '');
  return [
    isInRange(node, range)
      ? ok('node', `Node.js ${version}`)
      : failed('node', `Node.js ${version} is not supported (${range}): install one that is`),
    zstdLacks === undefined
      ? ok('zstd', '.zst files and Parquet with --codec zstd')
      : note('zstd', `.zst files and Parquet with --codec zstd need ${zstdLacks}`),
    ok('cores', `${cores}: ${cores} ${plural(cores, 'thread')} by default (--workers)`),
    memoryCheck(machine),
    diskCheck(machine.diskBytes),
  ];
}

function memoryCheck({ memoryBytes, availableBytes, cores }: Machine): Check {
  const found = `${formatBytes(memoryBytes)}, ${formatBytes(Math.min(availableBytes, memoryBytes))} available`;
  if (Math.min(availableBytes, memoryBytes) >= BASE_BYTES + cores * BYTES_PER_THREAD) return ok('memory', found);
  return note('memory', `${found}: little for ${cores} ${plural(cores, 'thread')}; give fewer --workers`);
}

function diskCheck(free: number | Error): Check {
  if (free instanceof Error) return note('disk', `free space of the working directory is not known (${free.message})`);
  const found = `${formatBytes(free)} free in the working directory`;
  if (free < NO_DISK_BYTES) return failed('disk', `${found}: free some space, or work in another directory`);
  if (free < LITTLE_DISK_BYTES) return note('disk', `${found}: a million records take up to 1 GB in a database`);
  return ok('disk', found);
}
