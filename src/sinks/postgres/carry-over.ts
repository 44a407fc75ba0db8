/** What a table that takes another's place keeps from it: comment, owner and grants. */
import type { Client } from './client.js';
import type { ExistingTable } from './existing-table.js';
import { literal, qualified, quote, type TableRef } from './identifiers.js';

interface Grant {
  readonly privilege: string;
  readonly column: string | null;
  readonly grantee: string;
  readonly grantable: boolean;
}

/** Makes `fresh` like `old` for those who read it. Needs no transaction of its own; run it before the swap. */
export async function carryOver(client: Client, old: ExistingTable, fresh: TableRef): Promise<void> {
  const name = qualified(fresh);
  const comment = await client.query<{ text: string | null }>(`SELECT obj_description($1::oid, 'pg_class') AS text`, [
    old.oid,
  ]);
  const text = comment.rows[0]!.text;
  if (text !== null) await client.query(`COMMENT ON TABLE ${name} IS ${literal(text)}`);
  await client.query(`ALTER TABLE ${name} OWNER TO ${quote(old.owner)}`);
  await copyGrants(client, old, name);
}

async function copyGrants(client: Client, old: ExistingTable, name: string): Promise<void> {
  // Default privileges may have granted more to the new table than the old one has.
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
