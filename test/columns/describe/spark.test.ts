import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { schemaText } from '#src/commands/schema-command.js';

const { type, fields } = JSON.parse(schemaText('spark', 'public', 'fleet_telemetry'));
const field = (name: string) => fields.find((each: { name: string }) => each.name === name);

test("Spark's schema has the columns in order, followed by received_at", () => {
  assert.equal(type, 'struct');
  const names = fields.map((each: { name: string }) => each.name);
  assert.deepEqual(names, [...TELEMETRY.columns.map((column) => column.name), 'received_at']);
});

test("Spark's types are at least as wide as PostgreSQL's", () => {
  const types = ['record_id', 'speed_kmh', 'latitude', 'hour_of_day', 'weather', 'braking_event', 'received_at'];
  const expected = ['long', 'float', 'double', 'short', 'string', 'boolean', 'timestamp'];
  assert.deepEqual(
    types.map((name) => field(name).type),
    expected,
  );
});

test("Spark's schema marks nullable fields and describes each field", () => {
  assert.equal(field('latitude').nullable, true);
  assert.equal(field('record_id').nullable, false);
  assert.equal(field('received_at').nullable, false);
  assert.match(field('speed_kmh').metadata.comment, / Unit: km\/h\. From 0\.$/);
});
