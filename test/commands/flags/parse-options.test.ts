import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseInterval, parseRange, parseStart, parseWholeNumber } from '#src/commands/flags/parse-options.js';

const LIMIT = { min: 0, max: Number.MAX_SAFE_INTEGER, example: '42' };

describe('parseWholeNumber', () => {
  for (const [text, value] of [
    ['0', 0],
    ['007', 7],
    ['1_000_000', 1_000_000],
    ['1e6', 1_000_000],
    ['25E3', 25_000],
    ['5k', 5000],
    ['1M', 1_000_000],
    ['2.5M', 2_500_000],
    ['0.001k', 1],
    ['9007199.254740991G', Number.MAX_SAFE_INTEGER],
    ['1G', 1e9],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseWholeNumber('rows', text, LIMIT), value));
  }

  it('reads every safe integer as printed, with or without underscores', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        assert.equal(parseWholeNumber('rows', String(value), LIMIT), value);
        assert.equal(parseWholeNumber('rows', value.toLocaleString('en-US').replaceAll(',', '_'), LIMIT), value);
      }),
    );
  });

  for (const text of [
    '',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '1.0',
    '1e',
    'e3',
    '1e-3',
    '_1',
    '1_',
    '٣',
    'NaN',
    '9007199254740992',
    '9007199.254740992G',
    '1K',
    '1m',
    'k',
    '.5k',
    '1.k',
    '0.0005k',
    '1e3k',
    '1_000k',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseWholeNumber('rows', text, LIMIT), { name: 'FleetgenError', exitCode: 2 });
    });
  }

  it('enforces the limit', () => {
    const limit = { min: 1, max: 256, example: '4' };
    assert.equal(parseWholeNumber('workers', '256', limit), 256);
    assert.throws(() => parseWholeNumber('workers', '257', limit), /from 1 to 256/);
    assert.throws(() => parseWholeNumber('workers', '0', limit), /from 1 to 256/);
  });
});

describe('parseInterval', () => {
  it('reads seconds and minutes', () => {
    assert.equal(parseInterval('10s'), 10);
    assert.equal(parseInterval('5m'), 300);
  });
  for (const text of ['10', '0s', '301s', '1.5s', '1h', '-1s', '']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseInterval(text), { exitCode: 2 }));
  }
});

describe('parseStart', () => {
  const now = new Date('2026-03-01T23:30:00Z');
  for (const [text, date] of [
    ['2026-01-05', '2026-01-05'],
    ['2028-02-29', '2028-02-29'],
    ['today', '2026-03-01'],
    ['today-1d', '2026-02-28'],
    ['today-30d', '2026-01-30'],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseStart(text, now), date));
  }
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '26-01-05',
    '2026-1-5',
    'today+1d',
    'today-d',
    '2026-01-05T00:00',
    '',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseStart(text, now), { exitCode: 2 }));
  }
});

describe('parseRange', () => {
  it('reads a:b, including empty ranges', () => {
    assert.deepEqual(parseRange('0:1_000'), [0, 1000]);
    assert.deepEqual(parseRange('1e3:2e3'), [1000, 2000]);
    assert.deepEqual(parseRange('7:7'), [7, 7]);
  });
  for (const text of ['5:2', '5', ':5', '5:', '-1:5', '1:2:3', 'a:b', '']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseRange(text), { exitCode: 2 }));
  }
});
