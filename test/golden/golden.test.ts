import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeGolden } from './datasets.js';
import golden from './golden.json' with { type: 'json' };

test('the bytes of the pinned datasets are unchanged; `npm run golden` pins new ones, with a new ALGORITHM_VERSION', async () => {
  assert.deepEqual(await computeGolden(), golden);
});
