/** Scenarios constructed by a program are validated like files, before anything is planned. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import type { Scenario } from '#src/scenario/model/scenario.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';

const REQUEST = { seed: 1, start: '2026-01-05', intervalSeconds: 10, vehicles: 1, days: 1 };
const base = defaultScenario();
const braking = base.events.braking_event!;
const berlin = base.regions.berlin!;

const WRONG: readonly (readonly [what: string, scenario: unknown, says: RegExp])[] = [
  ['a part of one', { dirt: base.dirt }, /^scenario: the scenario lacks \w+: add it$/],
  ['an unknown key', { ...base, wether: {} }, /^scenario: unknown key "wether": did you mean weather\?$/],
  [
    'a value out of range',
    { ...base, events: { ...base.events, braking_event: { ...braking, per_hour: -1 } } },
    /^scenario: events\.braking_event\.per_hour is -1: give a number from 0 to 100$/,
  ],
  [
    'an invalid number',
    { ...base, dirt: { ...base.dirt, missing_position: Number.NaN } },
    /^scenario: dirt\.missing_position is "NaN": give a number from 0 to 1$/,
  ],
  [
    'inconsistent as a whole',
    { ...base, events: { ...base.events, braking_event: { ...braking, triggers: { braking_event: { chance: 1 } } } } },
    /^scenario: .*trigger itself in a cycle/,
  ],
  [
    'made of roads that did not come from a file',
    { ...base, regions: { ...base.regions, berlin: { ...berlin, network: { nodes: [], roads: [] } } } },
    /^scenario: regions\.berlin\.network was not read from a file: let loadScenario read its GeoJSON file$/,
  ],
  [
    'made with a file name instead of roads',
    { ...base, regions: { ...base.regions, berlin: { ...berlin, network: 'berlin.geojson' } } },
    /^scenario: regions\.berlin\.network was not read from a file/,
  ],
];

describe('a scenario constructed by a program', () => {
  for (const [what, scenario, says] of WRONG) {
    it(`that is ${what} is rejected with one line`, async () => {
      const expected = { code: 'SCENARIO_INVALID', exitCode: 2, message: says };
      assert.throws(() => planDataset({ ...REQUEST, scenario: scenario as Scenario }), expected);
      await assert.rejects(generate({ rows: 10, to: 'null', scenario: scenario as Scenario }), expected);
    });
  }

  it('that is only the name of one is no scenario for planDataset, and loaded by generate', async () => {
    const scenario = 'vans.yaml';
    assert.throws(() => planDataset({ ...REQUEST, scenario: scenario as unknown as Scenario }), {
      code: 'SCENARIO_INVALID',
      exitCode: 2,
      message: /^scenario: the scenario is "vans\.yaml": give a map of keys and values$/,
    });
    await assert.rejects(generate({ rows: 10, to: 'null', scenario }), {
      code: 'SCENARIO_UNKNOWN',
      exitCode: 2,
      message: /^no scenario file vans\.yaml: give the path of a file or one of default, winter-storm, /,
    });
  });

  it('that is complete and valid is the same as one from a file', async () => {
    const { scenario } = await resolveScenario('default', ['dirt.missing_position=0.5']);
    const byHand = { ...base, dirt: { ...base.dirt, missing_position: 0.5 } };
    assert.equal(
      planDataset({ ...REQUEST, scenario: byHand }).scenarioHash,
      planDataset({ ...REQUEST, scenario }).scenarioHash,
    );
  });
});
