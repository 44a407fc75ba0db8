import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseVerifyOptions } from '#src/commands/verify/verify-options.js';

describe('options of verify', () => {
  const from = (text: string) => parseVerifyOptions({ from: text }, new Date('2026-03-01T12:00:00Z')).from;

  it('accept a file extension in any case', () => {
    assert.deepEqual(from('x.csv'), { kind: 'file', path: 'x.csv', file: { format: 'csv', compression: undefined } });
    assert.deepEqual(from('/a/X.CSV'), {
      kind: 'file',
      path: '/a/X.CSV',
      file: { format: 'csv', compression: undefined },
    });
    assert.deepEqual(from('X.Csv.GZ'), {
      kind: 'file',
      path: 'X.Csv.GZ',
      file: { format: 'csv', compression: 'gzip' },
    });
  });

  it('reject targets that cannot be read back', () => {
    for (const text of ['-', 'null', '.csv', 's3://bucket/x.csv']) {
      assert.throws(() => from(text), { exitCode: 2 }, text);
    }
  });
});
