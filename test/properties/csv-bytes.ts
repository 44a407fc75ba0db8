/** Compares pieces of a CSV with the whole of it. */
import assert from 'node:assert/strict';

/** The offset of each line, and the end. */
export function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}

/** Equal bytes; a difference is shown as the first line that differs, not as megabytes. */
export function same(actual: Buffer, expected: Buffer): void {
  if (actual.equals(expected)) return;
  const [found, wanted] = [actual, expected].map((bytes) => bytes.toString('latin1').split('\n'));
  const at = found!.findIndex((line, i) => line !== wanted![i]);
  assert.equal(found![at], wanted![at], `line ${at}`);
  assert.fail(`${actual.length} bytes, not ${expected.length}`);
}
