/** Tables built beside those they will replace, under names derived from the run. */

import type { Client } from '../../../pg/client.js';
import { qualified, quote, type TableNames } from '../../../pg/identifiers.js';
import { commentStatements, createIndex, createTable, type TableDefinition } from '../ddl.js';

/** Autovacuum would read the table while it is being filled and block index builds; finishTable enables it again. */
const WHILE_BUILDING = ' WITH (autovacuum_enabled = false)';

export async function createBuildTable(
  client: Client,
  schema: string,
  names: TableNames,
  definition: TableDefinition,
  unlogged: boolean,
): Promise<void> {
  const ref = { schema, table: names.build };
  const create = createTable(ref, definition.columns, {
    unlogged,
    storage: WHILE_BUILDING,
    constraintsFor: names.final,
  });
  const comments = commentStatements(ref, definition.columns, definition.comment);
  await client.query([create, ...comments].join(';\n'));
}

/** Undoes an earlier attempt to finish: drops all keys and indexes of the tables, and empties those to be refilled. */
export async function undoFinish(
  client: Client,
  schema: string,
  tables: readonly string[],
  refilled: readonly string[],
): Promise<void> {
  const made = await client.query<{ table: string; index: string; key: boolean }>(
    `SELECT t.relname AS table, c.relname AS index, k.oid IS NOT NULL AS key
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
       JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'p'
     WHERE n.nspname = $1 AND t.relname = ANY ($2::text[])`,
    [schema, tables],
  );
  for (const { table, index, key } of made.rows) {
    const drop = `ALTER TABLE ${qualified({ schema, table })} DROP CONSTRAINT ${quote(index)}`;
    await client.query(key ? drop : `DROP INDEX ${qualified({ schema, table: index })}`);
  }
  for (const table of refilled) await client.query(`TRUNCATE ${qualified({ schema, table })}`);
}

/** The unique index that addKey makes the primary key. Separate, so that two sessions can build two indexes at once. */
export async function buildKeyIndex(
  client: Client,
  schema: string,
  names: TableNames,
  definition: TableDefinition,
): Promise<void> {
  await client.query(createIndex({ schema, table: names.build }, names.primaryKey.build, definition.key, true));
}

/** After all indexes: adds the primary key, gathers statistics and enables autovacuum. */
export async function finishTable(client: Client, schema: string, names: TableNames): Promise<void> {
  const table = qualified({ schema, table: names.build });
  const key = quote(names.primaryKey.build);
  await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${key} PRIMARY KEY USING INDEX ${key}`);
  await client.query(`ALTER TABLE ${table} RESET (autovacuum_enabled)`);
  await client.query(`ANALYZE ${table}`);
}
