/**
 * One draw for a key: a keyed hash of 32 bits, for decisions that are asked for alone and often (does this vehicle
 * drive this week?). The mixing is MurmurHash3's finalizer (Austin Appleby), once a word, so one flipped bit flips half
 * of them.
 */
export function hash32(key: number, subject: number): number {
  let h = Math.imul(key ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h ^ subject, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The same, uniform in [0, 1). */
export function hashUniform(key: number, subject: number): number {
  return hash32(key, subject) * 2.3283064365386963e-10;
}
