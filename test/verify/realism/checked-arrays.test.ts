import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CheckedArray, CodeMap, CountGrid } from '#src/verify/realism/checked-arrays.js';

describe('checked arrays', () => {
  it('count by code', () => {
    const counts = CheckedArray.ofLength(3);
    counts.add(2);
    counts.add(2, 4);
    counts.set(0, 7);
    assert.deepEqual([...counts], [7, 0, 5]);
    assert.equal(counts.sum(), 12);
    const grid = new CountGrid(2, 3);
    grid.add(1, 2, 5);
    const other = new CountGrid(2, 3);
    other.addAll(grid);
    other.addAll(grid);
    assert.equal(other.get(1, 2), 10);
    assert.equal(other.get(0, 2), 0);
  });

  it('throw for a code outside their range', () => {
    const counts = CheckedArray.ofLength(3);
    for (const outside of [-1, 3, 0.5, Number.NaN]) {
      assert.throws(() => counts.get(outside), RangeError);
      assert.throws(() => counts.set(outside, 1), RangeError);
      assert.throws(() => counts.add(outside), RangeError);
      assert.throws(() => new CodeMap(['a', 'b', 'c']).of(outside), RangeError);
    }
    // The cell after the last of a row is the first of the next.
    assert.throws(() => new CountGrid(2, 3).add(0, 3), RangeError);
    assert.throws(() => new CountGrid(2, 3).add(1, -1), RangeError);
    assert.throws(() => new CountGrid(2, 3).add(2, 0), RangeError);
  });
});
