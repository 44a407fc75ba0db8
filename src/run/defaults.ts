import type { Limit } from '../base/options.js';
import { HOUR_MS } from '../base/time.js';
import { DATASET_LIMITS } from '../plan/request.js';

/** The defaults and limits of a load's options. --help prints them. */
export const DEFAULTS = {
  rows: 1_000_000,
  seed: 42,
  intervalSeconds: 10,
  start: '2026-01-05',
  to: 'embedded',
  table: 'fleet_telemetry',
  schema: 'public',
  ifExists: 'fail',
  copyFormat: 'binary',
} as const;

export const COPY_FORMATS = ['binary', 'csv'] as const;
/** The format of COPY; the values are the same either way. */
export type CopyFormat = (typeof COPY_FORMATS)[number];

export const LIMITS = {
  ...DATASET_LIMITS,
  fileRows: { min: 1024, max: 1e9, example: '1000000' },
  parts: { min: 1, max: 100_000, example: '4' },
  part: { min: 1, max: 100_000, example: '1' },
  workers: { min: 1, max: 256, example: '4' },
  keepPrevious: { min: 0, max: 100, example: '3' },
  swapTimeoutMs: { min: 1, max: HOUR_MS, example: '300000' },
} as const satisfies Record<string, Limit>;
