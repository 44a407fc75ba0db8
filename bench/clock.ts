/** Milliseconds since 1970, finer than Date.now(): the clock that the processes of a measurement share. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
