/** Tables built beside the one they will replace, under names of their own run. */

import type { Client } from './client.js';
import { commentStatements, createIndex, createTable, type TableDefinition } from './ddl.js';
import { loadNames, qualified, quote, type TableNames } from './identifiers.js';
import { ledgerExists, runTable } from './ledger.js';

/** Autovacuum would read the table while it is being filled, and hold up its indexes; finishTable gives it back. */
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

/** Takes back what an earlier attempt to finish made: all keys and indexes of the tables, and the rows of those to refill. */
export async function clearFinish(
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

/** The unique index that addKey makes the primary key. Apart from it, so that two sessions can build two indexes at once. */
export async function buildKeyIndex(
  client: Client,
  schema: string,
  names: TableNames,
  definition: TableDefinition,
): Promise<void> {
  await client.query(createIndex({ schema, table: names.build }, names.primaryKey.build, definition.key, true));
}

/** After all indexes: primary key, statistics, autovacuum as usual. */
export async function finishTable(client: Client, schema: string, names: TableNames): Promise<void> {
  const table = qualified({ schema, table: names.build });
  const key = quote(names.primaryKey.build);
  await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${key} PRIMARY KEY USING INDEX ${key}`);
  await client.query(`ALTER TABLE ${table} RESET (autovacuum_enabled)`);
  await client.query(`ANALYZE ${table}`);
}

/** Which of a load's passing tables can go; `old` are those that it replaced. */
export interface Leftover {
  readonly suffix: string;
  readonly old: boolean;
}

/**
 * Drops what loads of the table left under passing names, as far as no session holds it; the next load tries again. The
 * suffixes come from the ledger: nothing else is ever dropped. Returns the names of those that stay.
 */
export async function dropPassingTables(
  client: Client,
  schema: string,
  table: string,
  leftovers: readonly Leftover[],
  lockTimeoutMs: number,
): Promise<string[]> {
  const owned = leftovers.flatMap(({ suffix, old }) => {
    const { main, vehicle, truth } = loadNames(table, suffix);
    return [main, vehicle, truth].flatMap((names) => (old ? [names.build, names.old] : [names.build]));
  });
  const found = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind = 'r'`,
    [schema, owned],
  );
  const left: string[] = [];
  for (const { name } of found.rows) {
    await client.query('BEGIN');
    try {
      await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      await client.query(`DROP TABLE ${qualified({ schema, table: name })}`);
      await client.query('COMMIT');
    } catch {
      await client.query('ROLLBACK');
      left.push(name);
    }
  }
  return left;
}

/** What all loads into the table that the ledger knows may have left, but for the tables that the latest `keep` replaced. */
export async function knownLeftovers(client: Client, schema: string, table: string, keep: number): Promise<Leftover[]> {
  if (!(await ledgerExists(client, schema))) return [];
  const result = await client.query<{ suffix: string }>(
    `SELECT suffix FROM ${runTable(schema)} WHERE table_name = $1 AND mode = 'build'
     ORDER BY (state IN ('done', 'replaced') AND replaces IS NOT NULL) DESC, finished_at DESC, run_id`,
    [table],
  );
  return result.rows.map(({ suffix }, i) => ({ suffix, old: i >= keep }));
}
