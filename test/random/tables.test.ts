import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPONENTIAL, LOGISTIC, LOGISTIC_LAST, LOGISTIC_ZERO, NORMAL, TABLE_SHIFT } from '#src/random/tables.js';

const mean = (values: Iterable<number>): number => {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
};

test('a draw of 32 bits indexes exactly the table', () => {
  assert.equal(0xffffffff >>> TABLE_SHIFT, NORMAL.length - 1);
  assert.equal(EXPONENTIAL.length, NORMAL.length);
});

test('the normal table has mean 0, variance 1, fourth moment 3, and is ascending', () => {
  assert.ok(Math.abs(mean(NORMAL)) < 1e-9);
  assert.ok(Math.abs(mean(NORMAL.map((x) => x * x)) - 1) < 0.003);
  assert.ok(Math.abs(mean(NORMAL.map((x) => x ** 4)) - 3) < 0.06);
  assert.ok(NORMAL.every((x, i) => i === 0 || x > NORMAL[i - 1]!));
});

test('the exponential table has mean 1 and variance 1, and is never negative', () => {
  assert.ok(Math.abs(mean(EXPONENTIAL) - 1) < 0.001);
  assert.ok(Math.abs(mean(EXPONENTIAL.map((x) => (x - 1) ** 2)) - 1) < 0.01);
  assert.ok(EXPONENTIAL[0]! > 0);
  // A quarter of the values lies beyond ln 4.
  assert.equal(EXPONENTIAL.filter((x) => x > Math.log(4)).length, EXPONENTIAL.length / 4);
});

test('the logistic table is the logistic function in ten-thousandths', () => {
  assert.equal(LOGISTIC.length, LOGISTIC_LAST + 1);
  assert.equal(LOGISTIC[LOGISTIC_ZERO], 5000);
  for (let i = 0; i <= LOGISTIC_LAST; i++) {
    const expected = 10000 / (1 + Math.exp((LOGISTIC_ZERO - i) / 100));
    assert.ok(Math.abs(LOGISTIC[i]! - expected) <= 0.5 + 1e-9, `${i}`);
  }
});
