import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DisjointSets } from '#src/base/disjoint-sets.js';
import { pairwise } from '#src/base/pairwise.js';

const SIZE = 20;
const numbers = fc.integer({ min: 0, max: SIZE - 1 });

describe('disjoint sets', () => {
  it('have the same representative for exactly the elements joined by a chain of unions', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(numbers, numbers)), (unions) => {
        const sets = new DisjointSets(SIZE);
        let parts = Array.from({ length: SIZE }, (_, i) => new Set([i]));
        for (const [a, b] of unions) {
          sets.union(a, b);
          const joined = parts.filter((part) => part.has(a) || part.has(b));
          parts = [...parts.filter((part) => !joined.includes(part)), new Set(joined.flatMap((part) => [...part]))];
        }
        for (const part of parts) {
          const [representative] = [...part].map((n) => sets.find(n));
          for (let n = 0; n < SIZE; n++) assert.equal(sets.find(n) === representative, part.has(n));
        }
      }),
    );
  });
});

describe('pairwise', () => {
  it('returns one pair fewer than there are values', () => {
    assert.deepEqual(pairwise([]), []);
    assert.deepEqual(pairwise(['a']), []);
    assert.deepEqual(pairwise(['a', 'b', 'c']), [
      ['a', 'b'],
      ['b', 'c'],
    ]);
  });
});
