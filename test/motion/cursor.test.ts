/** A cursor yields the same motion for a drive, whatever the sampling times. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Cursor } from '#src/motion/cursor.js';
import { type Driven, driven, trips, world } from './trips.js';

const { tolerance } = world.events;

function started({ drive, profile }: Driven): Cursor {
  const cursor = new Cursor();
  cursor.start(drive, profile.topSpeed, tolerance);
  return cursor;
}

describe('a cursor', () => {
  it('covers the integral of its speed, forwards only, and no faster than the vehicle can', () => {
    const STEP_S = 0.1;
    fc.assert(
      fc.property(trips, (draw) => {
        const trip = driven(draw);
        const cursor = started(trip);
        let [metres, speed] = [0, 0];
        for (let t = STEP_S; t < trip.drive.seconds; t += STEP_S) {
          cursor.to(t);
          const at = `${t} s`;
          assert.ok(cursor.metres >= metres - 1e-9, at);
          assert.ok(cursor.speed >= 0 && cursor.speed <= trip.profile.topSpeed, `${at}: ${cursor.speed} m/s`);
          const meanSpeed = (cursor.metres - metres) / STEP_S;
          // The trapezoid's error is far below, except for a change of speed that begins inside the step.
          assert.ok(
            Math.abs(meanSpeed - (speed + cursor.speed) / 2) < 0.03,
            `${at}: ${speed} ${meanSpeed} ${cursor.speed}`,
          );
          assert.ok(Math.abs(cursor.speed - speed) < STEP_S * 5, `${at}: from ${speed} to ${cursor.speed} m/s`);
          ({ metres, speed } = cursor);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('begins and ends at rest, exactly at the ends of its route', () => {
    fc.assert(
      fc.property(trips, (draw) => {
        const trip = driven(draw);
        const cursor = started(trip);
        cursor.to(0);
        assert.equal(cursor.metres, 0);
        assert.equal(cursor.speed, 0);
        for (const later of [0, 1, 3600]) {
          cursor.to(trip.drive.seconds + later);
          assert.ok(Math.abs(cursor.metres - trip.route.lengthM) < 1e-6);
          assert.equal(cursor.speed, 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same motion at any times, and the peak acceleration between them', () => {
    fc.assert(
      fc.property(trips, fc.integer({ min: 2, max: 60 }), (draw, interval) => {
        const trip = driven(draw);
        const [fine, coarse] = [started(trip), started(trip)];
        let strongest = 0;
        for (let t = 1; t <= trip.drive.seconds; t++) {
          fine.to(t);
          if (Math.abs(fine.peak) > Math.abs(strongest)) strongest = fine.peak;
          if (t % interval !== 0) continue;
          coarse.to(t);
          assert.equal(coarse.metres, fine.metres);
          assert.equal(coarse.speed, fine.speed);
          assert.ok(Math.abs(coarse.peak - strongest) < 1e-9, `${t} s: ${coarse.peak}, not ${strongest} m/s2`);
          strongest = 0;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not waver into speeding', () => {
    fc.assert(
      fc.property(trips, (draw) => {
        const trip = driven(draw);
        const { drive } = trip;
        const cursor = started(trip);
        for (let t = 1; t < drive.seconds; t++) {
          cursor.to(t);
          const { k } = cursor;
          if (drive.spell[k] === 1) continue;
          const max = Math.max(drive.peak[k]!, drive.limit[k]! * (1 + tolerance));
          assert.ok(cursor.speed <= max + 1e-9, `${t} s: ${cursor.speed} m/s, not ${max}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
