/** How hard a fleet's hard manoeuvres are: beyond the threshold, and within the vehicle's limits. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { vehiclesOf } from '../fleet.js';
import { recordsOf } from '../records.js';

const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 120_000 });
const { arrays, length } = recordsOf(dataset);
const vehicles = vehiclesOf(dataset);

/** Noise of the accelerometer: 0.14 m/s2 times the largest normal quantile there is, rounded up. */
const NOISE = 60;

for (const { name, event, sign, max, share, beyond } of [
  // A peak is 3.02 m/s2 and an exponential excess: 0.4 for harsh acceleration, 0.75 for braking.
  {
    name: 'harsh acceleration',
    event: 'harsh_acceleration_event',
    sign: 1,
    max: 'maxAcceleration',
    share: 0.1,
    beyond: 360,
  },
  { name: 'hard braking', event: 'braking_event', sign: -1, max: 'maxBraking', share: 0.25, beyond: 400 },
] as const) {
  it(`${name} often goes well beyond the threshold, and never beyond the vehicle's limits`, () => {
    let events = 0;
    let strong = 0;
    for (let row = 0; row < length; row++) {
      if (arrays[event]![row] !== 1) continue;
      const { vehicleClass } = vehicles[arrays.vehicle_id![row]!]!;
      const bound = dataset.world.classes[vehicleClass]![max] * 100;
      const peak = sign * arrays.acceleration_ms2![row]!;
      assert.ok(peak >= 300, `${peak / 100} m/s2`);
      assert.ok(peak <= bound + NOISE, `${peak / 100} m/s2 where ${bound / 100} is the most`);
      events++;
      if (peak > beyond) strong++;
    }
    assert.ok(events > 50, `${events} events`);
    assert.ok(strong > share * events, `${strong} of ${events}`);
  });
}
