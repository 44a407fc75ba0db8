/**
 * A table read through a server-side cursor into a batch of columns: the server sorts, and only a few thousand rows are
 * held in memory.
 */

import { runError } from '../base/errors.js';
import { type Batch, createBatch } from '../columns/batch.js';
import type { Arrays, TableSchema } from '../columns/column.js';
import type { Client } from '../pg/client.js';
import { qualified, quote, type TableRef } from '../pg/identifiers.js';
import { storedFieldReader } from './field-reader.js';

const TEXT_ONLY = { getTypeParser: () => (text: string) => text };

export interface CursorOptions<Known extends Arrays> {
  /** Name of the cursor, unique in the transaction. */
  readonly name: string;
  readonly schema: TableSchema<Known>;
  readonly ref: TableRef;
  /** SQL. */
  readonly orderBy: string;
  /** Rows of a batch. */
  readonly fetchRows: number;
  /** What to do about an impossible value: the end of the error message. */
  readonly fix: string;
}

export class TableCursor<Known extends Arrays> {
  /** The rows last fetched; reused by the next fetch. */
  readonly batch: Batch<Known>;
  private readonly fields;

  private constructor(
    private readonly client: Client,
    private readonly options: CursorOptions<Known>,
  ) {
    const { schema, fetchRows } = options;
    this.batch = createBatch(schema, fetchRows);
    this.fields = schema.columns.map((column) => ({
      array: this.batch.arrays[column.name]!,
      name: column.name,
      read: storedFieldReader(column),
    }));
  }

  /** Declares the cursor; the client must be in a transaction, whose snapshot all rows are from. */
  static async open<Known extends Arrays>(client: Client, options: CursorOptions<Known>): Promise<TableCursor<Known>> {
    const { name, schema, ref, orderBy } = options;
    const columns = schema.columns.map(({ name: column, kind }) =>
      kind === 'timestamp' ? `(extract(epoch FROM ${quote(column)}) * 1000)::bigint` : quote(column),
    );
    const select = `SELECT ${columns.join(', ')} FROM ${qualified(ref)} ORDER BY ${orderBy}`;
    await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${select}`);
    return new TableCursor(client, options);
  }

  /**
   * Fetches the next rows into the batch; returns their number, 0 at the end. Throws a runError for an impossible
   * value.
   */
  async fetch(): Promise<number> {
    const { name, fetchRows } = this.options;
    const text = `FETCH FORWARD ${fetchRows} FROM ${name}`;
    const { rows } = await this.client.query<(string | null)[]>({ text, rowMode: 'array', types: TEXT_ONLY });
    rows.forEach((row, r) => {
      this.store(row, r);
    });
    this.batch.length = rows.length;
    return rows.length;
  }

  private store(row: readonly (string | null)[], r: number): void {
    const { ref, fix } = this.options;
    this.fields.forEach(({ array, name, read }, c) => {
      try {
        array[r] = read(row[c] ?? null);
      } catch (error) {
        const why = (error as Error).message;
        throw runError('BAD_ROW', `${qualified(ref)} holds a ${name} that no record has (${why}): ${fix}`, error);
      }
    });
  }
}
