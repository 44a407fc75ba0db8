/** The JSON Schema (draft 2020-12) of one row as a JSON object, from the column catalogue. */
import type { Column, TableSchema } from '../column.js';
import { columnDescription } from './column-text.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Fields beyond the columns are allowed: a message can carry more, such as when it was received. */
export function rowJsonSchema(schema: TableSchema, title: string, description: string): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    description,
    type: 'object',
    properties: Object.fromEntries(schema.columns.map((column) => [column.name, property(column)])),
    required: schema.columns.map((column) => column.name),
  };
}

function property(column: Column): JsonSchema {
  const { type, ...constraints } = valueSchema(column);
  return { type: column.nullable ? [type, 'null'] : type, ...constraints, description: columnDescription(column) };
}

function valueSchema(column: Column): { type: string; [constraint: string]: unknown } {
  const { min, max } = column.range ?? {};
  const bounds = { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
  switch (column.kind) {
    case 'int53':
    case 'int':
      return { type: 'integer', ...bounds };
    case 'fixed':
    case 'fixed53':
      return { type: 'number', ...bounds };
    case 'bool':
      return { type: 'boolean' };
    case 'enum': {
      const values = column.values ?? [];
      return { type: 'string', enum: column.nullable ? [...values, null] : [...values] };
    }
    case 'tag':
      return { type: 'string', pattern: `^${escaped(column.prefix ?? '')}[0-9]{${column.digits ?? 1},}$` };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'timestamp':
      return { type: 'string', format: 'date-time' };
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
