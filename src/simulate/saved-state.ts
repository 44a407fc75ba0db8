/** The numbers of some objects as one array, and back: what a parked vehicle needs to keep, whatever fields it has. */

type Numbers = Record<string, unknown>;

/** The numbers in the objects' own fields (or, of a typed array, its elements), in the order of the fields. */
export function saveNumbers(objects: readonly object[]): Float64Array {
  const saved: number[] = [];
  for (const object of objects) {
    for (const value of Object.values(object)) if (typeof value === 'number') saved.push(value);
  }
  return Float64Array.from(saved);
}

/** Gives objects of the same shapes the numbers that were saved. */
export function restoreNumbers(objects: readonly object[], saved: Float64Array): void {
  let at = 0;
  for (const object of objects as readonly Numbers[]) {
    for (const key of Object.keys(object)) if (typeof object[key] === 'number') object[key] = saved[at++];
  }
}
