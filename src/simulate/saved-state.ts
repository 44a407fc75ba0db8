/** Saves the numeric fields of objects in one array and restores them: the state that a parked vehicle must keep. */

type Numbers = Record<string, unknown>;

/** The numbers in the objects' own fields (of a typed array: its elements), in the order of the fields. */
export function saveNumbers(objects: readonly object[]): Float64Array {
  const saved: number[] = [];
  for (const object of objects) {
    for (const value of Object.values(object)) if (typeof value === 'number') saved.push(value);
  }
  return Float64Array.from(saved);
}

/** Restores saved numbers into objects of the same shapes. */
export function restoreNumbers(objects: readonly object[], saved: Float64Array): void {
  let at = 0;
  for (const object of objects as readonly Numbers[]) {
    for (const key of Object.keys(object)) if (typeof object[key] === 'number') object[key] = saved[at++];
  }
}
