/** A binary min-heap ordered by the time of the next message, then by record_id. */
export interface HeapEntry {
  /** Virtual milliseconds. */
  time: number;
  recordId: number;
}

export class ArrivalHeap<T extends HeapEntry> {
  private readonly items: T[] = [];

  get top(): T | undefined {
    return this.items[0];
  }

  get size(): number {
    return this.items.length;
  }

  push(item: T): void {
    const { items } = this;
    let i = items.length;
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, items[parent]!)) break;
      items[i] = items[parent]!;
      i = parent;
    }
    items[i] = item;
  }

  /** Restores the heap order after the top's time has increased. */
  settleTop(): void {
    const { items } = this;
    const item = items[0]!;
    const { length } = items;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      if (child + 1 < length && before(items[child + 1]!, items[child]!)) child++;
      if (!before(items[child]!, item)) break;
      items[i] = items[child]!;
      i = child;
    }
    items[i] = item;
  }

  removeTop(): void {
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return;
    this.items[0] = last;
    this.settleTop();
  }
}

function before(a: HeapEntry, b: HeapEntry): boolean {
  return a.time < b.time || (a.time === b.time && a.recordId < b.recordId);
}
