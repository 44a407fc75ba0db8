/** Physics, from the rows alone: position, speed, acceleration, heading and odometer must be consistent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import type { DayPlan } from '#src/plan/day/day-plan.js';
import { plannerOf } from '#src/plan/planner.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { CLOCK_SKEW, DUPLICATES, REBOOT } from '#src/world/tables/fault-tables.js';
import { crashTrips, vehiclesOf } from '../fleet.js';
import { displacement, eachPair, hasPosition, Tally } from '../pairs.js';
import { recordsOf } from '../records.js';

/** `verify` allows one record in a thousand. */
const RARE = 0.001;
const HEADING_STEPS = 3600;
const INTERVALS = [1, 10, 60];

for (const seconds of INTERVALS) {
  describe(`motion, recorded every ${seconds} s`, () => {
    const dataset = planDataset({ seed: 42, start: '2026-03-27', intervalSeconds: seconds, rows: 80_000, days: 4 });
    const batch = recordsOf(dataset);
    const a = batch.arrays;
    const speedMs = (row: number): number => a.speed_kmh![row]! / 36;
    /** Three times both accuracies, in metres. */
    const error = (b: number, row: number): number => 0.3 * (a.gps_accuracy_m![b]! + a.gps_accuracy_m![row]!);
    const growth = (b: number, row: number): number => a.odometer_km![row]! - a.odometer_km![b]!;
    const dayOfTrip = (row: number): number => Math.floor(a.trip_id![row]! / 100) % 1e5;

    it('moves no further than the odometer, up to GPS error', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip || !hasPosition(batch, b) || !hasPosition(batch, row)) return;
        const { east, north } = displacement(batch, b, row);
        tally.check(Math.hypot(east, north) <= growth(b, row) + 1 + error(b, row), () => `row ${row}`);
      });
      assert.ok(tally.all > 50_000 && tally.failedShare < RARE, `${tally}`);
    });

    it('changes its speed by no more than the peak acceleration allows', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip) return;
        const max = (Math.abs(a.acceleration_ms2![row]!) / 100 + 0.005) * seconds;
        tally.check(Math.abs(speedMs(row) - speedMs(b)) <= max, () => `row ${row}`);
      });
      assert.ok(tally.failedShare < RARE, `${tally}`);
    });

    it('starts and ends every trip at rest', () => {
      eachPair(batch, (b, row, sameTrip) => {
        if (sameTrip) return;
        assert.equal(a.speed_kmh![b], 0, `row ${b} ends a trip`);
        assert.equal(a.speed_kmh![row], 0, `row ${row} starts a trip`);
      });
    });

    it('starts the next trip where the last ended, also overnight', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (sameTrip || !hasPosition(batch, b) || !hasPosition(batch, row)) return;
        const { east, north } = displacement(batch, b, row);
        tally.check(Math.hypot(east, north) <= error(b, row), () => `row ${row}`);
      });
      assert.ok(tally.all > 20 && tally.failedShare <= RARE * 10, `${tally}`);
    });

    it('never decreases the odometer, and advances it unrecorded only between days', () => {
      let [nights, far] = [0, 0];
      eachPair(batch, (b, row, sameTrip) => {
        assert.ok(growth(b, row) >= 0, `row ${row}`);
        if (sameTrip) return;
        const days = dayOfTrip(row) - dayOfTrip(b);
        if (days === 0) assert.ok(growth(b, row) <= 1, `row ${row}: ${growth(b, row)} m while parked`);
        else nights++;
        if (growth(b, row) > 1 + 5000 * days) far++;
      });
      // A share of a few nights is not significant.
      if (nights > 100) assert.ok(far <= 0.03 * nights, `${far} of ${nights} nights`);
    });

    it('records exactly the trips that are planned, one per interval except for faults that drop or duplicate some', () => {
      const { planner } = plannerOf(dataset);
      let row = 0;
      for (let day = 0; day < dataset.days; day++) {
        for (let vehicle = 0; vehicle < dataset.vehicles && row < batch.length; vehicle++) {
          planner.load(vehicle, dataset.firstDay + day);
          for (const [trip, ms] of plannedRecords(planner.plan, dataset.intervalMs)) {
            if (row === batch.length) break;
            const tripId = vehicle * 1e7 + (dataset.firstDay + day) * 100 + trip;
            if (a.trip_id![row] !== tripId) assert.equal(a.trip_id![row], tripId, `row ${row}`);
            // A skewed clock is in the truth table only.
            if (planner.plan.faults.kind !== CLOCK_SKEW) assert.equal(a.recorded_at![row], ms, `row ${row}`);
            row++;
          }
        }
      }
      assert.equal(row, dataset.rows);
    });

    it("drives each day's planned distance", () => {
      const { planner } = plannerOf(dataset);
      planner.load(a.vehicle_id![0]!, dataset.firstDay);
      const { plan } = planner;
      const records = plannedRecords(plan, dataset.intervalMs);
      const planned = plan.lengthM.subarray(0, plan.trips).reduce((sum, metres) => sum + metres, 0);
      const driven = growth(0, records.length - 1);
      assert.ok(Math.abs(driven - planned) < 2, `${driven} ${planned}`);
    });

    it('stays under the top speed of its class', () => {
      const vehicles = vehiclesOf(dataset);
      for (let row = 0; row < batch.length; row++) {
        const { topSpeed } = vehicles[a.vehicle_id![row]!]!;
        assert.ok(
          a.speed_kmh![row]! >= 0 && speedMs(row) <= topSpeed + 0.014,
          `row ${row}: ${a.speed_kmh![row]! / 10} km/h`,
        );
        assert.ok(a.heading_deg![row]! >= 0 && a.heading_deg![row]! < 3600, `row ${row}`);
      }
    });
  });
}

describe('driving, second by second', () => {
  const dataset = planDataset({ seed: 7, start: '2026-03-27', intervalSeconds: 1, rows: 300_000, days: 2 });
  const batch = recordsOf(dataset);
  const a = batch.arrays;
  const vehicles = vehiclesOf(dataset);
  const crashes = crashTrips(dataset);
  const speedMs = (row: number): number => a.speed_kmh![row]! / 36;
  const each = (visit: (before: number, row: number) => void): void =>
    eachPair(batch, (b, row, sameTrip) => {
      if (sameTrip && a.recorded_at![row]! - a.recorded_at![b]! === 1000 && !crashes.has(a.trip_id![row]!))
        visit(b, row);
    });

  it('covers the integral of its speed', () => {
    const tally = new Tally();
    each((b, row) => {
      if (speedMs(b) === 0 || speedMs(row) === 0) return;
      const driven = (speedMs(b) + speedMs(row)) / 2;
      // The odometer is cut to whole metres.
      const growth = a.odometer_km![row]! - a.odometer_km![b]!;
      // A second's trapezoid is off by a twelfth of how much the acceleration changes in it.
      const bent = Math.abs(a.acceleration_ms2![row]!) / 1200;
      tally.check(
        Math.abs(growth - driven) <= 0.03 * driven + 1.1 + bent,
        () => `row ${row}: ${growth} m, not ${driven}`,
      );
    });
    assert.ok(tally.all > 50_000 && tally.failed === 0, `${tally}`);
  });

  it('changes speed within the limits of the class', () => {
    each((b, row) => {
      const { maxAcceleration, maxBraking } = dataset.world.classes[vehicles[a.vehicle_id![row]!]!.vehicleClass]!;
      const change = speedMs(row) - speedMs(b);
      // Speeds are printed in tenths of km/h.
      assert.ok(change <= maxAcceleration + 0.03 && -change <= maxBraking + 0.03, `row ${row}: ${change} m/s`);
    });
  });

  it('changes speed smoothly, and holds no speed exactly', () => {
    let [n, x, y, xx, yy, xy, pairs, equal] = [0, 0, 0, 0, 0, 0, 0, 0];
    let last = { row: -1, change: 0 };
    each((b, row) => {
      const change = a.speed_kmh![row]! - a.speed_kmh![b]!;
      if (a.speed_kmh![b]! > 200 && a.speed_kmh![row]! > 200) {
        pairs++;
        if (change === 0) equal++;
        if (last.row === b) {
          n++;
          x += last.change;
          y += change;
          xx += last.change ** 2;
          yy += change ** 2;
          xy += last.change * change;
        }
        last = { row, change };
      }
    });
    const correlation = (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
    assert.ok(n > 50_000 && correlation > 0.5, `successive changes correlate at ${correlation}`);
    assert.ok(equal < 0.12 * pairs, `${equal} of ${pairs} speeds equal the one before`);
  });

  it('takes corners at ordinary lateral accelerations', () => {
    const tally = new Tally();
    each((b, row) => {
      const turn = Math.abs(a.heading_deg![row]! - a.heading_deg![b]!);
      const radians = (Math.min(turn, HEADING_STEPS - turn) * 2 * Math.PI) / HEADING_STEPS;
      const sideways = ((speedMs(b) + speedMs(row)) / 2) * radians;
      tally.check(sideways <= 5, () => `row ${row}: ${sideways} m/s2`);
    });
    assert.ok(tally.failedShare < 0.0005, `${tally}`);
  });

  it('does not wait at the end of a trip', () => {
    let [trips, waiting, still, row0] = [0, 0, 0, -1];
    eachPair(batch, (b, row, sameTrip) => {
      if (!sameTrip) {
        trips++;
        if (still > 15) waiting++;
      }
      still = sameTrip && row0 === b && a.speed_kmh![row] === 0 ? still + 1 : 0;
      row0 = row;
    });
    assert.ok(trips > 50 && waiting < 0.03 * trips, `${waiting} of ${trips} trips`);
  });
});

describe('one simulation for all intervals', () => {
  it('has the same odometer, speed and true position at equal times', () => {
    const at = (seconds: number): Map<string, string> => {
      const dataset = planDataset({ seed: 42, start: '2026-03-27', intervalSeconds: seconds, vehicles: 12, days: 2 });
      const batch = createBatch(dataset.telemetry, dataset.rows);
      const truth = createBatch(dataset.truth, dataset.rows);
      createSimulator(dataset).range(0, dataset.rows).fill(batch, truth);
      const found = new Map<string, string>();
      const { vehicle_id, trip_id, recorded_at, speed_kmh, odometer_km } = batch.arrays;
      const { true_latitude, true_longitude, device_fault } = truth.arrays;
      for (let row = 0; row < batch.length; row++) {
        // Faults of a device last for whole records.
        if (device_fault![row] !== 0) continue;
        found.set(
          `${vehicle_id![row]} ${trip_id![row]} ${recorded_at![row]}`,
          [speed_kmh, odometer_km, true_latitude, true_longitude].map((column) => column![row]).join(' '),
        );
      }
      return found;
    };
    const fine = at(1);
    for (const seconds of [10, 60]) {
      let shared = 0;
      for (const [key, value] of at(seconds)) {
        const same = fine.get(key);
        if (same === undefined) continue;
        shared++;
        assert.equal(value, same, `${key}, every ${seconds} s`);
      }
      assert.ok(shared > 20_000 / seconds, `${shared} equal times`);
    }
  });
});

/** Trip and time of every planned record, in order. */
function plannedRecords(plan: DayPlan, intervalMs: number): [trip: number, ms: number][] {
  const { faults } = plan;
  const records: [number, number][] = [];
  for (let trip = 0; trip < plan.trips; trip++) {
    const last = plan.ticks[trip]!;
    for (let tick = 0; tick <= last; tick++) {
      const within =
        tick > 0 && tick < last && tick * intervalMs >= faults.fromMs && tick * intervalMs < faults.untilMs;
      const faulty = trip === faults.trip && within;
      const copies = faulty && faults.kind === REBOOT ? 0 : faulty && faults.kind === DUPLICATES ? 2 : 1;
      const time = plan.startMs[trip]! + tick * intervalMs;
      // A long interval's last record comes before the next trip begins.
      const next = trip + 1 < plan.trips ? plan.startMs[trip + 1]! - 1000 : time;
      for (let i = 0; i < copies; i++) records.push([trip, tick === last ? Math.min(time, next) : time]);
    }
  }
  return records;
}
