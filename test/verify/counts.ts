import type { Findings } from '#src/verify/exact/findings.js';

/** Compared, changed, missing, extra, doubled. */
export function counts({ compared, changed, missing, extra, doubled }: Findings): number[] {
  return [compared, changed, missing, extra, doubled];
}
