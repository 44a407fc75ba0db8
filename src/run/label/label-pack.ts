/**
 * A compact encoding of label counts: of ten thousand scores a shard has about a thousand, whose counts are stored
 * beside its digest.
 */
import { emptyLabelCounts, type LabelCounts } from './label-quality.js';

const CONTINUES = 0x80;

/** For each non-zero entry, the distance from the previous one and the count; both as LEB128. */
export function packLabels(counts: LabelCounts): Uint8Array {
  const bytes: number[] = [];
  let last = 0;
  counts.forEach((count, at) => {
    if (count === 0) return;
    put(bytes, at - last);
    put(bytes, count);
    last = at;
  });
  return Uint8Array.from(bytes);
}

export function unpackLabels(bytes: Uint8Array): LabelCounts {
  const counts = emptyLabelCounts();
  let at = 0;
  let next = 0;
  const take = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= CONTINUES) {
      const byte = bytes[next++]!;
      value += (byte & ~CONTINUES) * unit;
      if (byte < CONTINUES) return value;
    }
  };
  while (next < bytes.length) {
    at += take();
    counts[at] = take();
  }
  return counts;
}

function put(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= CONTINUES; rest = Math.floor(rest / CONTINUES)) bytes.push((rest % CONTINUES) | CONTINUES);
  bytes.push(rest);
}
