/** The privileges that a load or a read needs, and the statements that grant missing ones. */
import { runError } from '../base/errors.js';
import type { Client } from './client.js';
import { literal, qualified, quote, type TableRef } from './identifiers.js';

/** A privilege on a table matters if the table exists; a privilege on any of its columns is enough. */
type Privilege =
  | { readonly on: 'database'; readonly privileges: readonly string[] }
  | { readonly on: 'schema'; readonly schema: string; readonly privileges: readonly string[] }
  | { readonly on: 'table'; readonly ref: TableRef; readonly privileges: readonly string[] };

/** Throws a runError with the statements that grant the privileges that the current role lacks. */
export async function requirePrivileges(client: Client, rights: readonly Privilege[], where: string): Promise<void> {
  const statements: string[] = [];
  for (const right of rights) {
    const { rows } = await client.query<{ privilege: string; role: string; object: string }>(
      `SELECT privilege, quote_ident(current_user) AS role, ${objectOf(right)} AS object
       FROM unnest($1::text[]) AS privilege WHERE NOT ${held(right)}`,
      [right.privileges],
    );
    if (rows.length === 0) continue;
    const { role, object } = rows[0]!;
    statements.push(`GRANT ${rows.map(({ privilege }) => privilege).join(', ')} ON ${object} TO ${role}`);
  }
  if (statements.length === 0) return;
  throw runError(
    'PG_PERMISSION',
    `the role lacks rights at ${where}: have the owner run ${statements.join('; ')}; or connect as another user`,
  );
}

/** Privileges to read the existing tables, and to find out which exist. */
export function privilegesToRead(schema: string, tables: readonly string[]): Privilege[] {
  return [usage(schema), ...tables.map((table) => tableRight(schema, table, ['SELECT']))];
}

/** Privileges to create and replace tables. */
export function privilegesToBuild(schema: string): Privilege[] {
  return [{ on: 'schema', schema, privileges: ['USAGE', 'CREATE'] }, ...privilegesOnLedger(schema)];
}

/**
 * Privileges to add rows to the existing tables, and to delete them if the load fails. `creates`: some don't exist yet.
 */
export function privilegesToAppend(schema: string, tables: readonly string[], creates: boolean): Privilege[] {
  return [
    { on: 'database', privileges: ['TEMPORARY'] },
    creates ? { on: 'schema', schema, privileges: ['USAGE', 'CREATE'] } : usage(schema),
    ...tables.map((table) => tableRight(schema, table, ['SELECT', 'INSERT', 'DELETE'])),
    ...privilegesOnLedger(schema),
  ];
}

function privilegesOnLedger(schema: string): Privilege[] {
  return [
    tableRight(schema, 'fleetgen_run', ['SELECT', 'INSERT', 'UPDATE']),
    tableRight(schema, 'fleetgen_shard', ['SELECT', 'INSERT', 'DELETE']),
  ];
}

function usage(schema: string): Privilege {
  return { on: 'schema', schema, privileges: ['USAGE'] };
}

function tableRight(schema: string, table: string, privileges: readonly string[]): Privilege {
  return { on: 'table', ref: { schema, table }, privileges };
}

/** The object as written in a GRANT. */
function objectOf(right: Privilege): string {
  if (right.on === 'database') return `'DATABASE ' || quote_ident(current_database())`;
  return literal(right.on === 'schema' ? `SCHEMA ${quote(right.schema)}` : qualified(right.ref));
}

/**
 * SQL that is true if the object doesn't exist. Tables are identified by oid, as names can't be looked up in a schema
 * without USAGE.
 */
function held(right: Privilege): string {
  if (right.on === 'database') return 'has_database_privilege(current_database(), privilege)';
  if (right.on === 'schema') {
    const found = `SELECT has_schema_privilege(oid, privilege) FROM pg_namespace WHERE nspname = ${literal(right.schema)}`;
    return `coalesce((${found}), true)`;
  }
  const { schema, table } = right.ref;
  return `coalesce((SELECT CASE privilege WHEN 'DELETE' THEN has_table_privilege(c.oid, privilege)
      ELSE has_any_column_privilege(c.oid, privilege) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${literal(schema)} AND c.relname = ${literal(table)}), true)`;
}
