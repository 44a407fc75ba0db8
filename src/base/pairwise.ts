/** Each value of a list with the one after it: one pair fewer than values. */
export function pairwise<T>(values: readonly T[]): (readonly [T, T])[] {
  return values.slice(1).map((value, i) => [values[i]!, value] as const);
}
