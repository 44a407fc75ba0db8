/** Stored values lie in the declared range of their column and fit its type, for any valid scenario. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FleetgenError } from '#src/base/errors.js';
import { type Batch, createBatch, isNull } from '#src/columns/batch.js';
import type { Column, SqlType, TableSchema } from '#src/columns/column.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import type { Scenario } from '#src/scenario/model/scenario.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { scenarioSchema } from '#src/scenario/schema/schema.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';

const REQUEST = { seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 4, days: 1 };
const MAX_RECORDS = 3000;
/** The largest value that a column's type holds exactly. Reals are exact up to 2^24 units. */
const SQL_MOST: Partial<Record<SqlType, number>> = {
  smallint: 2 ** 15 - 1,
  integer: 2 ** 31 - 1,
  bigint: Number.MAX_SAFE_INTEGER,
  real: 2 ** 24,
  'double precision': Number.MAX_SAFE_INTEGER,
};

interface Bound {
  readonly path: readonly string[];
  readonly value: unknown;
}

interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
}

/** Every number of the scenario at its minimum and at its maximum; lists with all elements at once. */
function* boundsOf(value: unknown, schema: Schema, path: readonly string[] = []): Generator<Bound> {
  if (Array.isArray(value)) {
    const { minimum, maximum } = schema.items ?? {};
    if (minimum === undefined) return;
    for (const bound of [minimum, maximum]) yield { path, value: value.map(() => bound) };
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const inner = schema.properties?.[key] ?? (schema.additionalProperties || undefined);
      if (inner !== undefined) yield* boundsOf(each, inner, [...path, key]);
    }
  } else if (schema.minimum !== undefined) {
    for (const bound of [schema.minimum, schema.maximum]) yield { path, value: bound };
  }
}

function withBounds(scenario: Scenario, bounds: readonly Bound[]): Scenario {
  const changed = structuredClone(scenario);
  for (const { path, value } of bounds) {
    let parent = changed as unknown as Record<string, unknown>;
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
    parent[path.at(-1)!] = value;
  }
  return changed;
}

/** The values outside their column's range, as texts. */
function outside({ columns }: TableSchema, batch: Batch): string[] {
  return columns.flatMap((column) => {
    const { min = -Infinity, max = Infinity } = column.range ?? {};
    const scale = 10 ** (column.decimals ?? 0);
    const values = batch.arrays[column.name]!.subarray(0, batch.length);
    const wrong = values.find((stored) => {
      if (isNull(column, stored)) return false;
      // A metric's range may lie between two values of its decimals.
      return !(stored >= min * scale - 1e-6 && stored <= max * scale + 1e-6);
    });
    return wrong === undefined ? [] : [`${column.name} ${wrong / scale} not in ${min} to ${max}`];
  });
}

function outsideOf(dataset: Dataset): string[] {
  const records = createBatch(dataset.telemetry, MAX_RECORDS);
  const truth = createBatch(dataset.truth, MAX_RECORDS);
  createRecordSource(dataset, 0, Math.min(dataset.rows, MAX_RECORDS)).fill(records, truth);
  const vehicles = createBatch(dataset.vehicle, 8);
  fillVehicles(dataset, 0, vehicles);
  return [
    ...outside(dataset.telemetry, records),
    ...outside(dataset.truth, truth),
    ...outside(dataset.vehicle, vehicles),
  ];
}

const { scenario } = await loadScenario('tiny', [
  'metrics.load_kg={mean: 4e5, spread: 1e5, range: [0, 1e6], decimals: 2}',
]);
const bounds = [...boundsOf(scenario, scenarioSchema('whole') as Schema)]
  // The centre of a region has separate bounds for latitude and longitude.
  .filter(({ path }) => path.at(-1) !== 'centre');

describe('a stored number', () => {
  it('lies in the range of its column when the scenario is at its bounds', () => {
    let planned = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...bounds), { minLength: 1, maxLength: 6 }), (some) => {
        let dataset: Dataset;
        try {
          dataset = planDataset({ ...REQUEST, scenario: withBounds(scenario, some) });
        } catch (error) {
          assert.ok(error instanceof FleetgenError && error.exitCode === 2, String(error));
          refused++;
          return;
        }
        planned++;
        assert.deepEqual(outsideOf(dataset), []);
      }),
      { numRuns: 100 },
    );
    assert.ok(bounds.length > 300, `${bounds.length} bounds`);
    assert.ok(planned > refused, `${planned} planned, ${refused} refused`);
  });

  it('lies in it when everything is dirty and every device fails', async () => {
    const faults = ['frozen_gps', 'teleport', 'clock_skew', 'stuck_sensor', 'out_of_range', 'duplicates', 'reboot'];
    for (const fault of faults) {
      const { scenario: failing } = await loadScenario('dirty', [
        ...[`devices.${fault}.per_1000_days=900`, `devices.${fault}.seconds=86400`],
        ...['dirt.battery_over_100=0.3', 'dirt.speed_outlier=0.3', 'dirt.missing_position=0.3'],
      ]);
      assert.deepEqual(outsideOf(planDataset({ ...REQUEST, scenario: failing })), []);
    }
  });

  it('lies in it on the last possible days, with devices a hundred years old', () => {
    const last = { ...REQUEST, start: '2149-12-20', days: 12 };
    const batch = createBatch(planDataset(last).telemetry, MAX_RECORDS);
    const dataset = planDataset(last);
    createRecordSource(dataset, 0, MAX_RECORDS).fill(batch);
    assert.deepEqual(outside(dataset.telemetry, batch), []);
  });

  it('may be an odometer reading beyond an int32', async () => {
    const { scenario: far } = await loadScenario('default', ['fleet.classes.long_haul_truck.km_per_week=5000']);
    const dataset = planDataset({ ...REQUEST, scenario: far, start: '2036-01-06', vehicles: 60, days: 2 });
    const batch = createBatch(dataset.telemetry, dataset.rows);
    createRecordSource(dataset, 0, dataset.rows).fill(batch);
    const metres = batch.arrays.odometer_km!;
    const last = new Map<number, number>();
    let max = 0;
    for (let row = 0; row < batch.length; row++) {
      const vehicle = batch.arrays.vehicle_id![row]!;
      assert.ok(metres[row]! >= (last.get(vehicle) ?? 0), `row ${row}`);
      last.set(vehicle, metres[row]!);
      max = Math.max(max, metres[row]!);
    }
    // A truck of up to 6250 km a week since 2016 at the earliest.
    assert.ok(max > 2 ** 31 && max < 6250 * 1000 * 53 * 20.1, `${max}`);
  });

  it('fits its column', () => {
    const worst = { ...defaultScenario(), metrics: scenario.metrics };
    const { telemetry, truth, vehicle } = planDataset({ ...REQUEST, scenario: worst });
    const stated = [telemetry, truth, vehicle]
      .flatMap(({ columns }) => columns)
      .filter(({ range }) => range !== undefined);
    assert.ok(stated.length > 15);
    for (const column of stated) {
      const max = mostOf(column);
      assert.ok(max <= SQL_MOST[column.sqlType]!, `${column.name}: ${max}`);
      if (column.kind === 'int' || column.kind === 'fixed') assert.ok(max < 2 ** 31, column.name);
    }
    assert.equal(telemetry.columns.find(({ name }) => name === 'load_kg')!.sqlType, 'double precision');
  });
});

/** The greatest magnitude in units of the last decimal. */
function mostOf({ range = {}, decimals = 0 }: Column): number {
  return Math.max(Math.abs(range.min ?? 0), Math.abs(range.max ?? 0)) * 10 ** decimals;
}
