import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTarget } from '#src/run/open-target.js';

describe('parseTarget', () => {
  for (const [text, request] of [
    ['embedded', { kind: 'embedded' }],
    ['-', { kind: 'stdout' }],
    ['null', { kind: 'null' }],
    ['postgres', { kind: 'postgres', connection: 'postgres' }],
    ['postgres://h/d', { kind: 'postgres', connection: 'postgres://h/d' }],
    [
      'postgresql://u@h:5433/d?sslmode=require',
      { kind: 'postgres', connection: 'postgresql://u@h:5433/d?sslmode=require' },
    ],
    ['a.csv', { kind: 'file', path: 'a.csv', file: { format: 'csv', compression: undefined } }],
    ['/tmp/b c/a.csv.gz', { kind: 'file', path: '/tmp/b c/a.csv.gz', file: { format: 'csv', compression: 'gzip' } }],
  ] as const) {
    it(`accepts ${text}`, () => assert.deepEqual(parseTarget(text), request));
  }

  for (const text of [
    '',
    'Embedded',
    '.csv',
    'dir/.csv',
    'a.csv.bz2',
    'a.json',
    'http://h/a.csv',
    'postgress://h/d',
    '--',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseTarget(text), { code: 'UNKNOWN_TARGET', exitCode: 2 }));
  }

  for (const [text, hint] of [
    ['a.CSV', 'endings are in lower case; '],
    ['a.csv.GZ', 'endings are in lower case; '],
    ['/dev/null', '"null" makes the records and keeps nothing; '],
  ] as const) {
    it(`suggests a correction of ${text}`, () =>
      assert.throws(
        () => parseTarget(text),
        ({ message }: Error) => message.includes(`fleetgen knows: ${hint}give embedded`),
      ));
  }
});
