/** Statistics of the values of several rounds. */

/** Throws if there are no values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('there is no median of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How far the lowest and the highest are from the median, as "-3 .. +2 %"; empty if there is only one. */
export function spreadText(values: readonly number[]): string {
  const middle = median(values);
  if (values.length < 2 || middle <= 0) return '';
  const percent = (value: number) => `${value >= middle ? '+' : ''}${((value / middle - 1) * 100).toFixed(0)}`;
  return `${percent(Math.min(...values))} .. ${percent(Math.max(...values))} %`;
}
