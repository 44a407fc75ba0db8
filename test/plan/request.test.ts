/** Which requests a program may make, and the errors for all others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FleetgenError } from '#src/base/errors.js';
import { createBatch } from '#src/columns/batch.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { DATASET_LIMITS } from '#src/plan/request.js';
import { shardsOf } from '#src/plan/shards.js';
import { planUnlessAborted } from '#src/run/planning/planning.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { createRecordSource, createSimulator } from '#src/simulate/record-source.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';

const GOOD = { seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 2, days: 1 };
/** As an untyped caller passes it. */
const plan = (request: unknown) => planDataset(request as DatasetRequest);
const whole = (min: number, max: number, example: string): string =>
  `give a whole number from ${min} to ${max}, such as ${example}`;

describe('planDataset refuses', () => {
  const seed = whole(0, Number.MAX_SAFE_INTEGER, '42');
  const rows = whole(1, 1e12, '1000000, 1M or 1e6');
  for (const [given, message] of [
    [{ seed: 1.5 }, `seed is 1.5: ${seed}`],
    [{ seed: 'abc' }, `seed is "abc": ${seed}`],
    [{ seed: -1 }, `seed is -1: ${seed}`],
    [{ seed: 5n }, `seed is 5: ${seed}`],
    [{ seed: 2 ** 53 }, `seed is 9007199254740992: ${seed}`],
    [{ seed: undefined }, 'the request has no seed: add it'],
    [{ intervalSeconds: -10 }, `intervalSeconds is -10: ${whole(1, 300, '10')}`],
    [{ intervalSeconds: 0.5 }, `intervalSeconds is 0.5: ${whole(1, 300, '10')}`],
    [{ intervalSeconds: '10s' }, `intervalSeconds is "10s": ${whole(1, 300, '10')}`],
    [{ vehicles: -3 }, `vehicles is -3: ${whole(1, 50_000_000, '500')}`],
    [{ vehicles: Number.POSITIVE_INFINITY }, `vehicles is Infinity: ${whole(1, 50_000_000, '500')}`],
    [{ days: Number.NaN }, `days is NaN: ${whole(1, 40_000, '14')}`],
    [{ rows: 0 }, `rows is 0: ${rows}`],
    [{ rows: null }, `rows is null: ${rows}`],
    [{ rows: [5] }, `rows is a list: ${rows}`],
    [{ firstRecordId: -1 }, `firstRecordId is -1: ${whole(0, Number.MAX_SAFE_INTEGER, '1000000')}`],
    [{ start: 'garbage' }, 'start is "garbage": give a day of the calendar, such as 2026-01-05'],
    [{ start: '2026-02-31' }, 'start is "2026-02-31": give a day of the calendar, such as 2026-01-05'],
    [{ start: '2026-1-5' }, 'start is "2026-1-5": give a day of the calendar, such as 2026-01-05'],
    [{ start: new Date(0) }, 'start is an object: give a day of the calendar, such as 2026-01-05'],
    [{ start: 20260105 }, 'start is 20260105: give a day of the calendar, such as 2026-01-05'],
    [{ row: 5 }, 'unknown option "row": did you mean rows?'],
    [{ interval: 5 }, /^unknown option "interval": known are rows, seed, /],
    [{ scenario: 'dirty' }, /^scenario: /],
    [{ scenario: null }, /^scenario: /],
    [{ scenario: {} }, /^scenario: /],
  ] as const) {
    it(Object.entries(given).map(([key, value]) => `${key} ${String(value)}`)[0]!, () =>
      assert.throws(() => plan({ ...GOOD, ...given }), { name: 'FleetgenError', exitCode: 2, message }),
    );
  }

  for (const request of [undefined, null, 5, 'x', [], () => {}]) {
    it(`${String(request)} for a request`, () =>
      assert.throws(() => plan(request), { code: 'BAD_OPTION', message: /: give an object of options$/ }));
  }
});

it('either plans the request or explains in one line why not', () => {
  const numbers = Object.keys(DATASET_LIMITS).filter((name) => !['vehicles', 'days'].includes(name));
  const odd = fc.oneof(fc.anything(), fc.integer(), fc.double(), fc.bigInt(), fc.date({ noInvalidDate: false }));
  const request = fc.record(
    Object.fromEntries([...numbers.map((name) => [name, odd]), ['start', fc.oneof(odd, fc.string())], ['x', odd]]),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(request, (given) => {
      try {
        const dataset = plan({ ...GOOD, ...given });
        assert.ok(dataset.rows >= 1 && Number.isSafeInteger(dataset.firstRecordId + dataset.rows));
        assert.ok(Number.isSafeInteger(dataset.seed) && Number.isInteger(dataset.intervalMs));
      } catch (error) {
        assert.ok(error instanceof FleetgenError && error.exitCode === 2, String(error));
        assert.doesNotMatch(error.message, /\n|undefined|\[object/);
        assert.ok(error.message.length < 400);
      }
    }),
    { numRuns: 300 },
  );
});

describe('a dataset', () => {
  const dataset = plan(GOOD);
  const { rows } = dataset;
  for (const [from, to] of [
    [-1, 5],
    [5, 2],
    [0, rows + 1],
    [0.5, 2],
    [0, Number.NaN],
    ['0', '5'],
  ] as [number, number][]) {
    it(`has no records ${from}:${to}`, () => {
      const refused = { code: 'BAD_RANGE', exitCode: 2 };
      assert.throws(() => createRecordSource(dataset, from, to), refused);
      assert.throws(() => createSimulator(dataset).range(from, to), refused);
      assert.throws(() => shardsOf(dataset, from, to), refused);
    });
  }

  it('has no batch or vehicle of such numbers', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, 'x', 2 ** 25]) {
      assert.throws(() => createBatch(TELEMETRY, capacity as number), { code: 'BAD_OPTION', exitCode: 2 });
    }
    const batch = createBatch(dataset.vehicle, 4);
    for (const first of [-1, 0.5, Number.NaN, '0']) {
      assert.throws(() => fillVehicles(dataset, first as number, batch), { code: 'BAD_OPTION', exitCode: 2 });
    }
    assert.equal(fillVehicles(dataset, 2, batch), 0);
  });
});

it('loadScenario accepts only strings', async () => {
  const load = loadScenario as (from: unknown, sets?: unknown) => Promise<unknown>;
  for (const [from, sets] of [[5], [null], [['tiny']], ['tiny', 'roads.towns=3'], ['tiny', [5]]]) {
    await assert.rejects(load(from, sets), { code: 'BAD_OPTION', exitCode: 2 });
  }
});

describe('an impossible request', () => {
  const large = (size: object) => plan({ ...GOOD, vehicles: undefined, days: undefined, ...size });
  for (const [size, message] of [
    [
      { rows: 1e12 },
      /^1000000000000 rows are too many for 50000000 vehicles in 14 days, .* about \d+: ask for fewer rows$/,
    ],
    [{ rows: 1e12, days: 7 }, /for 50000000 vehicles in 7 days, .*: ask for fewer rows or more days$/],
    [{ rows: 1e12, days: 40_000 }, /for 25000 vehicles in 40000 days, .*: ask for fewer rows$/],
    [{ rows: 1e12, vehicles: 100 }, /for 100 vehicles in 40000 days, .*: ask for fewer rows or more vehicles$/],
    [{ rows: 1e12, vehicles: 50_000_000 }, /for 50000000 vehicles in 20 days, .*: ask for fewer rows$/],
    [{ rows: 7e11, vehicles: 50_000_000, days: 14 }, /: ask for fewer rows, more vehicles or more days$/],
    [
      { vehicles: 1, start: '2149-12-01' },
      /^1000000 rows \(the default\) .* in 32 days \(all until 2150\), which have \d+: /,
    ],
    [
      { vehicles: 50_000_000, days: 21 },
      /^50000000 vehicles in 21 days are 1050000000 vehicle-days: ask for at most 1000000000$/,
    ],
    [{ start: '2149-12-25' }, /^14 days from 2149-12-25 run past 2149, the last year there is: start earlier$/],
  ] as const) {
    it(`is refused without counting it all: ${JSON.stringify(size)}`, () =>
      assert.throws(() => large(size), { exitCode: 2, message }));
  }

  it('is not rejected if the sample is close to enough', () => {
    const size = { vehicles: 1100, days: 5 };
    const all = large(size).rows;
    assert.equal(large({ ...size, rows: all }).rows, all);
    assert.throws(() => large({ ...size, rows: all + 1 }), { message: new RegExp(`which have ${all}: `) });
  });
});

it('a plan ends when its signal is aborted', async () => {
  const reason = new FleetgenError('INTERRUPTED', 'interrupted', 130);
  const controller = new AbortController();
  setImmediate(() => controller.abort(reason));
  // Otherwise planning would take a minute or more.
  const { seed, start, intervalSeconds } = GOOD;
  await assert.rejects(planUnlessAborted({ seed, start, intervalSeconds, rows: 3e11 }, controller.signal), reason);
});
