/** Names of database objects: quoting, and the names a load derives from its table's. Any character is allowed. */
import { createHash } from 'node:crypto';
import { requestError } from '../base/errors.js';

/** PostgreSQL truncates longer names without an error, so two could become equal. */
const MAX_BYTES = 63;
/** The ledger's tables, in every schema that loads go to. */
const LEDGER_TABLES: readonly string[] = ['fleetgen_run', 'fleetgen_shard'];
const INDEX_SUFFIX = '_vehicle_id_recorded_at_idx';

export interface TableRef {
  readonly schema: string;
  readonly table: string;
}

/** A table and the columns of the copied rows, in order. */
export interface CopiedTable {
  readonly table: string;
  readonly columns: readonly string[];
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** "schema"."table" */
export function qualified(ref: TableRef): string {
  return `${quote(ref.schema)}.${quote(ref.table)}`;
}

/** A string literal, independent of standard_conforming_strings. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** Throws a requestError for the ledger's names, and if a name or the longest derived one is too long. */
export function checkNames(ref: TableRef): void {
  checkName('schema', ref.schema, MAX_BYTES);
  checkName('table', ref.table, MAX_BYTES - INDEX_SUFFIX.length);
  if (!LEDGER_TABLES.includes(ref.table)) return;
  throw requestError(
    'PG_NAME_RESERVED',
    `${ref.table} is the name of a table in which fleetgen records its loads: name another --table`,
  );
}

function checkName(what: string, name: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0) throw requestError('PG_NAME', `the ${what} name is empty: give one with --${what}`);
  if (name.includes('\0')) throw requestError('PG_NAME', `the ${what} name holds a NUL, which PostgreSQL can't store`);
  if (bytes > maxBytes) {
    throw requestError(
      'PG_NAME',
      `the ${what} name ${JSON.stringify(name)} has ${bytes} bytes, and the limit is ${maxBytes}: shorten --${what}`,
    );
  }
}

/** The final name of an index, its name while the table is built, and its name after the table is replaced. */
export interface IndexNames {
  readonly final: string;
  readonly build: string;
  readonly old: string;
}

export interface TableNames {
  readonly final: string;
  readonly build: string;
  readonly old: string;
  readonly primaryKey: IndexNames;
}

export interface LoadNames {
  readonly main: TableNames & { readonly vehicleTimeIndex: IndexNames };
  readonly vehicle: TableNames;
  readonly truth: TableNames;
}

export function vehicleTable(table: string): string {
  return `${table}_vehicle`;
}

export function truthTable(table: string): string {
  return `${table}_truth`;
}

/**
 * The suffix that ties a load's build tables to its run: 8 hex digits, so that all derived names stay within the limit.
 */
export function runSuffix(runId: string): string {
  return createHash('sha256').update(runId).digest('hex').slice(0, 8);
}

export function loadNames(table: string, suffix: string): LoadNames {
  const main = tableNames(table, suffix);
  const index = {
    final: `${table}${INDEX_SUFFIX}`,
    build: `${main.build}_idx`,
    old: `${main.old}_idx`,
  };
  return {
    main: { ...main, vehicleTimeIndex: index },
    vehicle: tableNames(vehicleTable(table), suffix),
    truth: tableNames(truthTable(table), suffix),
  };
}

/** The names of a load's tables until they are swapped in. */
export function buildNames(table: string, suffix: string): string[] {
  const { main, vehicle, truth } = loadNames(table, suffix);
  return [main.build, vehicle.build, truth.build];
}

/** The names of the tables that a load has replaced. */
export function replacedNames(table: string, suffix: string): string[] {
  const { main, vehicle, truth } = loadNames(table, suffix);
  return [main.old, vehicle.old, truth.old];
}

function tableNames(table: string, suffix: string): TableNames {
  const build = `${table}__new_${suffix}`;
  const old = `${table}__old_${suffix}`;
  return {
    final: table,
    build,
    old,
    primaryKey: { final: `${table}_pkey`, build: `${build}_pkey`, old: `${old}_pkey` },
  };
}
