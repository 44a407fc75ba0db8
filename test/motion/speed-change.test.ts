/** The closed forms of a speed change, and their inverses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  ACCELERATION_LAG_S,
  BRAKING_LAG_S,
  PEAK_RATIO,
  peakSpeed,
  reachableSpeed,
  speedChangeM,
} from '#src/motion/speed-change.js';

const speed = fc.double({ min: 0, max: 45, noNaN: true });
const length = fc.double({ min: 0.01, max: 3000, noNaN: true });
const rate = fc.double({ min: 0.3, max: 9, noNaN: true });
const lag = fc.double({ min: 0.2, max: 2, noNaN: true });

describe('a change of speed', () => {
  it('covers the integral of its curve, and peaks at 16/9 of its mean rate', () => {
    fc.assert(
      fc.property(speed, speed, rate, lag, (a, b, r, l) => {
        const [slow, fast] = [Math.min(a, b), Math.max(a, b)];
        const seconds = (fast - slow) / r + l;
        const steps = 2000;
        let [metres, strongest, before] = [0, 0, slow];
        for (let i = 0; i < steps; i++) {
          const u = (i + 0.5) / steps;
          metres += ((slow + (fast - slow) * gained(u)) * seconds) / steps;
          const next = slow + (fast - slow) * gained((i + 1) / steps);
          strongest = Math.max(strongest, ((next - before) * steps) / seconds);
          before = next;
        }
        assert.ok(Math.abs(metres - speedChangeM(slow, fast, r, l)) < 1e-4 * (1 + metres));
        assert.ok(Math.abs(strongest - (PEAK_RATIO * (fast - slow)) / seconds) < 1e-3 * (1 + strongest));
      }),
    );
  });

  it('fits its length exactly at the reachable speed, and not at a higher one', () => {
    fc.assert(
      fc.property(speed, length, rate, lag, (slow, lengthM, r, l) => {
        const fast = reachableSpeed(slow, lengthM, r, l);
        assert.ok(fast >= slow);
        if (fast > slow) {
          assert.ok(Math.abs(speedChangeM(slow, fast, r, l) - lengthM) < 1e-6 * (1 + lengthM));
        } else assert.ok(speedChangeM(slow, slow, r, l) >= lengthM - 1e-6 * (1 + lengthM));
        assert.ok(speedChangeM(slow, fast + 0.01, r, l) > lengthM);
      }),
    );
  });

  it('follows another without a cruise where there is no room for one', () => {
    let between = 0;
    fc.assert(
      fc.property(speed, speed, length, rate, rate, (entry, exit, lengthM, a, b) => {
        const peak = peakSpeed(entry, exit, lengthM, a, b, BRAKING_LAG_S);
        if (peak < entry || peak < exit) return;
        between++;
        const metres = speedChangeM(entry, peak, a, ACCELERATION_LAG_S) + speedChangeM(exit, peak, b, BRAKING_LAG_S);
        assert.ok(Math.abs(metres - lengthM) < 1e-6 * (1 + lengthM), `${metres} m, not ${lengthM}`);
      }),
      { numRuns: 1000 },
    );
    assert.ok(between > 200, `${between} of 1000`);
  });
});

/** Share of the change made after a share of its time. */
function gained(u: number): number {
  return 6 * u ** 2 - 8 * u ** 3 + 3 * u ** 4;
}
