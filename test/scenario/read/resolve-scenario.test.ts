import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import type { Scenario } from '#src/scenario/model/scenario.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { type ScenarioFiles, scenarioFiles } from '../scenario-files.js';

const FREIBURG = `{share: 0.5, centre: [47.996, 7.849], time_zone: Europe/Berlin, city_radius_km: 2,
  temperature_c: [2, 3, 7, 11, 15, 19, 21, 20, 16, 11, 6, 3], precipitation: [0,0,0,0,0,0,0,0,0,0,0,0],
  fog: [0,0,0,0,0,0,0,0,0,0,0,0], sunshine: [1,1,1,1,1,1,1,1,1,1,1,1]}`;

function hashOf(scenario: Scenario): string {
  return planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10, vehicles: 1, days: 1, scenario })
    .scenarioHash;
}

describe('resolveScenario', () => {
  let files: ScenarioFiles;
  before(async () => {
    files = await scenarioFiles();
  });
  after(() => files.remove());

  it('returns the default for no file, an empty file, comments and an empty map', async () => {
    for (const text of ['', '# nothing\n', '{}']) {
      assert.deepEqual((await files.load(text)).scenario, defaultScenario());
    }
    assert.deepEqual((await resolveScenario()).scenario, defaultScenario());
    assert.deepEqual((await resolveScenario('default')).scenario, defaultScenario());
  });

  it('merges maps key by key and replaces lists', async () => {
    const { scenario } = await files.load(
      'events: {braking_event: {per_hour: 3, weather: {rainy: 2}}}\nroads: {towns: 3}',
    );
    const braking = defaultScenario().events.braking_event!;
    assert.deepEqual(scenario.events.braking_event, {
      ...braking,
      per_hour: 3,
      weather: { ...braking.weather, rainy: 2 },
    });
    assert.deepEqual(scenario.roads, { ...defaultScenario().roads, towns: 3 });
    const { fog } = (await files.load(`regions: {berlin: {fog: [${'0.1,'.repeat(11)}0]}}`)).scenario.regions.berlin!;
    assert.deepEqual(fog, [...new Array(11).fill(0.1), 0]);
  });

  it('reads JSON with tabs, and a byte order mark', async () => {
    const { scenario } = await files.load('\ufeff{\n\t"roads": {\n\t\t"towns": 4\n\t}\n}\n');
    assert.equal(scenario.roads.towns, 4);
  });

  it('reads aliases', async () => {
    const { scenario } = await files.load('roads: {towns: &n 5, radials: *n}');
    assert.deepEqual([scenario.roads.towns, scenario.roads.radials], [5, 5]);
  });

  it('removes entries and optional values set to null', async () => {
    const text = 'regions: {berlin: null, madrid: null}\nevents: {braking_event: {triggers: null, hours: null}}';
    const { scenario } = await files.load(text, ['fleet.classes.taxi=null']);
    assert.deepEqual(Object.keys(scenario.regions), ['munich', 'warsaw', 'chicago']);
    assert.equal(scenario.fleet.classes.taxi, undefined);
    const { triggers: _, hours: __, ...braking } = defaultScenario().events.braking_event!;
    assert.deepEqual(scenario.events.braking_event, braking);
  });

  it('lets --set override the file, the file the defaults, and a later --set an earlier one', async () => {
    const file = 'roads: {towns: 3, radials: 3}';
    assert.deepEqual((await files.load(file, ['roads.towns=4'])).scenario.roads.towns, 4);
    assert.deepEqual((await files.load(file, ['roads.towns=4', 'roads.towns=5'])).scenario.roads.towns, 5);
    assert.deepEqual((await files.load(file, ['roads.towns=4'])).scenario.roads.radials, 3);
  });

  it('accepts any YAML value from --set', async () => {
    const { scenario } = await files.load('', [
      'regions.berlin.centre=[50, 10]',
      'fleet.classes.taxi={share: 2, depot: true}',
      'metrics.tyre_bar={mean: 2.4, spread: 0.1, range: [0, 9], unit: "bar = 10^5 Pa"}',
    ]);
    assert.deepEqual(scenario.regions.berlin?.centre, [50, 10]);
    assert.deepEqual([scenario.fleet.classes.taxi?.share, scenario.fleet.classes.taxi?.trip_km], [2, 6]);
    assert.equal(scenario.metrics.tyre_bar?.unit, 'bar = 10^5 Pa');
  });

  it('does not modify the default', async () => {
    const before = structuredClone(defaultScenario());
    await files.load(`regions: {freiburg: ${FREIBURG}, berlin: null}`, [
      'events.braking_event.weather.rainy=3',
      'roads.towns=1',
    ]);
    assert.deepEqual(defaultScenario(), before);
  });

  it('orders keys independently of the order of files and sets', async () => {
    const metric = '{mean: 1, spread: 1, range: [0, 2]}';
    const event = '{per_hour: 1, severity: 1, triggers: {b_event: {chance: 0.1}, braking_event: {chance: 0.1}}}';
    const other = '{severity: 1, per_hour: 1}';
    const a = await files.load(
      `metrics: {zeta: ${metric}, alpha: ${metric}}\nevents: {c_event: ${event}, b_event: ${other}}\nregions: {freiburg: ${FREIBURG}}\nroads: {towns: 2, radials: 4}`,
    );
    const b = await files.load(
      `regions: {freiburg: ${FREIBURG}}\nevents: {b_event: ${other}}\nmetrics: {alpha: ${metric}}`,
      ['roads.radials=4', `metrics.zeta=${metric}`, 'roads.towns=2', `events.c_event=${event}`],
    );
    assert.equal(JSON.stringify(a.scenario), JSON.stringify(b.scenario));
    assert.deepEqual(Object.keys(a.scenario.metrics), ['alpha', 'zeta']);
    assert.equal(hashOf(a.scenario), hashOf(b.scenario));
  });

  it('gives equal hashes exactly to equal scenarios', async () => {
    const texts = ['', 'roads: {towns: 10}', 'dirt: {speed_outlier: 0.1}', 'regions: {berlin: null}'];
    const scenarios: string[] = [];
    for (const text of texts) scenarios.push(hashOf((await files.load(text)).scenario));
    assert.equal(new Set(scenarios).size, texts.length);
    assert.equal(hashOf(defaultScenario()), hashOf((await files.load('roads: {towns: 11}')).scenario));
    assert.equal(hashOf((await files.load('roads: {towns: 1.0e+1}')).scenario), scenarios[1]);
  });
});
