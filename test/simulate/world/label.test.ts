import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { fillVehicles } from '#src/simulate/vehicle-rows.js';
import { auc, aucError, fitLogistic, predict } from './logistic-regression.js';

const ROWS = 200_000;
/** One in so many vehicles is held out. */
const HELD_OUT = 2;

interface Rows {
  readonly features: Float64Array;
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
}

/**
 * The features a user would derive from a row and its vehicle: one-hot texts and hours, flags, speed; not risk_score.
 */
function featuresOf(dataset: Dataset): (batch: Batch, row: number) => number[] {
  const { columns } = dataset.telemetry;
  const enums = ['road_type', 'weather', 'traffic_density'].map((name) => columns.find((c) => c.name === name)!);
  const flags = columns.filter(({ kind }) => kind === 'bool').map(({ name }) => name);
  const vehicles = createBatch(dataset.vehicle, dataset.vehicles);
  fillVehicles(dataset, 0, vehicles);
  const [styles, classes] = ['driver_style', 'vehicle_class'].map(
    (name) => dataset.vehicle.columns.find((c) => c.name === name)!,
  );
  const oneHot = (count: number, code: number) => Array.from({ length: count }, (_, i) => (i === code ? 1 : 0));
  return (batch, row) => {
    const value = (name: string) => batch.arrays[name]![row]!;
    const vehicle = value('vehicle_id');
    const speed = value('speed_kmh') / 1000;
    const road = oneHot(3, value('road_type'));
    return [
      1,
      ...enums.flatMap(({ name, values }) => oneHot(values!.length, value(name)).slice(1)),
      ...oneHot(24, value('hour_of_day')).slice(1),
      ...flags.map(value),
      ...road.map((is) => is * speed),
      ...road.map((is) => is * speed * value('speeding_event')),
      ...oneHot(styles!.values!.length, vehicles.arrays.driver_style![vehicle]!).slice(1),
      ...oneHot(classes!.values!.length, vehicles.arrays.vehicle_class![vehicle]!).slice(1),
    ];
  };
}

describe('the labels', () => {
  let dataset: Dataset;
  let learnt: Rows;
  let heldOut: Rows;

  before(() => {
    dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 200, rows: ROWS });
    const at = featuresOf(dataset);
    const parts = [0, 1].map(() => ({ features: [] as number[], labels: [] as number[], scores: [] as number[] }));
    const batch = createBatch(dataset.telemetry, 1000);
    const source = createRecordSource(dataset, 0, ROWS);
    while (source.fill(batch) > 0) {
      for (let row = 0; row < batch.length; row++) {
        const part = parts[batch.arrays.vehicle_id![row]! % HELD_OUT === 0 ? 1 : 0]!;
        for (const value of at(batch, row)) part.features.push(value);
        part.labels.push(batch.arrays.risk_label![row]!);
        part.scores.push(batch.arrays.risk_score![row]!);
      }
    }
    [learnt, heldOut] = parts.map(({ features, labels, scores }) => ({
      features: Float64Array.from(features),
      labels: Uint8Array.from(labels),
      scores: Float64Array.from(scores),
    })) as [Rows, Rows];
  });

  it('let a simple model come close to the score they were drawn from, but not exceed it', () => {
    const { features, labels } = learnt;
    const weights = fitLogistic(features, labels, features.length / labels.length);
    const best = auc(heldOut.scores, heldOut.labels);
    const found = auc(predict(heldOut.features, weights), heldOut.labels);
    const positives = heldOut.labels.reduce((sum, label) => sum + label, 0);
    const error = aucError(best, positives, heldOut.labels.length - positives);
    assert.ok(found >= best - 0.02, `a model reaches an AUC of ${found}, the score one of ${best}`);
    assert.ok(found <= best + 2 * error, `a model reaches an AUC of ${found}, more than ${best} +- ${error}`);
  });

  it('occur as often as their score says, in every tenth of the records by score', () => {
    const order = Uint32Array.from(heldOut.scores, (_, i) => i).sort((a, b) => heldOut.scores[a]! - heldOut.scores[b]!);
    for (let tenth = 0; tenth < 10; tenth++) {
      const rows = order.subarray((tenth * order.length) / 10, ((tenth + 1) * order.length) / 10);
      let risky = 0;
      let expected = 0;
      let variance = 0;
      for (const row of rows) {
        const p = heldOut.scores[row]! / 10_000;
        risky += heldOut.labels[row]!;
        expected += p;
        variance += p * (1 - p);
      }
      const deviations = (risky - expected) / Math.sqrt(variance);
      assert.ok(Math.abs(deviations) < 4, `tenth ${tenth}: ${risky} risky records, ${expected} expected`);
    }
  });
});
