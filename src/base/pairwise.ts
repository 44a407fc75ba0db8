/** Each value of a list with the one after it: one pair fewer than values. */
export function pairwise<T>(values: readonly T[]): (readonly [T, T])[] {
  const pairs: (readonly [T, T])[] = [];
  for (let i = 1; i < values.length; i++) pairs.push([values[i - 1]!, values[i]!]);
  return pairs;
}
