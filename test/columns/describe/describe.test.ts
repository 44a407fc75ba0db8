import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, TableSchema } from '#src/columns/column.js';
import { rowJsonSchema } from '#src/columns/describe/json-schema.js';
import { dataDictionary } from '#src/columns/describe/markdown.js';
import { sparkStruct } from '#src/columns/describe/spark.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { schemaText } from '#src/commands/schema-command.js';
import { tableSql } from '#src/sinks/postgres/ddl.js';

const properties: [name: string, column: Partial<Column>, expected: Record<string, unknown>][] = [
  ['an integer', { kind: 'int' }, { type: 'integer' }],
  ['a number that can be null', { kind: 'fixed', decimals: 2, nullable: true }, { type: ['number', 'null'] }],
  ['a boolean', { kind: 'bool' }, { type: 'boolean' }],
  ['a text with its values', { kind: 'enum', values: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
  ['a tag', { kind: 'tag', prefix: 'A.', digits: 4 }, { type: 'string', pattern: '^A\\.[0-9]{4,}$' }],
  ['a date', { kind: 'date' }, { type: 'string', format: 'date' }],
  ['a time', { kind: 'timestamp' }, { type: 'string', format: 'date-time' }],
];
for (const [name, column, expected] of properties) {
  test(`JSON Schema describes ${name}`, () => {
    const schema = schemaOf({ name: 'c', ...column });
    const described = rowJsonSchema(schema, 't', 'd').properties as Record<string, unknown>;
    assert.deepEqual(described[schema.columns[0]!.name], { ...expected, description: 'What it is. Unit: m.' });
  });
}

test('JSON Schema requires every field of a message: the columns of the main table and received_at', () => {
  const schema = JSON.parse(schemaText('json', 'public', 'fleet_telemetry'));
  const names = [...TELEMETRY.columns.map((column) => column.name), 'received_at'];
  assert.deepEqual(Object.keys(schema.properties), names);
  assert.deepEqual(schema.required, names);
});

test('the dictionary has a line for each column of both tables and escapes vertical bars', () => {
  const text = schemaText('markdown', 'public', 'trips');
  assert.match(text, /^## trips$/m);
  assert.match(text, /^## trips_vehicle$/m);
  for (const { name, sqlType } of TELEMETRY.columns) assert.ok(text.includes(`\n| ${name} | ${sqlType} |`), name);
  const odd = dataDictionary([{ name: 't', comment: 'c', key: ['c'], columns: schemaOf({ name: 'a|b' }) }]);
  assert.ok(odd.includes('| a\\|b | integer | m | no | What it is. |'));
});

test('every numeric column has its range in the description', () => {
  const schema = schemaOf({ name: 'c', kind: 'fixed', decimals: 1, range: { min: -1.5, max: 3 } });
  const meaning = 'What it is. Unit: m. From -1.5 to 3.';
  const expected = { type: 'number', minimum: -1.5, maximum: 3, description: meaning };
  assert.deepEqual(rowJsonSchema(schema, 't', 'd').properties, { c: expected });
  assert.equal(sparkStruct(schema).fields[0]!.metadata.comment, meaning);
  assert.ok(tableSql({ columns: schema, comment: 'c', key: ['c'] }, 's', 't').includes(`IS '${meaning}';`));
  const text = dataDictionary([{ name: 't', comment: 'c', key: ['c'], columns: schema }]);
  assert.ok(text.includes('| What it is. 1 decimal. From -1.5 to 3. |'));
});

function schemaOf(column: Partial<Column>): TableSchema {
  const rest = {
    name: 'c',
    sqlType: 'integer',
    kind: 'int',
    nullable: false,
    unit: 'm',
    description: 'What it is.',
  } as const;
  return { columns: [{ ...rest, ...column }] };
}
