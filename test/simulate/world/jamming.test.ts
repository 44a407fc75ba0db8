/** Jammers: within reach of an active one no vehicle has a position, and the ground truth names the cause. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { NULL_INT } from '#src/columns/column.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { blockOf, ConditionsCache } from '#src/world/conditions/conditions.js';
import { METRES_PER_DEGREE } from '#src/world/roads/network.js';
import type { Jammer } from '#src/world/tables/jammers.js';
import { vehiclesOf } from '../fleet.js';

const MIN_RECORDS = 100;
/** With few exceptions, a position is back this long after a jammer. */
const REACQUIRED_MS = 150_000;

async function datasetWith(perWeek: number): Promise<Dataset> {
  const { scenario } = await resolveScenario('default', [
    `sensors.jamming.per_week=${perWeek}`,
    'sensors.jamming.radius_km=3',
  ]);
  return planDataset({ seed: 5, start: '2026-01-12', intervalSeconds: 10, vehicles: 60, days: 5, scenario });
}

function recordsWithTruth(dataset: Dataset): readonly [Batch, Batch] {
  const batch = createBatch(dataset.telemetry, dataset.rows);
  const truth = createBatch(dataset.truth, dataset.rows);
  createSimulator(dataset).range(0, dataset.rows).fill(batch, truth);
  return [batch, truth];
}

const codeOf = (dataset: Dataset, cause: string): number => {
  const code = dataset.truth.columns.find(({ name }) => name === 'gps_loss_cause')?.values?.indexOf(cause) ?? -1;
  assert.ok(code > 0, cause);
  return code;
};

describe('a jammer', async () => {
  const dataset = await datasetWith(20);
  const [{ arrays: a, length }, { arrays: t }] = recordsWithTruth(dataset);
  const vehicles = vehiclesOf(dataset);
  const conditions = new ConditionsCache(dataset.world.conditions, dataset.seed);
  const [jamming, tunnel] = [codeOf(dataset, 'jamming'), codeOf(dataset, 'tunnel')];

  /** The jammer of the record's region that sent last, and the metres to it. */
  const lastJam = (row: number): readonly [jammer: Jammer | undefined, metres: number] => {
    const { region } = vehicles[a.vehicle_id![row]!]!;
    const { network } = dataset.world.regions[region]!;
    const time = a.recorded_at![row]!;
    const jammer = conditions.get(region, blockOf(time)).jammers.findLast(({ fromMs }) => fromMs <= time);
    if (jammer === undefined) return [jammer, Number.POSITIVE_INFINITY];
    const north = (t.true_latitude![row]! / 1e6 - network.latitude[jammer.node]!) * METRES_PER_DEGREE;
    const east =
      (t.true_longitude![row]! / 1e6 - network.longitude[jammer.node]!) / network.degreesPerMEast[jammer.node]!;
    return [jammer, Math.hypot(north, east)];
  };

  it('leaves no vehicle within reach a position', () => {
    let [near, named] = [0, 0];
    for (let row = 0; row < length; row++) {
      const [jammer, metres] = lastJam(row);
      if (jammer === undefined || a.recorded_at![row]! >= jammer.untilMs || metres > 0.8 * jammer.radiusM) continue;
      near++;
      const cause = t.gps_loss_cause![row]!;
      assert.ok(cause > 0, `record ${row}, ${metres} m from a jammer: lost by nothing`);
      // A loss between tall buildings can outlast the jammer.
      if (cause === jamming || cause === tunnel) named++;
      assert.equal(a.latitude![row], NULL_INT);
    }
    assert.ok(near > MIN_RECORDS, `${near} records`);
    assert.ok(named > 0.95 * near, `${named} of ${near} records`);
  });

  it('affects nothing far away or long after', () => {
    let jammed = 0;
    for (let row = 0; row < length; row++) {
      if (t.gps_loss_cause![row] !== jamming) continue;
      jammed++;
      const [jammer, metres] = lastJam(row);
      assert.ok(
        jammer !== undefined && a.recorded_at![row]! < jammer.untilMs + REACQUIRED_MS,
        `record ${row}: long after`,
      );
      assert.ok(metres < 2 * jammer.radiusM + 3000, `record ${row}: ${metres} m away`);
    }
    assert.ok(jammed > MIN_RECORDS, `${jammed} records`);
  });

  it('does not exist if the scenario has none', async () => {
    const without = await datasetWith(0);
    const [, truth] = recordsWithTruth(without);
    assert.ok(!truth.arrays.gps_loss_cause!.includes(codeOf(without, 'jamming')));
  });
});
