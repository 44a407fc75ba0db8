import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJsonPrinter } from '#src/commands/db/db-json.js';

test('prints one object per line and preserves the digits of numbers', () => {
  const printer = createJsonPrinter();
  const columns = [
    { name: 'big', type: 20 },
    { name: 'exact', type: 1700 },
    { name: 'nan', type: 701 },
    { name: 'yes', type: 16 },
    { name: 'te"xt', type: 25 },
    { name: 'json', type: 114 },
    { name: 'none', type: 23 },
  ];
  assert.equal(printer.begin(columns), '');
  assert.equal(
    printer.row(['9007199254740993', '2.50', 'NaN', 't', 'a\n"b"', '{"a":\n  1}', null]),
    '{"big":9007199254740993,"exact":2.50,"nan":"NaN","yes":true,"te\\"xt":"a\\n\\"b\\"","json":{"a": 1},"none":null}\n',
  );
  assert.equal(printer.end(), '');
});
