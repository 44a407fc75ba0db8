/** A region whose roads cross the 180th meridian: longitudes are normalised, and motion continues across it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { NULL_INT } from '#src/columns/column.js';
import { planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';
import { createAudit } from '#src/verify/realism/audit.js';

const HALF_TURN = 180_000_000;

describe('a region on the antimeridian', async () => {
  const { scenario } = await resolveScenario('default', [
    ...['munich', 'madrid', 'warsaw', 'chicago'].map((region) => `regions.${region}=null`),
    'regions.berlin.centre=[-17, 179.99]',
    'devices.teleport.per_1000_days=200',
  ]);
  const dataset = planDataset({ seed: 3, start: '2026-02-02', intervalSeconds: 10, vehicles: 40, days: 4, scenario });
  const batch = createBatch(dataset.telemetry, dataset.rows);
  const truth = createBatch(dataset.truth, dataset.rows);
  createRecordSource(dataset, 0, dataset.rows).fill(batch, truth);
  const vehicles = createBatch(dataset.vehicle, dataset.vehicles);
  fillVehicles(dataset, 0, vehicles);

  it('has longitudes from -180 to 180 on both sides', () => {
    const longitudes = [
      ...batch.arrays.longitude!.filter((longitude) => longitude !== NULL_INT),
      ...truth.arrays.true_longitude!,
      ...vehicles.arrays.home_longitude!,
    ];
    const outside = longitudes.filter((longitude) => longitude < -HALF_TURN || longitude >= HALF_TURN);
    assert.deepEqual(outside.slice(0, 3), []);
    const east = longitudes.filter((longitude) => longitude < 0).length;
    assert.ok(east > 0.1 * longitudes.length && east < 0.9 * longitudes.length, `${east} of ${longitudes.length}`);
  });

  it('has the same motion as any other', () => {
    const audit = createAudit(dataset);
    audit.add(batch, truth);
    const failed = audit
      .checks()
      .filter(({ group, verdict }) => ['motion', 'devices'].includes(group) && verdict === 'FAILED');
    // This allows for receivers that report another place.
    assert.deepEqual(
      failed.map(({ name }) => name).filter((name) => !/within GPS error/.test(name)),
      [],
    );
  });
});
