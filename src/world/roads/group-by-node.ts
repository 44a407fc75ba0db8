/**
 * Groups items by node as compressed sparse rows: fills `first`, which has one entry more than there are nodes, and
 * `items`, so that those of a node are `items[first[node] .. first[node + 1]]`, in the order of the entries.
 */
export function groupByNode(
  entries: readonly (readonly [node: number, item: number])[],
  first: Int32Array,
  items: Int32Array,
): void {
  for (const [node] of entries) first[node + 1]!++;
  for (let i = 1; i < first.length; i++) first[i]! += first[i - 1]!;
  const next = first.slice();
  for (const [node, item] of entries) items[next[node]!++] = item;
}
