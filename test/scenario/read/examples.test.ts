/** What each shipped scenario promises, checked in the rows that it generates. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createRecordSource } from '#src/simulate/record-source.js';

interface Rows {
  readonly count: number;
  readonly columns: readonly string[];
  readonly eventTypes: readonly string[];
  readonly classes: readonly string[];
  readonly regions: readonly string[];
  /** Share of the records that a condition holds for. */
  share(holds: (value: (column: string) => number | string) => boolean): number;
  mean(column: string, holds?: (value: (column: string) => number | string) => boolean): number;
}

const known = new Map<string, Promise<Rows>>();

/** Made once for each scenario. */
function rowsOf(name: string): Promise<Rows> {
  const rows = known.get(name) ?? simulated(name);
  known.set(name, rows);
  return rows;
}

async function simulated(name: string): Promise<Rows> {
  const { scenario } = await resolveScenario(name);
  const dataset = planDataset({ seed: 11, start: '2026-01-12', intervalSeconds: 30, vehicles: 60, days: 7, scenario });
  const batch = createBatch(dataset.telemetry, dataset.rows);
  createRecordSource(dataset, 0, dataset.rows).fill(batch);
  const { columns } = dataset.telemetry;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const valuesOf = (row: number) => (name: string) => {
    const column = byName.get(name)!;
    const stored = batch.arrays[name]![row]!;
    if (column.kind === 'enum') return column.values![stored]!;
    return column.kind === 'fixed' || column.kind === 'fixed53' ? stored / 10 ** column.decimals! : stored;
  };
  const rows = Array.from({ length: dataset.rows }, (_, row) => valuesOf(row));
  return {
    count: dataset.rows,
    columns: columns.map((column) => column.name),
    eventTypes: byName.get('event_type')!.values!,
    classes: dataset.world.classes.map((each) => each.name),
    regions: dataset.world.regions.map((each) => each.name),
    share: (holds) => rows.filter(holds).length / rows.length,
    mean: (column, holds = () => true) => {
      const held = rows.filter(holds);
      return held.reduce((sum, value) => sum + Number(value(column)), 0) / held.length;
    },
  };
}

describe('the shipped scenarios', () => {
  it('winter-storm: snow for a good part of the time, frost, slow roads', async () => {
    const [storm, usual] = [await rowsOf('winter-storm'), await rowsOf('default')];
    const snows = (rows: Rows): number => rows.share((value) => value('weather') === 'snowy');
    assert.ok(snows(storm) > 0.25 && snows(storm) > 2 * snows(usual), `${snows(storm)} against ${snows(usual)}`);
    assert.ok(storm.mean('temperature_c') < -3);
    assert.ok(storm.mean('risk_score') > usual.mean('risk_score'));
    const highway = (weather: string) => (value: (column: string) => number | string) =>
      value('weather') === weather && value('road_type') === 'highway';
    const [inSnow, dry] = [storm.mean('speed_kmh', highway('snowy')), storm.mean('speed_kmh', highway('cloudy'))];
    assert.ok(inSnow < 0.85 * dry, `${inSnow} against ${dry}`);
    assert.deepEqual(storm.regions, ['berlin', 'munich', 'warsaw', 'chicago']);
  });

  it('night-taxi: taxis by night', async () => {
    const rows = await rowsOf('night-taxi');
    assert.deepEqual(rows.classes, ['taxi']);
    assert.deepEqual(rows.regions, ['berlin', 'madrid']);
    const byNight = rows.share((value) => Number(value('hour_of_day')) >= 17 || Number(value('hour_of_day')) < 8);
    assert.ok(byNight > 0.95, `${byNight}`);
  });

  it('failing-devices: faults many times as often as usual', async () => {
    const [failing, usual] = [await rowsOf('failing-devices'), await rowsOf('default')];
    assert.ok(failing.mean('sensor_fault_event') > 5 * usual.mean('sensor_fault_event'));
    assert.ok(failing.mean('gps_loss_event') > usual.mean('gps_loss_event'));
    assert.ok(failing.mean('sensor_battery_pct') < usual.mean('sensor_battery_pct'));
  });

  it('dirty: the shares of records that it declares', async () => {
    const rows = await rowsOf('dirty');
    const margin = (share: number): number => 5 * Math.sqrt(share / rows.count);
    const found = {
      outliers: rows.share((value) => Number(value('speed_kmh')) >= 250),
      overcharged: rows.share((value) => Number(value('sensor_battery_pct')) > 100),
    };
    assert.ok(Math.abs(found.outliers - 0.002) < margin(0.002), `${found.outliers}`);
    assert.ok(Math.abs(found.overcharged - 0.003) < margin(0.003), `${found.overcharged}`);
  });

  it('tiny: one region, two classes', async () => {
    const rows = await rowsOf('tiny');
    assert.deepEqual(rows.regions, ['freiburg']);
    assert.deepEqual(rows.classes, ['company_car', 'delivery_van']);
  });

  it('autonomous: a custom event and two custom metrics, which follow the weather', async () => {
    const rows = await rowsOf('autonomous');
    for (const column of ['disengagement_event', 'perception_confidence', 'lidar_range_m']) {
      assert.ok(rows.columns.includes(column), column);
    }
    assert.ok(rows.eventTypes.indexOf('disengagement') === rows.eventTypes.indexOf('collision_alert') + 1);
    assert.ok(rows.share((value) => value('event_type') === 'disengagement') > 0.001);
    const fair = (value: (column: string) => number | string): boolean => value('weather') === 'sunny';
    const foul = (value: (column: string) => number | string): boolean =>
      ['foggy', 'snowy'].includes(`${value('weather')}`);
    assert.ok(rows.mean('lidar_range_m', foul) < rows.mean('lidar_range_m', fair) - 60);
    assert.ok(rows.mean('perception_confidence', foul) < rows.mean('perception_confidence', fair) - 0.1);
    assert.ok(rows.mean('disengagement_event', foul) > 1.5 * rows.mean('disengagement_event', fair));
  });
});
