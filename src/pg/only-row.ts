/** The row of a query that always returns one. Throws if it returned none, which is a bug in the query. */
export function onlyRow<Row>({ rows }: { readonly rows: readonly Row[] }): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a query that has one row gave none');
  return row;
}
