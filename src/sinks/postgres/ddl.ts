/** SQL that creates the tables, generated from the column catalogue. */
import type { Column, TableSchema } from '../../columns/column.js';
import { columnDescription } from '../../columns/describe/column-text.js';
import { literal, qualified, quote, type TableRef } from '../../pg/identifiers.js';

export const TELEMETRY_COMMENT =
  'Simulated vehicle telemetry by fleetgen: one row is what one vehicle reported at one time.';
export const VEHICLE_COMMENT = 'The vehicles of a simulated fleet, by fleetgen.';
export const TELEMETRY_KEY = ['record_id'] as const;
export const TELEMETRY_INDEX = ['vehicle_id', 'recorded_at'] as const;
export const TRUTH_COMMENT =
  'Ground truth of each row of simulated vehicle telemetry, by fleetgen: what a detector should find.';
export const TRUTH_KEY = ['record_id'] as const;
export const VEHICLE_KEY = ['vehicle_id'] as const;

export interface CreateOptions {
  /** An unlogged table: faster, and empty after a crash of the server. */
  readonly unlogged?: boolean;
  /** SQL after the list of columns. */
  readonly storage?: string;
  /** PostgreSQL 18 names NOT NULL constraints after the table: the final name of one that will be renamed. */
  readonly constraintsFor?: string;
}

/** CREATE TABLE without keys. No semicolon. */
export function createTable(ref: TableRef, columns: TableSchema, options: CreateOptions = {}): string {
  const { unlogged = false, storage = '', constraintsFor } = options;
  const lines = columns.columns.map(
    (column) => `  ${quote(column.name)} ${column.sqlType}${notNull(column, constraintsFor)}`,
  );
  return `CREATE ${unlogged ? 'UNLOGGED ' : ''}TABLE ${qualified(ref)} (\n${lines.join(',\n')}\n)${storage}`;
}

function notNull(column: Column, constraintsFor: string | undefined): string {
  if (column.nullable) return '';
  const name = `${constraintsFor}_${column.name}_not_null`;
  return constraintsFor === undefined || Buffer.byteLength(name) > 63
    ? ' NOT NULL'
    : ` CONSTRAINT ${quote(name)} NOT NULL`;
}

/** COMMENT statements for the table and each of its columns, units and ranges included. */
export function commentStatements(ref: TableRef, columns: TableSchema, comment: string): string[] {
  const name = qualified(ref);
  return [
    `COMMENT ON TABLE ${name} IS ${literal(comment)}`,
    ...columns.columns.map((column) => {
      return `COMMENT ON COLUMN ${name}.${quote(column.name)} IS ${literal(columnDescription(column))}`;
    }),
  ];
}

export function createIndex(ref: TableRef, index: string, columns: readonly string[], unique = false): string {
  const on = columns.map(quote).join(', ');
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(index)} ON ${qualified(ref)} (${on})`;
}

/** What a table is, for the `schema` command and for a load. */
export interface TableDefinition {
  readonly columns: TableSchema;
  readonly comment: string;
  readonly key: readonly string[];
  readonly index?: readonly string[];
}

export function telemetryDefinition(columns: TableSchema): TableDefinition {
  return { columns, comment: TELEMETRY_COMMENT, key: TELEMETRY_KEY, index: TELEMETRY_INDEX };
}

export function vehicleDefinition(columns: TableSchema): TableDefinition {
  return { columns, comment: VEHICLE_COMMENT, key: VEHICLE_KEY };
}

export function truthDefinition(columns: TableSchema): TableDefinition {
  return { columns, comment: TRUTH_COMMENT, key: TRUTH_KEY };
}

/** The whole SQL text of one table: table, primary key, index and comments, each statement with its semicolon. */
export function tableSql(definition: TableDefinition, schema: string, table: string): string {
  const ref = { schema, table };
  const key = definition.key.map(quote).join(', ');
  const statements = [
    createTable(ref, definition.columns),
    `ALTER TABLE ${qualified(ref)} ADD CONSTRAINT ${quote(`${table}_pkey`)} PRIMARY KEY (${key})`,
  ];
  const { index } = definition;
  if (index !== undefined) statements.push(createIndex(ref, `${table}_${index.join('_')}_idx`, index));
  statements.push(...commentStatements(ref, definition.columns, definition.comment));
  return statements.map((statement) => `${statement};\n`).join('');
}
