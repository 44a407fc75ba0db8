/** --columns: some of the records' columns, in another order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { selectColumns } from '#src/plan/select-columns.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';

const { scenario } = await loadScenario('autonomous');
const dataset = planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 60, vehicles: 1, days: 1, scenario });
const stored = (names: readonly string[]) => selectColumns(dataset, names).telemetry.columns.map(({ name }) => name);

describe('selected columns', () => {
  it('are stored in the order of the list, those of the scenario included; all are simulated', () => {
    const names = ['lidar_range_m', 'record_id', 'disengagement_event'];
    assert.deepEqual(stored(names), names);
    assert.deepEqual(selectColumns(dataset, names).simulated, dataset.telemetry);
  });

  for (const [names, message] of [
    [['record_id', 'sped_kmh'], 'the records have no column "sped_kmh": did you mean speed_kmh?'],
    [['lidar'], 'the records have no column "lidar": did you mean lidar_range_m?'],
    [['xyz'], /the records have no column "xyz": give some of record_id, vehicle_id,/],
    [['record_id', 'weather', 'record_id'], '--columns has record_id twice: leave out one'],
    [[], 'columns is a list: give a list of names, such as ["record_id", "speed_kmh"]'],
    [[1 as unknown as string], 'columns is a list: give a list of names'],
  ] as const) {
    it(`are refused: ${JSON.stringify(names)}`, () => {
      assert.throws(
        () => selectColumns(dataset, names),
        (error: Error & { exitCode: number }) => {
          assert.equal(error.exitCode, 2);
          assert.ok(
            typeof message === 'string' ? error.message.includes(message) : message.test(error.message),
            error.message,
          );
          return true;
        },
      );
    });
  }

  it('must contain those that a table or a comparison needs', () => {
    assert.throws(() => selectColumns(dataset, ['weather'], ['record_id'], 'the comparison'), {
      message: '--columns lacks record_id: add it, as the comparison needs it',
    });
  });
});
