/**
 * What a score of 1000 is: round figures near those of a virtual Intel Xeon with 2 cores and 24 GiB, with Node 20.20.2 and the
 * embedded PostgreSQL 18.4. Changing a figure here changes what scores mean: raise FORMAT_VERSION.
 */
import { speedup } from './figures.js';
import type { Figure, StageName } from './report.js';

export const REFERENCE: Readonly<Record<StageName, Readonly<Record<string, number>>>> = {
  'one core': { simulate: 4_300_000, encode: 7_200_000, make: 2_100_000 },
  'all cores': { simulate: 8_000_000, encode: 13_000_000, make: 3_900_000 },
  memory: { 'copy, one thread': 7e9, 'copy, all threads': 9e9, latency: 300e-9 },
  disk: { write: 450e6, sync: 0.3e-3 },
  postgres: { 'load CSV': 450_000, 'load binary': 550_000, 'key and index': 600_000 },
};

/** 1000 times the geometric mean of how much faster than the reference each figure is that the reference has. */
export function stageScore(stage: StageName, figures: readonly Figure[]): number {
  const ratios = figures.flatMap(({ name, unit, median }) => {
    const reference = REFERENCE[stage][name];
    return reference === undefined ? [] : [speedup(unit, median, reference)];
  });
  const product = ratios.reduce((all, ratio) => all * ratio, 1);
  return Math.round(1000 * product ** (1 / ratios.length));
}
