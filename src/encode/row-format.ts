/** How encoded bytes hold the rows of the main table. Ground truth is always CSV. */
export type RowFormat = 'csv' | 'pgbinary';
