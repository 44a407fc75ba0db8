/**
 * Compares a range of a table with the simulation as a whole, by digests of PostgreSQL's binary COPY. That costs
 * less than reading the values, and is nearly always sufficient.
 */
import { PGBINARY_HEADER, PGBINARY_TRAILER } from '../../../encode/pgbinary.js';
import type { RowWriter } from '../../../encode/row-writer.js';
import type { Client } from '../../../pg/client.js';
import { RowDigest } from '../../../sinks/row-digest.js';
import type { Rows } from './compare-rows.js';
import { type ComparedTable, copyOut } from './compare-table.js';

/**
 * Reads in the client's transaction. `writer` is the binary writer of the table's schema. Throws the server's errors.
 */
export async function equalDigests(
  client: Client,
  table: ComparedTable,
  expected: Rows,
  writer: RowWriter,
): Promise<boolean> {
  const [found, wanted] = await Promise.all([digestOfCopy(copyOut(client, table)), digestOfRows(expected, writer)]);
  return found === wanted;
}

async function digestOfCopy(pieces: AsyncIterable<Buffer>): Promise<string> {
  const digest = new RowDigest('pgbinary');
  for await (const piece of pieces) digest.add(piece);
  return digest.end().digest;
}

async function digestOfRows(rows: Rows, writer: RowWriter): Promise<string> {
  const digest = new RowDigest('pgbinary');
  const bytes = new Uint8Array(rows.batch.capacity * writer.maxRowBytes);
  digest.add(PGBINARY_HEADER);
  while (await rows.next()) digest.add(bytes, writer.write(rows.batch, 0, rows.batch.length, bytes, 0));
  digest.add(PGBINARY_TRAILER);
  return digest.end().digest;
}
