/** What a load is when nobody says otherwise, and the limits of what can be asked. --help prints these. */
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
export type CopyFormat = (typeof COPY_FORMATS)[number];

export const IF_EXISTS = ['fail', 'append', 'replace', 'resume'] as const;
export type IfExists = (typeof IF_EXISTS)[number];

export interface Limit {
  readonly min: number;
  readonly max: number;
  /** What an error message shows as a good value. */
  readonly example: string;
}

export const LIMITS = {
  rows: { min: 1, max: 1e12, example: '1000000, 1_000_000 or 1e6' },
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER, example: '42' },
  vehicles: { min: 1, max: 50_000_000, example: '500' },
  days: { min: 1, max: 40_000, example: '14' },
  intervalSeconds: { min: 1, max: 300, example: '10' },
  workers: { min: 1, max: 256, example: '4' },
  keepPrevious: { min: 0, max: 100, example: '3' },
  firstRecordId: { min: 0, max: Number.MAX_SAFE_INTEGER, example: '1000000' },
} as const satisfies Record<string, Limit>;
