/** The dataset that everything is measured with: the defaults of `fleetgen generate`, at the size asked for. */
import { type Dataset, planDataset } from '../../plan/dataset.js';
import { shardsOf } from '../../plan/shards.js';
import { DEFAULTS } from '../../run/defaults.js';

export function benchDataset(rows: number): Dataset {
  const { seed, start, intervalSeconds } = DEFAULTS;
  return planDataset({ seed, start, intervalSeconds, rows });
}

/** Cuts the records into about equal ranges, where shards end: what `parts` processes or files get. */
export function equalRanges(dataset: Dataset, parts: number): [from: number, to: number][] {
  const shards = shardsOf(dataset, 0, dataset.rows);
  const cuts = Array.from({ length: parts + 1 }, (_, part) => {
    const shard = shards[Math.round((part * shards.length) / parts)];
    return shard?.from ?? dataset.rows;
  });
  return cuts.slice(1).map((to, part) => [cuts[part]!, to]);
}
