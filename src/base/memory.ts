import { totalmem } from 'node:os';

/** Bytes of memory that this machine or container may use. */
export function usableMemory(): number {
  // In a container, its limit; systems without one report zero or a huge number.
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
