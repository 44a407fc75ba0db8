import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GenerateOptions, generate } from '../../src/run/generate.js';

describe('generate, as a library, refuses what its types would', () => {
  for (const [options, message] of [
    [{ ifExists: 'bogus' }, 'ifExists is "bogus": give one of fail, append, replace, resume'],
    [{ copyFormat: 'text' }, 'copyFormat is "text": give one of binary, csv'],
    [{ to: 7 }, 'to is 7: give a text'],
    [{ table: null }, 'table is null: give a text'],
    [{ truth: 'no' }, 'truth is "no": give true or false'],
    [{ rows: '10' }, /^rows is 10: give a whole number/],
  ] as const) {
    it(JSON.stringify(options), () =>
      assert.rejects(generate({ to: 'null', rows: 10, ...options } as unknown as GenerateOptions), {
        code: 'BAD_OPTION',
        exitCode: 2,
        message,
      }),
    );
  }
});
