/** Trips of the default world's vehicles, drawn at random, for properties of how they are driven. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DAY_MS } from '#src/base/time.js';
import { Drive } from '#src/motion/drive.js';
import type { Crash } from '#src/motion/driver-model.js';
import { Route } from '#src/motion/route.js';
import { emptyProfile, fillProfile, type VehicleProfile } from '#src/plan/vehicle/vehicle-profile.js';
import { Sfc32 } from '#src/random/sfc32.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { compileWorld } from '#src/world/compile-world.js';
import { ConditionsCache } from '#src/world/conditions/conditions.js';
import { dayOf, type RegionWorld } from '#src/world/world.js';

const SEED = 42;
export const world = compileWorld(defaultScenario(), 10_000);
const conditions = new ConditionsCache(world.conditions, SEED);
const random = new Sfc32();

/** The randomly drawn properties of a trip. */
export interface Draw {
  readonly vehicle: number;
  readonly day: number;
  /** Milliseconds of the day, UTC. */
  readonly timeMs: number;
  /** As large random numbers, scaled to the region's stops. */
  readonly from: number;
  readonly to: number;
}

export interface Driven {
  readonly region: RegionWorld;
  readonly profile: VehicleProfile;
  readonly route: Route;
  readonly drive: Drive;
}

export const trips: fc.Arbitrary<Draw> = fc.record({
  vehicle: fc.nat(5000),
  day: fc.integer({ min: dayOf('2025-01-01'), max: dayOf('2027-12-31') }),
  timeMs: fc.nat(DAY_MS - 1),
  from: fc.nat(999_999),
  to: fc.nat(999_999),
});

export const crashes: fc.Arbitrary<Crash> = fc.record({
  share: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  standSeconds: fc.integer({ min: 60, max: 900 }),
});

/** Plans a trip with new objects, or with those of an earlier one. Vehicle and stops that are the same make none. */
export function driven(draw: Draw, crash?: Crash, use?: Pick<Driven, 'route' | 'drive'>): Driven {
  const profile = emptyProfile();
  fillProfile(world, SEED, draw.vehicle, random, profile);
  const region = world.regions[profile.region]!;
  const { stops } = region.routes;
  const stop = (of: number): number => stops[Math.floor((of / 1e6) * stops.length)]!;
  const route = use?.route ?? new Route();
  route.find(region, stop(draw.from), stop(draw.to));
  fc.pre(route.count > 0);
  const drive = use?.drive ?? new Drive(world, SEED, conditions);
  drive.plan(region, route, profile, draw.day * DAY_MS + draw.timeMs, draw.vehicle, draw.day, 0, crash);
  return { region, profile, route, drive };
}

/** Metres that a section's changes of speed and its cruise take. */
export function metresOf(drive: Drive, k: number): number {
  const { entry, peak, exit, accelerateS, cruiseS, brakeS } = drive;
  return (
    accelerateS[k]! * (0.4 * entry[k]! + 0.6 * peak[k]!) +
    cruiseS[k]! * peak[k]! +
    brakeS[k]! * (0.6 * peak[k]! + 0.4 * exit[k]!)
  );
}

/** The invariants of every drive, before and after manoeuvres. */
export function assertWhole(drive: Drive): void {
  const { sections, t0, s0, accelerateS, cruiseS, brakeS, waitS, entry, peak, exit } = drive;
  assert.equal(s0[0], 0);
  assert.equal(entry[0], 0);
  assert.equal(exit[sections - 1], 0);
  for (let k = 0; k < sections; k++) {
    const at = `section ${k} of ${sections}`;
    for (const seconds of [accelerateS, cruiseS, brakeS, waitS]) assert.ok(seconds[k]! >= -1e-9, at);
    if (k > 0) assert.ok(Math.abs(entry[k]! - exit[k - 1]!) < 1e-9, `${at}: from ${exit[k - 1]} to ${entry[k]} m/s`);
    assert.ok(peak[k]! >= entry[k]! - 1e-9 && peak[k]! >= exit[k]! - 1e-9, at);
    // A vehicle that waits is at a standstill.
    if (waitS[k]! > 0) assert.equal(exit[k], 0, at);
    const seconds = accelerateS[k]! + cruiseS[k]! + brakeS[k]! + waitS[k]!;
    // A delayed launch adds its wait to the section before.
    assert.ok(Math.abs(t0[k + 1]! - t0[k]! - seconds) < 1e-6, `${at}: ${t0[k + 1]! - t0[k]!} s, not ${seconds}`);
    const metres = metresOf(drive, k);
    assert.ok(Math.abs(s0[k + 1]! - s0[k]! - metres) < 1e-6, `${at}: ${s0[k + 1]! - s0[k]!} m, not ${metres}`);
  }
  assert.ok(Math.abs(t0[sections]! - drive.seconds) < 1e-6);
  assert.ok(Math.abs(s0[sections]! - drive.lengthM) < 1e-6);
}
