/** Drives of random trips: complete in time and distance, and within the vehicle's limits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PEAK_RATIO } from '#src/motion/speed-change.js';
import { OPEN_REACH_M } from '#src/world/roads/network.js';
import { assertWhole, crashes, driven, trips, world } from './trips.js';

describe('a drive', () => {
  it('is continuous in speed, distance and time', () => {
    fc.assert(
      fc.property(trips, (draw) => {
        const { drive, route } = driven(draw);
        assertWhole(drive);
        assert.equal(drive.lengthM, route.lengthM);
        assert.equal(drive.crashSection, -1);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays below the top speed and changes speed within the limits of the class', () => {
    fc.assert(
      fc.property(trips, (draw) => {
        const { drive, profile } = driven(draw);
        const { maxAcceleration, maxBraking } = world.classes[profile.vehicleClass]!;
        for (let k = 0; k < drive.sections; k++) {
          const [entry, peak, exit] = [drive.entry[k]!, drive.peak[k]!, drive.exit[k]!];
          assert.ok(peak <= profile.topSpeed, `${peak} m/s, not ${profile.topSpeed}`);
          if (peak > entry) assert.ok(PEAK_RATIO * (peak - entry) <= maxAcceleration * drive.accelerateS[k]!);
          if (peak > exit) assert.ok(PEAK_RATIO * (peak - exit) <= maxBraking * drive.brakeS[k]!);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('exceeds the limit in spells of speeding, and hardly elsewhere', () => {
    let [meant, unmeant, all] = [0, 0, 0];
    fc.assert(
      fc.property(trips, (draw) => {
        const { drive } = driven(draw);
        all += drive.seconds;
        for (let k = 0; k < drive.sections; k++) {
          const seconds = drive.t0[k + 1]! - drive.t0[k]!;
          const share = drive.peak[k]! / (drive.limit[k]! * (1 + world.events.tolerance));
          if (drive.spell[k] === 1) meant += seconds;
          else if (share > 1) unmeant += seconds;
          // A brisk driver on a street that is driven faster than similar ones.
          if (drive.spell[k] === 0) assert.ok(share < 1.03, `${share} of what is tolerated`);
        }
      }),
      // A spell that meets a wide bend.
      { numRuns: 1000, examples: [[{ vehicle: 2865, day: 21173, timeMs: 0, from: 673815, to: 812642 }]] },
    );
    assert.ok(meant > 0.01 * all && meant < 0.1 * all, `${meant} of ${all} s`);
    assert.ok(unmeant < 0.001 * all, `${unmeant} of ${all} s`);
  });

  it('does not depend on earlier drives', () => {
    const used = driven({ vehicle: 1, day: 20_000, timeMs: 0, from: 0, to: 999_999 });
    fc.assert(
      fc.property(trips, (draw) => {
        const fresh = driven(draw).drive;
        const again = driven(draw, undefined, used).drive;
        assert.equal(again.seconds, fresh.seconds);
        assert.equal(again.sections, fresh.sections);
        for (const of of ['t0', 's0', 'peak', 'exit', 'waitS', 'limit', 'spell'] as const) {
          assert.deepEqual(again[of].subarray(0, again.sections), fresh[of].subarray(0, fresh.sections), of);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('stops after a crash at its place and for its duration, then continues', () => {
    fc.assert(
      fc.property(trips, crashes, (draw, crash) => {
        const { drive } = driven(draw, crash);
        assertWhole(drive);
        const k = drive.crashSection;
        assert.ok(k >= 0 && k < drive.sections);
        const late = drive.s0[k + 1]! - crash.share * drive.lengthM;
        // Crashes are moved out of corners.
        assert.ok(late > -0.02 && late < OPEN_REACH_M + 2, `${late} m`);
        assert.ok(drive.waitS[k]! >= crash.standSeconds);
        assert.equal(drive.exit[k], 0);
      }),
      { numRuns: 500 },
    );
  });
});
