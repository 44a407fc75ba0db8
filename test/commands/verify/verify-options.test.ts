import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseVerifyOptions } from '#src/commands/verify/verify-options.js';
import { parseSource } from '#src/verify/verify.js';

describe('options of verify', () => {
  const parse = (given: Record<string, string | boolean>) =>
    parseVerifyOptions(given, new Date('2026-03-01T12:00:00Z'));
  const from = (text: string) => parseSource(parse({ from: text }).from ?? '');

  it('leave out what is not given, so that a ledger can say it', () => {
    assert.deepEqual(parse({}), { truth: false });
    const { truth, ...defined } = parse({ rows: '1M', interval: '5s', start: 'today', range: '0:5', truth: true });
    assert.equal(truth, true);
    assert.deepEqual(defined, { rows: 1_000_000, intervalSeconds: 5, start: '2026-03-01', range: [0, 5] });
  });

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
