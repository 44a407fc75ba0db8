import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNames, literal, loadNames, qualified, runSuffix } from '#src/pg/identifiers.js';

describe('identifiers', () => {
  it('are quoted so that nothing in them closes the quotes', () => {
    assert.equal(qualified({ schema: 'a"b', table: '"; --' }), '"a""b"."""; --"');
  });

  it('and literals are quoted whatever standard_conforming_strings is', () => {
    assert.equal(literal("it's"), "'it''s'");
    assert.equal(literal("\\'"), " E'\\\\'''");
  });

  it('give distinct derived names within 63 bytes for the longest name allowed', () => {
    const table = 'é'.repeat(18);
    checkNames({ schema: 'public', table });
    const { main, vehicle } = loadNames(table, runSuffix('a run'));
    const names = [main, vehicle].flatMap((t) => [t.final, t.build, t.old, ...Object.values(t.primaryKey)]);
    names.push(...Object.values(main.vehicleTimeIndex));
    for (const name of names) assert.ok(Buffer.byteLength(name) <= 63, name);
    assert.equal(new Set(names).size, names.length);
  });

  const refused: [string, string, RegExp][] = [
    ['public', '', /table name is empty/],
    ['', 't', /schema name is empty/],
    ['public', 'a\0b', /NUL/],
    ['public', 'é'.repeat(19), /38 bytes, and the limit is 36: shorten --table/],
    ['public', 'fleetgen_run', /fleetgen_run is .* records its loads: name another --table/],
    ['s'.repeat(64), 't', /64 bytes, and the limit is 63: shorten --schema/],
  ];
  for (const [schema, table, message] of refused) {
    it(`refuses ${JSON.stringify(`${schema}.${table}`.slice(0, 20))}`, () => {
      assert.throws(() => checkNames({ schema, table }), { exitCode: 2, message });
    });
  }
});
