/**
 * Disjoint sets of the numbers from 0 to below `size` (union-find with path halving); at first each is a set of its
 * own.
 */
export class DisjointSets {
  private readonly parent: Int32Array;

  constructor(size: number) {
    this.parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  /** The representative of the set that contains a number. */
  find(element: number): number {
    const { parent } = this;
    let n = element;
    while (parent[n] !== n) n = parent[n] = parent[parent[n]!]!;
    return n;
  }

  /** Merges two sets: the second one's representative represents both. */
  union(a: number, b: number): void {
    this.parent[this.find(a)] = this.find(b);
  }
}
