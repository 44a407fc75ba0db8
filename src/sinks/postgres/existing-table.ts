/** The relation that exists under a load's name: its kind, its columns, and what replacing it would lose. */
import type { SqlType, TableSchema } from '../../columns/column.js';
import type { Client } from '../../pg/client.js';
import { quote, type TableRef } from '../../pg/identifiers.js';
import type { DatasetFacts } from '../../plan/dataset.js';

export interface ExistingTable {
  readonly oid: string;
  /** True for an ordinary table that is neither partitioned nor a partition. */
  readonly plain: boolean;
  /** For messages: `view`, `partitioned table` ...... */
  readonly kind: string;
  readonly owner: string;
  /** The current user may act as the owner. */
  readonly owned: boolean;
  readonly rowSecurity: boolean;
  readonly columns: readonly ExistingColumn[];
}

export interface ExistingColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly generated: boolean;
  /** An INSERT may omit it: it has a default, is nullable, or is generated. */
  readonly optional: boolean;
}

/** The relation of that name, or null. */
export async function findTable(client: Client, ref: TableRef): Promise<ExistingTable | null> {
  const result = await client.query<Omit<ExistingTable, 'columns'>>(
    `SELECT c.oid::text, c.relkind = 'r' AND NOT c.relispartition AS plain,
       CASE WHEN c.relispartition THEN 'partition' ELSE CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
         WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence'
         WHEN 'i' THEN 'index' ELSE 'relation' END END AS kind,
       pg_get_userbyid(c.relowner) AS owner, pg_has_role(c.relowner, 'USAGE') AS owned,
       c.relrowsecurity AS "rowSecurity"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [ref.schema, ref.table],
  );
  const table = result.rows[0];
  if (table === undefined) return null;
  const columns = await client.query<ExistingColumn>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull", attgenerated <> '' AS generated,
       atthasdef OR attidentity <> '' OR NOT attnotnull AS optional
     FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table.oid],
  );
  return { ...table, columns: columns.rows };
}

/**
 * How the table's columns differ from the schema's, in any order: a description of one difference, or null. A table
 * that is kept may have more columns if an INSERT may omit them.
 */
export function columnDifference(
  existing: ExistingTable,
  schema: TableSchema,
  more: 'optional' | 'none',
): string | null {
  const found = new Map(existing.columns.map((column) => [column.name, column]));
  for (const wanted of schema.columns) {
    const column = found.get(wanted.name);
    if (column === undefined) return `it has no column ${quote(wanted.name)}`;
    const type = serverType(wanted.sqlType);
    if (column.generated) return `its column ${quote(wanted.name)} is generated`;
    if (column.type !== type) return `its column ${quote(wanted.name)} is ${column.type}, not ${type}`;
    if (column.notNull && wanted.nullable) return `its column ${quote(wanted.name)} allows no nulls`;
    found.delete(wanted.name);
  }
  const extra = [...found.values()].find(({ optional }) => more === 'none' || !optional);
  if (extra === undefined) return null;
  const need = extra.optional ? '' : ', that has no default';
  return `it has one more column, ${quote(extra.name)}${need}`;
}

/**
 * A column of the records that the table has and the load leaves out, as a text; null if there is none. Its rows would
 * have nulls or defaults among the values of others.
 */
export function leftOutColumn(existing: ExistingTable, { simulated, telemetry }: DatasetFacts): string | null {
  const left = simulated.columns.find(
    ({ name }) =>
      existing.columns.some((column) => column.name === name) &&
      telemetry.columns.every((column) => column.name !== name),
  );
  return left === undefined ? null : `it has a column ${quote(left.name)}, which --columns leaves out`;
}

/**
 * Whether the table was created by a load with ground truth, whatever its scenario: no other table has these columns.
 */
export function isTruth(existing: ExistingTable): boolean {
  const found = existing.columns.map((column) => column.name);
  return (
    existing.plain &&
    ['record_id', 'true_latitude', 'device_fault', 'clean_risk_label'].every((name) => found.includes(name))
  );
}

function serverType(type: SqlType): string {
  return type === 'timestamptz' ? 'timestamp with time zone' : type;
}

/**
 * The dependent objects of the table that a newly built table would not have: views, foreign keys,
 * triggers, policies, publications, further indexes, constraints and defaults. The indexes named in `ours` don't count.
 */
export async function findDependents(client: Client, oid: string, ours: readonly string[]): Promise<string[]> {
  const result = await client.query<{ name: string }>(
    `WITH types AS (SELECT t.oid FROM pg_type t WHERE t.typrelid = $1::oid
                    UNION SELECT t.typarray FROM pg_type t WHERE t.typrelid = $1::oid),
     own_index AS (SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                   WHERE i.indrelid = $1::oid AND c.relname = ANY ($2::text[]))
     SELECT DISTINCT coalesce((SELECT pg_describe_object('pg_class'::regclass, r.ev_class, 0) FROM pg_rewrite r
         WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.ev_class <> $1::oid),
       pg_describe_object(d.classid, d.objid, d.objsubid)) AS name
     FROM pg_depend d
     WHERE (d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid
            OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM types))
       AND d.deptype <> 'i'
       AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT indexrelid FROM own_index))
       AND NOT (d.classid = 'pg_constraint'::regclass AND EXISTS (SELECT FROM pg_constraint k WHERE k.oid = d.objid
            AND k.conrelid = $1::oid AND (k.contype = 'n' OR k.contype <> 'f' AND k.conindid IN (SELECT indexrelid FROM own_index))))
       AND NOT (d.classid = 'pg_trigger'::regclass AND EXISTS (SELECT FROM pg_trigger t WHERE t.oid = d.objid AND t.tgisinternal))
     ORDER BY 1`,
    [oid, ours],
  );
  return result.rows.map((row) => row.name);
}

/** Of the names wanted for tables and indexes, those taken by relations unrelated to the given tables. */
export async function findTakenNames(
  client: Client,
  schema: string,
  wanted: readonly string[],
  tables: readonly string[],
): Promise<string[]> {
  const result = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND NOT coalesce(i.indrelid, c.oid) = ANY ($3::oid[])
     ORDER BY 1`,
    [schema, wanted, tables],
  );
  return result.rows.map((row) => row.name);
}
