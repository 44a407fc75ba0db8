/**
 * Tables that loads leave beside the final one: builds (TABLE__new_SUFFIX) and replaced tables (TABLE__old_SUFFIX). The
 * suffixes come from the ledger, so nothing else is ever dropped; tables locked by a session stay.
 */
import type { Client } from '../../../pg/client.js';
import { buildNames, qualified, replacedNames, type TableRef } from '../../../pg/identifiers.js';
import { ledgerExists, runTable } from './ledger.js';

/** Drops the build tables of the load with that suffix. Returns the names of the tables that stay. */
export function dropBuild(client: Client, ref: TableRef, suffix: string, lockTimeoutMs: number): Promise<string[]> {
  return dropTables(client, ref.schema, buildNames(ref.table, suffix), lockTimeoutMs);
}

/**
 * Drops the build tables of failed or killed loads, but not those kept for `--if-exists resume`. The caller holds the
 * table's lock, so none of these loads is in progress.
 */
export async function dropDeadBuilds(client: Client, ref: TableRef, lockTimeoutMs: number): Promise<void> {
  const dead = await suffixes(client, ref, `NOT (state = 'running' AND resumable)`);
  const names = dead.flatMap((suffix) => buildNames(ref.table, suffix));
  await dropTables(client, ref.schema, names, lockTimeoutMs);
}

/** Drops the tables that swaps replaced, except those of the latest `keep` swaps. */
export async function dropReplaced(client: Client, ref: TableRef, keep: number, lockTimeoutMs: number): Promise<void> {
  // A load that was killed and then replaced never swapped.
  const swapped = await suffixes(client, ref, `state IN ('done', 'replaced') AND finished_at IS NOT NULL`);
  const names = swapped.slice(keep).flatMap((suffix) => replacedNames(ref.table, suffix));
  await dropTables(client, ref.schema, names, lockTimeoutMs);
}

/** The suffixes of the table's builds in the ledger: those that replaced a table first, then the latest first. */
async function suffixes(client: Client, { schema, table }: TableRef, condition: string): Promise<string[]> {
  if (!(await ledgerExists(client, schema))) return [];
  const result = await client.query<{ suffix: string }>(
    `SELECT suffix FROM ${runTable(schema)} WHERE table_name = $1 AND mode = 'build' AND ${condition}
     ORDER BY (replaces IS NOT NULL) DESC, finished_at DESC, run_id`,
    [table],
  );
  return result.rows.map(({ suffix }) => suffix);
}

async function dropTables(
  client: Client,
  schema: string,
  names: readonly string[],
  lockTimeoutMs: number,
): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind = 'r'`,
    [schema, names],
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
