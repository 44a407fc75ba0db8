/** A real file system with little space, where one is available. */
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 1 << 20;
/** An existing one is filled up, so it must not be large; and a load with its index must fit. */
const SIZE = { min: 56 * MIB, max: 256 * MIB };

export interface SmallDisk {
  /** Empty, and on the small file system. */
  readonly folder: string;
  /** Leaves at most that much space free. */
  leave(mebibytes: number): void;
  close(): void;
}

/** A new one if mounting is allowed, else an existing small one such as a container's /dev/shm; else undefined. */
export function openSmallDisk(): SmallDisk | undefined {
  const own = mkdtempSync(join(tmpdir(), 'fleetgen-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE.min + 8 * MIB}`, 'tmpfs', own], { stdio: 'pipe' });
    return diskAt(own, () => execFileSync('umount', [own]));
  } catch {
    rmSync(own, { recursive: true });
  }
  const standing = memoryFileSystems().find(isSmall);
  return standing === undefined ? undefined : diskAt(mkdtempSync(join(standing, 'fleetgen-small-')), () => undefined);
}

function memoryFileSystems(): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')).flatMap(([, place, type]) => (type === 'tmpfs' ? [place!] : []));
}

function isSmall(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    const free = freeBytes(place);
    return free >= SIZE.min && free <= SIZE.max;
  } catch {
    return false;
  }
}

function freeBytes(place: string): number {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

function diskAt(root: string, release: () => void): SmallDisk {
  // The server's user passes through here.
  chmodSync(root, 0o755);
  const folder = join(root, 'folder');
  const filler = join(root, 'filler');
  mkdirSync(folder);
  return {
    folder,
    leave(mebibytes) {
      rmSync(filler, { force: true });
      const zeros = Buffer.alloc(MIB);
      const file = openSync(filler, 'w');
      while (freeBytes(root) >= (mebibytes + 1) * MIB) writeSync(file, zeros);
      closeSync(file);
    },
    close() {
      rmSync(folder, { recursive: true });
      rmSync(filler, { force: true });
      release();
      rmSync(root, { recursive: true });
    },
  };
}
