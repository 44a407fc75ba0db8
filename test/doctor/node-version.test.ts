import assert from 'node:assert/strict';
import { it } from 'node:test';
import { supportedNode } from '#src/base/package.js';
import { isInRange } from '#src/doctor/node-version.js';

it('knows which versions of Node.js a range holds', () => {
  const range = '^20.19.4 || ^22.18.0 || >=24.6.0';
  for (const version of [
    '20.19.4',
    'v20.19.5',
    'v20.20.0',
    '22.18.0',
    '24.6.0',
    '24.10.1',
    '25.0.0',
    '26.1.0-nightly',
  ]) {
    assert.equal(isInRange(version, range), true, version);
  }
  for (const version of ['18.20.8', '20.19.3', '20.9.9', '21.7.3', 'v22.17.9', '23.11.0', '24.5.9']) {
    assert.equal(isInRange(version, range), false, version);
  }
  assert.throws(() => isInRange('20.0.0', '20.x'), /written in another way/);
});

it('knows the version that runs this test, and the range of the package', () => {
  assert.equal(isInRange(process.version, supportedNode()), true);
});
