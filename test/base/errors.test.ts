import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExitCode, FleetgenError, fromErrorData, toErrorData } from '#src/base/errors.js';

describe('an error that crosses threads', () => {
  for (const exitCode of [1, 2, 129, 130, 143] as const satisfies readonly ExitCode[]) {
    it(`keeps its code, message, stack and exit code ${exitCode}`, () => {
      const error = new FleetgenError('SOME_CODE', 'what happened', exitCode, new Error('deeper'));
      const arrived = fromErrorData(structuredClone(toErrorData(error)));
      assert.ok(arrived instanceof FleetgenError);
      assert.deepEqual([arrived.code, arrived.message, arrived.exitCode], ['SOME_CODE', 'what happened', exitCode]);
      assert.match(arrived.stack ?? '', /errors\.test.*caused by Error: deeper/s);
    });
  }

  it('becomes an internal error with exit code 1 if it was unexpected', () => {
    for (const thrown of [new TypeError('x is undefined'), 'x is undefined']) {
      const arrived = fromErrorData(toErrorData(thrown));
      assert.deepEqual([arrived.code, arrived.message, arrived.exitCode], ['INTERNAL', 'x is undefined', 1]);
    }
  });
});
