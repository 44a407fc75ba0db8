import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requestError } from '#src/base/errors.js';
import { packageChecks } from '#src/doctor/package-checks.js';

describe('the checks of the packages', () => {
  it('find those of a checkout', () => {
    const checks = packageChecks();
    assert.deepEqual(new Set(checks.map(({ status }) => status)), new Set(['ok']));
    assert.equal(checks.length, 5);
  });

  it('note the feature that needs a missing one, and how to install it', () => {
    const lacks = 'bench --html or --svg needs the package echarts: npm install echarts@6.1.0';
    const checks = packageChecks((name) => {
      if (name === 'echarts') throw requestError('MISSING_PACKAGE', lacks);
    });
    assert.deepEqual(
      checks.filter(({ status }) => status !== 'ok').map(({ name, status, message }) => `${name} ${status} ${message}`),
      [`charts note ${lacks}`],
    );
  });
});
