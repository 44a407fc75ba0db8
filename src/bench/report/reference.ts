/**
 * The figures of a score of 1000: rounded figures of a virtual Intel Xeon with 2 cores and 24 GiB, otherwise idle, with
 * Node 20.20.2 and the embedded PostgreSQL 18.4. Changing a figure here changes what scores mean: raise FORMAT_VERSION.
 */
import type { StageName } from './report.js';

export const REFERENCE_FIGURES: Readonly<Record<StageName, Readonly<Record<string, number>>>> = {
  'one core': { simulate: 4_300_000, encode: 6_800_000, make: 2_000_000 },
  'all cores': { simulate: 8_000_000, encode: 13_400_000, make: 4_000_000 },
  memory: { 'copy, one thread': 10.5e9, 'copy, all threads': 13e9, latency: 260e-9 },
  disk: { write: 300e6, sync: 0.28e-3 },
  postgres: { 'load CSV': 350_000, 'load binary': 375_000, 'key and index': 640_000 },
};
