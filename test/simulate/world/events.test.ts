/** Flags, devices and label: every row must be consistent in itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNull } from '#src/columns/batch.js';
import { EVENT_TYPES, TELEMETRY } from '#src/columns/telemetry.js';
import { planDataset } from '#src/plan/dataset.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { offsetAt } from '#src/world/local-time.js';
import { vehiclesOf } from '../fleet.js';
import { eachPair, Tally } from '../pairs.js';
import { recordsOf } from '../records.js';

const dataset = planDataset({ seed: 7, start: '2026-10-24', intervalSeconds: 10, rows: 150_000, days: 5 });
const batch = recordsOf(dataset);
const a = batch.arrays;
const rows = Array.from({ length: batch.length }, (_, row) => row);
const column = (name: string) => TELEMETRY.columns.find((c) => c.name === name)!;
/** The flag column of each event type but normal, the most severe first. */
const FLAGS = EVENT_TYPES.slice(1).map((type) => (type === 'collision_alert' ? type : `${type}_event`));

describe('every row', () => {
  it('brakes hard exactly when the peak is -3.00 m/s2 or less, and accelerates hard from 3.00', () => {
    for (const row of rows) {
      assert.equal(a.braking_event![row], a.acceleration_ms2![row]! <= -300 ? 1 : 0, `row ${row}`);
      assert.equal(a.harsh_acceleration_event![row], a.acceleration_ms2![row]! >= 300 ? 1 : 0, `row ${row}`);
    }
  });

  it('has no position exactly while GPS is lost', () => {
    for (const row of rows) {
      for (const name of ['latitude', 'longitude', 'gps_accuracy_m']) {
        assert.equal(isNull(column(name), a[name]![row]!), a.gps_loss_event![row] === 1, `${name} of row ${row}`);
      }
    }
  });

  it('names its most severe event', () => {
    for (const row of rows) {
      const severest = FLAGS.findIndex((name) => a[name]![row] === 1);
      assert.equal(EVENT_TYPES[a.event_type![row]!], severest < 0 ? 'normal' : EVENT_TYPES[severest + 1], `row ${row}`);
    }
  });

  it('has the local hour of its region, also across a clock change', () => {
    const vehicles = vehiclesOf(dataset);
    const seen = new Set<number>();
    // A skewed clock can show another hour.
    const tally = new Tally();
    for (const row of rows) {
      const { zone } = dataset.world.regions[vehicles[a.vehicle_id![row]!]!.region]!;
      const utc = a.recorded_at![row]!;
      tally.check(a.hour_of_day![row] === new Date(utc + offsetAt(zone, utc)).getUTCHours(), () => `row ${row}`);
      seen.add(offsetAt(zone, utc));
    }
    assert.ok(tally.failedShare < 0.0001, `${tally}`);
    assert.ok(seen.size >= 3, 'Berlin on both sides of its change, and Chicago');
  });

  it('stays within the ranges of the columns', () => {
    const within: [name: string, min: number, max: number][] = [
      ['sensor_battery_pct', 0, 1000],
      ['signal_strength_dbm', -140, -44],
      ['temperature_c', -850, 850],
      ['risk_score', 0, 10000],
      ['network_delay_ms', -300_000, defaultScenario().sensors.max_lateness_minutes * 60000],
    ];
    for (const [name, min, max] of within) {
      for (const row of rows) assert.ok(a[name]![row]! >= min && a[name]![row]! <= max, `${name} of row ${row}`);
    }
  });

  it('has consecutive ids from the first one', () => {
    for (const row of rows) assert.equal(a.record_id![row], row);
    const later = planDataset({ seed: 7, start: '2026-10-24', intervalSeconds: 10, rows: 50, firstRecordId: 1e12 });
    assert.deepEqual([...recordsOf(later, { from: 10, to: 13 }).arrays.record_id!], [1e12 + 10, 1e12 + 11, 1e12 + 12]);
  });
});

describe('every kind of event', () => {
  it('occurs, and most records have none', () => {
    const seen = new Map(EVENT_TYPES.map((type) => [type, 0]));
    for (const row of rows) {
      const type = EVENT_TYPES[a.event_type![row]!]!;
      seen.set(type, seen.get(type)! + 1);
    }
    // Faults are too rare for a few hundred hours.
    for (const [type, count] of seen) assert.ok(count > 0 || type === 'sensor_fault', type);
    assert.ok(seen.get('normal')! > 0.85 * batch.length, `${seen.get('normal')} of ${batch.length}`);
  });

  it('is plausible at its speed: hard braking slows a moving vehicle, lanes are changed at speed', () => {
    const [braking, laneChanges] = [new Tally(), new Tally()];
    // Within ten seconds a vehicle may have regained its speed.
    const fine = recordsOf(planDataset({ seed: 7, start: '2026-10-24', intervalSeconds: 1, rows: 300_000, days: 5 }));
    const a = fine.arrays;
    eachPair(fine, (b, row, sameTrip) => {
      if (a.braking_event![row] === 1) braking.check(a.speed_kmh![row]! < a.speed_kmh![b]!, () => `row ${row}`);
      if (a.harsh_acceleration_event![row] === 1) assert.ok(sameTrip && a.speed_kmh![row]! > 0, `row ${row}`);
      if (a.lane_change_event![row] === 0) return;
      assert.ok(sameTrip && a.speed_kmh![b]! + a.speed_kmh![row]! > 0, `row ${row}`);
      laneChanges.check(Math.max(a.speed_kmh![b]!, a.speed_kmh![row]!) >= 150, () => `row ${row}`);
    });
    // A duplicate repeats its event.
    assert.ok(braking.failedShare < 0.01, `${braking}`);
    assert.ok(laneChanges.failedShare < 0.01, `${laneChanges}`);
  });
});

describe('messages', () => {
  const arrival = (row: number): number => a.recorded_at![row]! + a.network_delay_ms![row]!;

  it('arrive in the order of recording for one vehicle, across trips and nights', () => {
    eachPair(batch, (b, row) => {
      assert.ok(arrival(row) >= arrival(b), `row ${row} arrives ${arrival(b) - arrival(row)} ms before row ${b}`);
    });
  });

  it('arrive out of order across vehicles', () => {
    const byArrival = rows.slice(0, 20_000).sort((x, y) => arrival(x) - arrival(y));
    const recorded = byArrival.map((row) => a.recorded_at![row]!);
    assert.ok(recorded.some((time, i) => i > 0 && time < recorded[i - 1]!));
  });

  it('count as delayed from exactly ten seconds on', () => {
    const tally = new Tally();
    for (const row of rows) {
      const late = a.network_delay_ms![row]! >= 10_000 ? 1 : 0;
      tally.check(a.network_delay_event![row] === late, () => `row ${row}`);
    }
    // A skewed clock shows in the delay.
    assert.ok(tally.failedShare < 0.0005, `${tally}`);
  });
});

describe('the label', () => {
  it('is drawn from the risk score: shares agree within four standard errors, overall and by score', () => {
    const bins = Array.from({ length: 6 }, () => ({ n: 0, expected: 0, variance: 0, risky: 0 }));
    for (const row of rows) {
      const p = a.risk_score![row]! / 10000;
      // All records, and those of one band of scores.
      const band = p < 0.02 ? 1 : p < 0.05 ? 2 : p < 0.15 ? 3 : p < 0.4 ? 4 : 5;
      for (const bin of [bins[0]!, bins[band]!]) {
        bin.n++;
        bin.expected += p;
        bin.variance += p * (1 - p);
        bin.risky += a.risk_label![row]!;
      }
    }
    for (const { n, expected, variance, risky } of bins) {
      assert.ok(n > 100, `${n} records in a band`);
      assert.ok(Math.abs(risky - expected) < 4 * Math.sqrt(variance), `${risky} of ${n} risky, not ${expected}`);
    }
  });

  it('is riskier with events than without', () => {
    const mean = (keep: (row: number) => boolean): number => {
      const kept = rows.filter(keep);
      return kept.reduce((sum, row) => sum + a.risk_score![row]!, 0) / kept.length;
    };
    const calm = mean((row) => a.event_type![row] === 0);
    for (const name of ['braking_event', 'harsh_acceleration_event', 'speeding_event', 'collision_alert']) {
      assert.ok(mean((row) => a[name]![row] === 1) > 2 * calm, name);
    }
  });
});
