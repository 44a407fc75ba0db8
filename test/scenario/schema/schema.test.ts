/** The published schema, tested with an independent validator. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { isShipped, SCHEMA_URL, SHIPPED, shippedPath } from '#src/scenario/read/shipped.js';

const schema = JSON.parse(readFileSync(SCHEMA_URL, 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);

describe('the published schema', () => {
  for (const name of Object.keys(SHIPPED).filter(isShipped)) {
    it(`accepts the shipped scenario ${name}`, () => {
      assert.ok(validate(parse(readFileSync(shippedPath(name), 'utf8'))), JSON.stringify(validate.errors));
    });
  }

  it('has every key of the default, and no section that the default lacks', () => {
    const known = Object.keys(schema.properties);
    const used = Object.keys(parse(readFileSync(shippedPath('default'), 'utf8')));
    assert.deepEqual(known.sort(), used.sort());
  });

  it('rejects invalid scenarios', () => {
    for (const bad of [{ event: {} }, { dirt: { missing_position: 2 } }, { events: { Door: { per_hour: 1 } } }, []]) {
      assert.equal(validate(bad), false, JSON.stringify(bad));
    }
  });

  it('describes each section', () => {
    for (const [name, section] of Object.entries<{ description?: string }>(schema.properties)) {
      assert.ok(section.description, name);
    }
  });
});
