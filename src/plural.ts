/** Counts in sentences. */

/** The noun as it stands after the count: 1 vehicle, 2 vehicles, 0 vehicles. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
