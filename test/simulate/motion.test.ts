/** Physics, from the rows alone: position, speed, acceleration, heading and odometer must tell one story. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDataset } from '../../src/plan/dataset.js';
import type { DayPlan } from '../../src/plan/day-plan.js';
import { plannerOf } from '../../src/plan/planner.js';
import { CLOCK_SKEW, DUPLICATES, REBOOT } from '../../src/world/fault-tables.js';
import { displacement, eachPair, hasPosition, Tally } from './pairs.js';
import { recordsOf } from './records.js';

/** The judge of a dataset allows one record in a thousand. */
const RARE = 0.001;
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

    it('goes no further than the odometer says, within GPS error', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip || !hasPosition(batch, b) || !hasPosition(batch, row)) return;
        const { east, north } = displacement(batch, b, row);
        tally.check(Math.hypot(east, north) <= growth(b, row) + 1 + error(b, row), () => `row ${row}`);
      });
      assert.ok(tally.all > 50_000 && tally.failedShare < RARE, `${tally}`);
    });

    it('drives its mean speed times the time', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip) return;
        // The odometer is cut to whole metres.
        const driven = ((speedMs(b) + speedMs(row)) / 2) * seconds;
        tally.check(Math.abs(growth(b, row) - driven) < 1.001, () => `row ${row}`);
      });
      assert.ok(tally.all > 50_000 && tally.failedShare < RARE, `${tally}`);
    });

    it('changes its speed by no more than the peak acceleration allows', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip) return;
        const most = (Math.abs(a.acceleration_ms2![row]!) / 100 + 0.005) * seconds;
        tally.check(Math.abs(speedMs(row) - speedMs(b)) <= most, () => `row ${row}`);
      });
      assert.ok(tally.failedShare < RARE, `${tally}`);
    });

    it('heads where it goes on straights', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (!sameTrip || !hasPosition(batch, b) || !hasPosition(batch, row)) return;
        if (a.heading_deg![b] !== a.heading_deg![row]) return;
        const { east, north } = displacement(batch, b, row);
        const distance = Math.hypot(east, north);
        if (distance < 2 * error(b, row)) return;
        const turn = Math.abs((Math.atan2(east, north) * 180) / Math.PI - a.heading_deg![row]! / 10) % 360;
        const off = Math.sin((Math.min(turn, 360 - turn) * Math.PI) / 180) * distance;
        tally.check(off <= error(b, row) + 0.002 * distance && (turn < 90 || turn > 270), () => `row ${row}`);
      });
      // A vehicle rarely moves out of GPS error within a second.
      assert.ok(tally.all > (seconds === 1 ? 20 : 300) && tally.failedShare < 5 * RARE, `${tally}`);
    });

    it('starts and ends every trip at rest', () => {
      eachPair(batch, (b, row, sameTrip) => {
        if (sameTrip) return;
        assert.equal(a.speed_kmh![b], 0, `row ${b} ends a trip`);
        assert.equal(a.speed_kmh![row], 0, `row ${row} starts a trip`);
      });
    });

    it('starts the next trip where the last ended, over nights too', () => {
      const tally = new Tally();
      eachPair(batch, (b, row, sameTrip) => {
        if (sameTrip || !hasPosition(batch, b) || !hasPosition(batch, row)) return;
        const { east, north } = displacement(batch, b, row);
        tally.check(Math.hypot(east, north) <= error(b, row), () => `row ${row}`);
      });
      assert.ok(tally.all > 20 && tally.failedShare <= RARE * 10, `${tally}`);
    });

    it('never lets the odometer fall, and moves it unrecorded only between days, by less than 5 km', () => {
      eachPair(batch, (b, row, sameTrip) => {
        assert.ok(growth(b, row) >= 0, `row ${row}`);
        if (sameTrip) return;
        const days = dayOfTrip(row) - dayOfTrip(b);
        assert.ok(growth(b, row) <= 1 + 5000 * days, `row ${row}: ${growth(b, row)} m while parked`);
      });
    });

    it('records exactly the trips that are planned, one record each interval but for faults that drop or double some', () => {
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
            if (planner.plan.fault !== CLOCK_SKEW) assert.equal(a.recorded_at![row], ms, `row ${row}`);
            row++;
          }
        }
      }
      assert.equal(row, dataset.rows);
    });

    it('drives in a day what the plan says', () => {
      const { planner } = plannerOf(dataset);
      planner.load(a.vehicle_id![0]!, dataset.firstDay);
      const { plan } = planner;
      const records = plannedRecords(plan, dataset.intervalMs);
      let planned = 0;
      for (let tour = 0; tour < plan.tours; tour++) planned += 2 * plan.oneWayM[tour]!;
      // Speeds are tenths of km/h for an interval each, so a tour's way is cut to whole steps of them.
      const driven = growth(0, records.length - 1);
      assert.ok(Math.abs(driven - planned) < plan.trips + plan.tours * 2 * (seconds / 36 + 1), `${driven} ${planned}`);
    });

    it('keeps to what vehicles can do', () => {
      const tally = new Tally();
      for (let row = 0; row < batch.length; row++) {
        const [speed, peak] = [a.speed_kmh![row]!, Math.abs(a.acceleration_ms2![row]!)];
        tally.check(speed < 1800 && peak < 1000, () => `row ${row}`);
        assert.ok(speed >= 0 && speed < 2400 && peak < 2500, `row ${row}: ${speed / 10} km/h, ${peak / 100} m/s2`);
        assert.ok(a.heading_deg![row]! >= 0 && a.heading_deg![row]! < 3600, `row ${row}`);
      }
      assert.ok(tally.failedShare < RARE / 10, `${tally}`);
    });
  });
}

/** Trip and time of every record that the plan asks for, in order. */
function plannedRecords(plan: DayPlan, intervalMs: number): [trip: number, ms: number][] {
  const records: [number, number][] = [];
  for (let trip = 0; trip < plan.trips; trip++) {
    for (let tick = 0; tick <= plan.ticks[trip]!; tick++) {
      const faulty = trip === plan.faultTrip && tick >= plan.faultFrom && tick < plan.faultTo;
      const copies = faulty && plan.fault === REBOOT ? 0 : faulty && plan.fault === DUPLICATES ? 2 : 1;
      for (let i = 0; i < copies; i++) records.push([trip, plan.startMs[trip]! + tick * intervalMs]);
    }
  }
  return records;
}
