/** What a new table takes over from the one it replaces: storage options, comments, owner and grants. */
import type { Client } from '../../../pg/client.js';
import { literal, qualified, quote, type TableRef } from '../../../pg/identifiers.js';
import type { ExistingTable } from '../existing-table.js';
import { onlyRow } from '../../../pg/only-row.js';

interface Grant {
  readonly privilege: string;
  readonly column: string | null;
  readonly grantee: string;
  readonly grantable: boolean;
}

/**
 * Gives `fresh` the tablespace of `old` and the storage options that matter while rows are loaded. Before the first
 * row, in the caller's transaction.
 */
export async function copyStorageOptions(client: Client, old: ExistingTable, fresh: TableRef): Promise<void> {
  const { tablespace, options } = await storageOf(client, old);
  const name = qualified(fresh);
  if (tablespace !== null) await client.query(`ALTER TABLE ${name} SET TABLESPACE ${quote(tablespace)}`);
  await setOptions(
    client,
    name,
    options.filter((option) => !option.startsWith('autovacuum_enabled=')),
  );
}

/** After the rows: restores the autovacuum options that finishTable reset. */
async function carryAutovacuum(client: Client, old: ExistingTable, name: string): Promise<void> {
  const { options } = await storageOf(client, old);
  await setOptions(
    client,
    name,
    options.filter((option) => option.startsWith('autovacuum_enabled=')),
  );
}

async function storageOf(
  client: Client,
  { oid }: ExistingTable,
): Promise<{ tablespace: string | null; options: string[] }> {
  const result = await client.query<{ tablespace: string | null; options: string[] }>(
    `SELECT s.spcname AS tablespace, coalesce(c.reloptions, '{}') AS options
     FROM pg_class c LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = $1::oid`,
    [oid],
  );
  return result.rows[0] ?? { tablespace: null, options: [] };
}

async function setOptions(client: Client, name: string, options: readonly string[]): Promise<void> {
  for (const option of options) {
    const at = option.indexOf('=');
    await client.query(`ALTER TABLE ${name} SET (${quote(option.slice(0, at))} = ${literal(option.slice(at + 1))})`);
  }
}

/** Makes `fresh` equivalent to `old` for readers. Does not need a separate transaction; call it before the swap. */
export async function copyProperties(client: Client, old: ExistingTable, fresh: TableRef): Promise<void> {
  const name = qualified(fresh);
  const comment = await client.query<{ text: string | null }>(`SELECT obj_description($1::oid, 'pg_class') AS text`, [
    old.oid,
  ]);
  const text = onlyRow(comment).text;
  if (text !== null) await client.query(`COMMENT ON TABLE ${name} IS ${literal(text)}`);
  const columns = await client.query<{ column: string; text: string }>(
    `SELECT t.attname AS column, col_description(o.attrelid, o.attnum) AS text
     FROM pg_attribute t JOIN pg_attribute o ON o.attrelid = $1::oid AND o.attname = t.attname AND o.attnum > 0
     WHERE t.attrelid = $2::regclass AND t.attnum > 0 AND col_description(o.attrelid, o.attnum) IS NOT NULL`,
    [old.oid, name],
  );
  for (const { column, text: said } of columns.rows) {
    await client.query(`COMMENT ON COLUMN ${name}.${quote(column)} IS ${literal(said)}`);
  }
  await carryAutovacuum(client, old, name);
  await client.query(`ALTER TABLE ${name} OWNER TO ${quote(old.owner)}`);
  await copyGrants(client, old, name);
}

async function copyGrants(client: Client, old: ExistingTable, name: string): Promise<void> {
  // Default privileges may have granted more on the new table than the old one has.
  const others = await client.query<{ grantee: string }>(
    `SELECT DISTINCT ${granteeSql} AS grantee FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE c.oid = $1::regclass AND a.grantee <> c.relowner`,
    [name],
  );
  for (const { grantee } of others.rows) await client.query(`REVOKE ALL ON TABLE ${name} FROM ${grantee}`);
  const kept = new Set(
    (
      await client.query<{ name: string }>(`SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass`, [
        name,
      ])
    ).rows.map((row) => row.name),
  );
  for (const grant of await grantsOf(client, old.oid)) {
    if (grant.column !== null && !kept.has(grant.column)) continue;
    const column = grant.column === null ? '' : ` (${quote(grant.column)})`;
    const option = grant.grantable ? ' WITH GRANT OPTION' : '';
    await client.query(`GRANT ${grant.privilege}${column} ON TABLE ${name} TO ${grant.grantee}${option}`);
  }
}

const granteeSql = `CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END`;

async function grantsOf(client: Client, oid: string): Promise<Grant[]> {
  const columns = `a.privilege_type AS privilege, ${granteeSql} AS grantee, a.is_grantable AS grantable`;
  const result = await client.query<Grant>(
    `SELECT ${columns}, NULL AS column FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE c.oid = $1::oid AND a.grantee <> c.relowner
     UNION ALL
     SELECT ${columns}, t.attname FROM pg_attribute t, aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE t.attrelid = $1::oid AND NOT t.attisdropped`,
    [oid],
  );
  return result.rows;
}
