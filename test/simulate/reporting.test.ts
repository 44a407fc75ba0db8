/** The effect of each of the scenario's reporting options on records, compared with the same fleet without it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createSimulator } from '#src/simulate/record-source.js';

const NO_TRIP = -1;
const HOUR_MS = 3_600_000;

interface Records {
  readonly dataset: Dataset;
  readonly a: Batch['arrays'];
  readonly truth: Batch['arrays'];
  readonly length: number;
}

async function recordsWith(sets: readonly string[], request: Partial<DatasetRequest> = {}): Promise<Records> {
  const { scenario } = await resolveScenario('default', sets);
  const dataset = planDataset({
    seed: 5,
    start: '2026-01-09',
    intervalSeconds: 10,
    vehicles: 25,
    days: 4,
    scenario,
    ...request,
  });
  const batch = createBatch(dataset.telemetry, dataset.rows);
  const truth = createBatch(dataset.truth, dataset.rows);
  createSimulator(dataset).range(0, dataset.rows).fill(batch, truth);
  return { dataset, a: batch.arrays, truth: truth.arrays, length: batch.length };
}

/** A record as text, without these columns. */
function textOf({ a, truth }: Records, row: number, without: readonly string[]): string {
  const columns = TELEMETRY.columns.map(({ name }) => name).filter((name) => !without.includes(name));
  return [...columns.map((name) => a[name]![row]), truth.true_latitude![row], truth.true_longitude![row]].join();
}

const rowsOf = ({ length }: Records): number[] => Array.from({ length }, (_, row) => row);
const plain = await recordsWith([]);

describe('lost records', () => {
  const asked = 0.06;

  it('have the requested share, in bursts, whatever the interval; the rest is unaffected', async () => {
    for (const [intervalSeconds, whole] of [[10, plain] as const, [1, undefined] as const]) {
      const small = intervalSeconds === 1 ? { intervalSeconds, vehicles: 8, days: 2 } : { intervalSeconds };
      const all = whole ?? (await recordsWith([], small));
      const left = await recordsWith([`devices.lost_records=${asked}`, 'devices.lost_burst_seconds=30'], small);
      const known = new Map(rowsOf(all).map((row) => [textOf(all, row, ['record_id']), row]));
      const arrived = new Set(rowsOf(left).map((row) => known.get(textOf(left, row, ['record_id']))));
      assert.ok(!arrived.has(undefined), 'a record differs from what it is without losses');
      let [lost, could, bursts] = [0, 0, 0];
      for (const row of rowsOf(all)) {
        const trip = all.a.trip_id![row];
        const inside = all.a.trip_id![row - 1] === trip && all.a.trip_id![row + 1] === trip;
        if (!inside) assert.ok(arrived.has(row), 'the first or last record of a trip is lost');
        else could++;
        if (arrived.has(row)) continue;
        lost++;
        if (arrived.has(row - 1)) bursts++;
      }
      assert.ok(Math.abs(lost / could - asked) < 0.2 * asked, `${lost} of ${could} at ${intervalSeconds} s`);
      const seconds = (lost / bursts) * intervalSeconds;
      assert.ok(seconds > 25 && seconds < 50, `bursts of ${seconds} s`);
    }
  });
});

describe('jitter', () => {
  const startOf = (a: Batch['arrays'], from: number): number => {
    let row = from;
    while (a.trip_id![row - 1] === a.trip_id![from]) row--;
    return a.recorded_at![row]!;
  };

  it('is as requested, at most a quarter of the interval; trips begin on time', async () => {
    for (const [asked, intervalSeconds, max] of [
      [400, 10, 400],
      [900, 2, 500],
    ] as const) {
      const late = await recordsWith(
        [
          `devices.reporting_jitter_ms=${asked}`,
          'devices.duplicates={per_1000_days: 0}',
          'devices.reboot={per_1000_days: 0}',
        ].concat('devices.clock_skew={per_1000_days: 0}'),
        { intervalSeconds, vehicles: 10, days: 3 },
      );
      const seen = new Set<number>();
      for (const row of rowsOf(late)) {
        const trip = late.a.trip_id![row];
        // The last record of a trip may come early, before the next trip.
        if (late.a.trip_id![row + 1] !== trip) continue;
        const by = (late.a.recorded_at![row]! - startOf(late.a, row)) % (intervalSeconds * 1000);
        assert.ok(by <= max, `${by} ms late`);
        if (late.a.trip_id![row - 1] === trip) seen.add(by);
        else assert.equal(by, 0);
      }
      assert.ok(seen.size > max * 0.9 && seen.has(max) && seen.has(0), `${seen.size} different`);
    }
  });

  it('leaves each record consistent with its actual time', async () => {
    const request = { vehicles: 8, days: 2 };
    const faultless = ['clock_skew', 'duplicates', 'reboot'].map((name) => `devices.${name}={per_1000_days: 0}`);
    const late = await recordsWith([...faultless, 'devices.reporting_jitter_ms=900'], request);
    const fine = await recordsWith(faultless, { ...request, intervalSeconds: 1 });
    const rowAt = new Map(rowsOf(fine).map((row) => [`${fine.a.trip_id![row]} ${fine.a.recorded_at![row]}`, row]));
    let compared = 0;
    for (const row of rowsOf(late)) {
      const trip = late.a.trip_id![row];
      const time = late.a.recorded_at![row]!;
      const start = startOf(late.a, row);
      const before = rowAt.get(`${trip} ${start + Math.floor((time - start) / 1000) * 1000}`);
      if (before === undefined || fine.a.trip_id![before + 1] !== trip) continue;
      const metres = late.a.odometer_km![row]!;
      assert.ok(fine.a.odometer_km![before]! <= metres && metres <= fine.a.odometer_km![before + 1]!, `row ${row}`);
      for (const name of ['true_latitude', 'true_longitude']) {
        const [from, to] = [fine.truth[name]![before]!, fine.truth[name]![before + 1]!];
        const here = late.truth[name]![row]!;
        // Microdegrees: the sideways deviation that a bend may cause within a second.
        assert.ok(here >= Math.min(from, to) - 60 && here <= Math.max(from, to) + 60, `${name} of row ${row}`);
      }
      compared++;
    }
    assert.ok(compared > 0.9 * late.length, `${compared} of ${late.length}`);
  });
});

describe('heartbeats', () => {
  const everyMinutes = 90;

  it('are sent at their interval while a vehicle is parked, with its parking position', async () => {
    const { a, truth, length, dataset } = await recordsWith([`devices.heartbeat_minutes=${everyMinutes}`]);
    const last = new Map<number, number>();
    const phase = new Map<number, number>();
    let [beats, moved] = [0, 0];
    for (let row = 0; row < length; row++) {
      const vehicle = a.vehicle_id![row]!;
      const before = last.get(vehicle);
      last.set(vehicle, row);
      const time = a.recorded_at![row]!;
      if (before !== undefined && a.trip_id![row] !== NO_TRIP && a.trip_id![row] !== a.trip_id![before]) {
        // Before a trip, no gap between heartbeats is longer than their interval.
        assert.ok(time - a.recorded_at![before]! < everyMinutes * 60_000 + 5000, `row ${row}`);
      }
      if (a.trip_id![row] !== NO_TRIP) continue;
      beats++;
      const at = time % (everyMinutes * 60_000);
      assert.equal(phase.get(vehicle) ?? at, at, 'each vehicle reports at its own phase');
      phase.set(vehicle, at);
      for (const name of [
        'speed_kmh',
        'acceleration_ms2',
        'braking_event',
        'speeding_event',
        'risk_score',
        'risk_label',
      ])
        assert.equal(a[name]![row], 0, name);
      assert.equal(truth.device_fault![row], 0);
      if (before === undefined) continue;
      assert.ok(time - a.recorded_at![before]! <= everyMinutes * 60_000 + 5000);
      const metres = a.odometer_km![row]! - a.odometer_km![before]!;
      assert.ok(metres >= -1 && metres <= 1, `${metres} m while parked`);
      if (truth.device_fault![before] !== 0) continue;
      const [north, east] = ['true_latitude', 'true_longitude'].map((name) =>
        Math.abs(truth[name]![row]! - truth[name]![before]!),
      );
      if (north! > 2 || east! > 2) moved++;
      if (a.trip_id![before] === NO_TRIP) {
        assert.ok(a.sensor_battery_pct![row]! <= a.sensor_battery_pct![before]!, `row ${row}: a battery rises`);
        assert.equal(a.heading_deg![row], a.heading_deg![before]);
      }
    }
    assert.equal(moved, 0);
    assert.equal(phase.size, dataset.vehicles);
    assert.ok(
      new Set([...phase.values()].map((ms) => Math.floor(ms / 60_000))).size > 15,
      'vehicles report at different times',
    );
    const parkedHours = (beats * everyMinutes) / 60;
    const share = parkedHours / (dataset.vehicles * dataset.days * 24);
    assert.ok(share > 0.6 && share < 0.98, `${share} of the time parked`);
  });

  it('change no record of a trip', async () => {
    const beating = await recordsWith([`devices.heartbeat_minutes=${everyMinutes}`]);
    const trips = rowsOf(beating).filter((row) => beating.a.trip_id![row] !== NO_TRIP);
    assert.equal(trips.length, plain.length);
    // Held-back records queue behind held-back heartbeats; the charge is known more precisely.
    const without = ['record_id', 'network_delay_ms', 'sensor_battery_pct', 'sensor_fault_event', 'temperature_c'];
    let differ = 0;
    trips.forEach((row, i) => {
      const [one, other] = [textOf(beating, row, without), textOf(plain, i, without)];
      if (one !== other) differ++;
    });
    assert.ok(differ < 0.01 * trips.length, `${differ} of ${trips.length}`);
  });

  it('are sent on days off, too, and across the change of day', async () => {
    const { a, length } = await recordsWith(['devices.heartbeat_minutes=60'], { vehicles: 12, days: 7 });
    const byVehicle = new Map<number, number[]>();
    for (let row = 0; row < length; row++) {
      if (a.trip_id![row] !== NO_TRIP) continue;
      const vehicle = a.vehicle_id![row]!;
      byVehicle.set(vehicle, [...(byVehicle.get(vehicle) ?? []), a.recorded_at![row]!]);
    }
    for (const [vehicle, times] of byVehicle) {
      const steps = times.slice(1).map((time, i) => (time - times[i]!) / HOUR_MS);
      assert.ok(
        steps.every((hours) => hours >= 1 && Number.isInteger(hours)),
        `vehicle ${vehicle}: ${steps}`,
      );
      assert.ok(steps.filter((hours) => hours === 1).length > 0.7 * steps.length);
    }
  });
});
