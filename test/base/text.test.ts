import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { it } from 'node:test';
import { alternatives, systemWords } from '#src/base/text.js';

it('describes system errors without their codes', async () => {
  assert.equal(systemWords(await readFile('no-such-file').catch((error) => error)), 'no such file or directory');
  const refused = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
  assert.equal(systemWords(refused), 'connection refused');
  assert.equal(systemWords(new Error('not the system')), 'not the system');
});

it('lists alternatives', () => {
  assert.equal(alternatives(['a']), 'a');
  assert.equal(alternatives(['a', 'b']), 'a or b');
  assert.equal(alternatives(['a', 'b', 'c']), 'a, b or c');
});
