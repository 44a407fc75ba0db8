/** Rows that were sent to a table but not stored, as a BEFORE trigger may return NULL. */
import { type FleetgenError, runError } from '../../base/errors.js';
import type { Client } from '../../pg/client.js';
import { qualified, quote, type TableRef } from '../../pg/identifiers.js';

/** The error for them; names the table's triggers that can discard rows. `what`: "stored 3 of 5 rows ...". */
export async function lostRowsError(client: Client, ref: TableRef, what: string): Promise<FleetgenError> {
  // Bits of tgtype: for each row (1), before (2) or instead (64), on insert (4).
  const found = await client.query<{ name: string }>(
    `SELECT t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND NOT t.tgisinternal AND t.tgenabled <> 'D'
       AND t.tgtype & 5 = 5 AND t.tgtype & 66 <> 0 ORDER BY 1`,
    [ref.schema, ref.table],
  );
  const names = found.rows.map(({ name }) => quote(name));
  const table = qualified(ref);
  if (names.length === 0) return runError('PG_ROWS_LOST', `${what}: run again`);
  const disable = names.map((name) => `ALTER TABLE ${table} DISABLE TRIGGER ${name}`).join('; ');
  const subject = names.length === 1 ? `its trigger ${names[0]} discards` : `its triggers ${names.join(', ')} discard`;
  return runError(
    'PG_ROWS_LOST',
    `${what}, as ${subject} rows: have the owner run ${disable}, or name another --table`,
  );
}
