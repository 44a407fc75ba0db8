/** The row of a query that always has one. Throws where it has none, which is a mistake of the query. */
export function onlyRow<Row>({ rows }: { readonly rows: readonly Row[] }): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a query that has one row gave none');
  return row;
}
