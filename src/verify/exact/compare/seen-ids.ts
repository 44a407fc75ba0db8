/**
 * The ids that were expected and found, mostly in order. Memory grows with the gaps between them, and with
 * those out of order.
 */
export class SeenIds {
  private readonly firsts: number[] = [];
  private readonly lasts: number[] = [];
  private readonly apart = new Set<number>();

  add(id: number): void {
    const last = this.lasts.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (id <= last) this.apart.add(id);
    else if (last === id - 1) this.lasts[this.lasts.length - 1] = id;
    else {
      this.firsts.push(id);
      this.lasts.push(id);
    }
  }

  has(id: number): boolean {
    let low = 0;
    for (let high = this.firsts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.lasts[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return (low < this.firsts.length && this.firsts[low]! <= id) || this.apart.has(id);
  }
}
