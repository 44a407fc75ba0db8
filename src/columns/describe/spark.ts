/**
 * A table as Spark's StructType in JSON, for StructType.fromJson and `schema(...)` of its readers. The types follow
 * PostgreSQL's, so that a sum over a stream and one over the table work on the same values.
 */
import type { SqlType, TableSchema } from '../column.js';
import { columnDescription } from './column-text.js';

const SPARK_TYPES: Record<SqlType, string> = {
  bigint: 'long',
  integer: 'integer',
  smallint: 'short',
  real: 'float',
  'double precision': 'double',
  text: 'string',
  boolean: 'boolean',
  timestamptz: 'timestamp',
  date: 'date',
};

export interface SparkStruct {
  readonly type: 'struct';
  readonly fields: readonly SparkField[];
}

export interface SparkField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** `comment` is what Spark shows in DESCRIBE. */
  readonly metadata: { readonly comment: string };
}

export function sparkStruct(schema: TableSchema): SparkStruct {
  const fields = schema.columns.map((column) => ({
    name: column.name,
    type: SPARK_TYPES[column.sqlType],
    nullable: column.nullable,
    metadata: { comment: columnDescription(column) },
  }));
  return { type: 'struct', fields };
}
