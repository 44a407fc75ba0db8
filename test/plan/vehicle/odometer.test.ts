import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { emptyProfile, fillProfile } from '#src/plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '#src/random/sfc32.js';

it('the odometer of a vehicle that was commissioned days ago is not negative, and rises as far as it drives', () => {
  const vehicles = 60_000;
  // The size of the fleet changes no vehicle: this one is planned at once.
  const dataset = planDataset({ seed: 42, start: '2024-01-01', intervalSeconds: 10, vehicles: 1, days: 1 });
  const { planner } = plannerOf(dataset);
  const profile = emptyProfile();
  const random = new Sfc32();
  let young = 0;
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    fillProfile(dataset.world, dataset.seed, vehicle, random, profile);
    const age = dataset.firstDay - profile.commissionedDay;
    if (age > 14) continue;
    young++;
    planner.load(vehicle, dataset.firstDay);
    const { odometerM } = planner.plan;
    assert.ok(odometerM >= 0, `${odometerM} m after ${age} days`);
    planner.load(vehicle, dataset.firstDay + 7);
    const week = planner.plan.odometerM - odometerM;
    assert.ok(week >= 0 && week < 5_000_000, `${week} m in a week`);
  }
  assert.ok(young > 200, `${young} vehicles`);
});
