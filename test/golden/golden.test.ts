/** The bytes of the pinned datasets are what they were; `npm run golden` pins new ones, with a new ALGORITHM_VERSION. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALGORITHM_VERSION } from '#src/plan/dataset.js';
import { digestsOf, PINNED } from './datasets.js';
import golden from './golden.json' with { type: 'json' };

const wanted = new Map(Object.entries(golden.sha256));

for (const pinned of PINNED) {
  test(`${pinned.names.join(' and ')}: the same bytes`, async () => {
    assert.deepEqual(await digestsOf(pinned), Object.fromEntries(pinned.names.map((name) => [name, wanted.get(name)])));
  });
}

test('nothing else is pinned, and all of it for this version', () => {
  assert.deepEqual([...wanted.keys()].sort(), PINNED.flatMap(({ names }) => names).sort());
  assert.equal(golden.algorithmVersion, ALGORITHM_VERSION);
});
