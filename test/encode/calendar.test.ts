import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAST_DAY, packedDate } from '#src/encode/calendar.js';

test('agrees with Date on every day from 1970 to 9999', () => {
  for (let day = 0; day <= LAST_DAY; day++) {
    const date = new Date(day * 86_400_000);
    const expected = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    if (packedDate(day) !== expected) assert.fail(`day ${day}: ${packedDate(day)} instead of ${expected}`);
  }
  assert.equal(packedDate(LAST_DAY), 99_991_231);
});
