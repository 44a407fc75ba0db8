import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maskPassword } from '#src/base/mask-password.js';

const HIDDEN: readonly string[] = [
  ...['mysql://u:hunter2@h/d', 'mysql://u:hun@ter2@h', 'mysql://u:hun/ter2@h', 'mysql://u:hunter2', 'redis://:hunter2'],
  ...['mysql://u:hun?ter2@h', 'mysql://u:hun#ter2@h', 'mysql://u:hun\nter2@h', 'u:hunter2@h', 'mysql://u:hunter2/d'],
  ...['mysql://h/d?password=hun&ter2', 'mysql://h/d?pwd=hunter2', 'host=h password=hun ter2', "password='hun''ter2'"],
  ...['postgresql//u:hunter2@h', 'jdbc:postgresql://h/d?user=u&password=hunter2', 'host=h PASSWORD = hunter2'],
];
const SHOWN = [
  'kafka://h:9092/t',
  'fleet.parquet',
  'mysql://h',
  'mysql://h:3306/d',
  'mysql://[::1]:3306/d',
  'C:\\fleet.xls',
];

describe('user input', () => {
  for (const text of HIDDEN) {
    it(`is shown without its password: ${JSON.stringify(text)}`, () => {
      assert.match(maskPassword(text), /\*\*\*/);
      assert.doesNotMatch(maskPassword(text), /hun|ter2/);
    });
  }
  for (const text of SHOWN) it(`is shown as it is: ${text}`, () => assert.equal(maskPassword(text), text));
});
