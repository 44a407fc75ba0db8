import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closestWord } from '#src/base/closest-word.js';

const FLAGS = ['rows', 'seed', 'if-exists', 'table'];

describe('closestWord', () => {
  for (const [word, meant] of [
    ['rosw', 'rows'],
    ['row', 'rows'],
    ['if-exist', 'if-exists'],
    ['tabel', 'table'],
    ['zzzz', undefined],
    ['x', undefined],
  ] as const) {
    it(`finds ${meant} for ${word}`, () => assert.equal(closestWord(word, FLAGS), meant));
  }
});
