/**
 * The same properties as an object of fixed shape, all of them inside the object itself: one that is put together
 * property by property becomes a dictionary or keeps most of them in an array behind it, and loops over records pay for
 * both.
 */
export function fixedShape<T extends object>(object: T): T {
  // The source is made of quoted names alone.
  const members = Object.keys(object).map((name, i) => `${JSON.stringify(name)}: values[${i}]`);
  return new Function('values', `return { ${members.join(', ')} };`)(Object.values(object)) as T;
}
