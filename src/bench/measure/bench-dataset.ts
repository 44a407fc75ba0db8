/** The dataset for all measurements: the defaults of `fleetgen generate`, at the given size. */
import { type Dataset, planDataset } from '../../plan/dataset.js';
import { shardsOf } from '../../plan/shards.js';
import { DEFAULTS } from '../../run/defaults.js';

export function benchDataset(rows: number): Dataset {
  const { seed, start, intervalSeconds } = DEFAULTS;
  return planDataset({ seed, start, intervalSeconds, rows });
}

/** Divides the records into about equal ranges at ends of shards, one for each of `parts` processes or files. */
export function splitEvenly(dataset: Dataset, parts: number): [from: number, to: number][] {
  const shards = shardsOf(dataset, 0, dataset.rows);
  const cuts = Array.from({ length: parts + 1 }, (_, part) => {
    const shard = shards[Math.round((part * shards.length) / parts)];
    return shard?.from ?? dataset.rows;
  });
  return cuts.slice(1).map((to, part) => [cuts[part]!, to]);
}
