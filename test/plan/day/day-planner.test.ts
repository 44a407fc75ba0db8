/** The plan of a vehicle-day, for many vehicles and dates, and the records that the simulator makes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '#src/base/time.js';
import { DayPlanner } from '#src/plan/day/day-planner.js';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { compileWorld } from '#src/world/compile-world.js';
import { BLOCK_DAYS, blockOf, ConditionsCache } from '#src/world/conditions/conditions.js';
import { localToUtc } from '#src/world/local-time.js';
import { DUPLICATES, REBOOT } from '#src/world/tables/fault-tables.js';
import { dayOf } from '#src/world/world.js';

const INTERVALS_MS = [1000, 10_000, 60_000];
const worlds = new Map(INTERVALS_MS.map((ms) => [ms, compileWorld(defaultScenario(), ms)]));
const world = worlds.get(10_000)!;
const FIRST_DAY = dayOf('2024-01-01');
/** In every seventh block of weather from 2024 to 2035: all years and seasons, for a seventh of the time. */
const ordinaryDays = fc
  .tuple(fc.nat(22), fc.nat(BLOCK_DAYS - 1))
  .map(([i, day]) => Math.max(FIRST_DAY, (blockOf(FIRST_DAY * DAY_MS) + 7 * i) * BLOCK_DAYS + day));
/** Days on which a clock changes in one of the regions, and ordinary ones. */
const days = fc.oneof(
  fc.constantFrom(...['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2028-02-29'].map(dayOf)),
  ordinaryDays,
);
const vehicles = fc.nat(100_000);

const SEED = 42;
/** Weather does not depend on the interval, and takes longer to compute than the plans. */
const conditions = new ConditionsCache(world.conditions, SEED);

function plannerFor(intervalMs: number, known = conditions): DayPlanner {
  return new DayPlanner(worlds.get(intervalMs)!, SEED, intervalMs, known);
}

interface Trip {
  readonly startMs: number;
  readonly endMs: number;
  readonly records: number;
}

function tripsOf(planner: DayPlanner, intervalMs: number): Trip[] {
  const { plan } = planner;
  return Array.from({ length: plan.trips }, (_, i) => {
    const startMs = plan.startMs[i]!;
    return { startMs, endMs: startMs + plan.durationMs[i]!, records: Math.ceil(plan.durationMs[i]! / intervalMs) + 1 };
  });
}

/** Metres driven on the day last planned. */
function metresOf({ plan }: DayPlanner): number {
  return plan.lengthM.subarray(0, plan.trips).reduce((sum, metres) => sum + metres, 0);
}

for (const intervalMs of INTERVALS_MS) {
  const planner = plannerFor(intervalMs);

  test(`trips at ${intervalMs} ms do not overlap and stay within the vehicle's day`, () => {
    fc.assert(
      fc.property(vehicles, days, (vehicle, day) => {
        const records = planner.load(vehicle, day);
        const trips = tripsOf(planner, intervalMs);
        const { zone } = world.regions[planner.profile.region]!;
        const rest = world.classes[planner.profile.vehicleClass]!.restHour * HOUR_MS;
        const start = localToUtc(zone, day * DAY_MS + rest);
        const end = localToUtc(zone, (day + 1) * DAY_MS + rest);
        let free = start;
        for (const { startMs, endMs } of trips) {
          assert.ok(Number.isInteger(startMs) && Number.isInteger(endMs), `a trip from ${startMs} to ${endMs}`);
          assert.ok(startMs >= free, `a trip starts ${free - startMs} ms before it may`);
          free = endMs + 1000;
        }
        assert.ok(trips.length === 0 || free - 1000 <= end, `the last trip ends ${free - end} ms after the day`);
        const added = planner.plan.faults.countRecords(planner.plan, intervalMs);
        assert.ok(added === 0 || [DUPLICATES, REBOOT].includes(planner.plan.faults.kind as 6 | 7));
        assert.equal(
          records,
          trips.reduce((sum, trip) => sum + trip.records, added),
        );
        assert.ok(records === 0 || records - added >= 2 * trips.length, 'a trip is at least a start and an end');
      }),
      { numRuns: 3000 },
    );
  });
}

test('the odometer rises daily, and trips fall short of it by less than 5 km except on rare days', () => {
  const planner = plannerFor(10_000);
  let [driving, short] = [0, 0];
  fc.assert(
    fc.property(vehicles, days, (vehicle, day) => {
      planner.load(vehicle, day);
      const { plan } = planner;
      const atStart = plan.odometerM;
      const driven = metresOf(planner);
      const drives = plan.trips > 0;
      planner.load(vehicle, day + 1);
      const unrecorded = plan.odometerM - atStart - driven;
      assert.ok(unrecorded > -1e-6, `${unrecorded} m`);
      assert.ok(atStart >= 0);
      if (drives) driving++;
      if (unrecorded >= 5000) short++;
    }),
    // Business beyond the working hours, far from home.
    { numRuns: 3000, examples: [[91_568, 24_102]] },
  );
  assert.ok(driving > 1500 && driving < 2700, `${driving} of 3000 days with a trip`);
  assert.ok(short < 0.03 * driving, `${short} of ${driving} days leave 5 km or more`);
});

test('a vehicle-day does not depend on earlier plans', () => {
  const used = plannerFor(10_000);
  let runs = 0;
  fc.assert(
    fc.property(vehicles, days, (vehicle, day) => {
      // Now and then with weather of its own, too.
      const own = runs++ % 8 === 0;
      const fresh = plannerFor(10_000, own ? new ConditionsCache(world.conditions, SEED) : conditions);
      assert.equal(used.load(vehicle, day), fresh.load(vehicle, day));
      assert.deepEqual(tripsOf(used, 10_000), tripsOf(fresh, 10_000));
      assert.deepEqual(used.profile, fresh.profile);
      assert.equal(used.plan.odometerM, fresh.plan.odometerM);
    }),
    { numRuns: 200 },
  );
});

test('the interval sets the number of records, not the trips', () => {
  const [second, minute] = [plannerFor(1000), plannerFor(60_000)];
  let [seconds, minutes] = [0, 0];
  for (let vehicle = 0; vehicle < 200; vehicle++) {
    seconds += second.load(vehicle, dayOf('2026-01-07'));
    minutes += minute.load(vehicle, dayOf('2026-01-07'));
    const { trips } = second.plan;
    assert.equal(trips, minute.plan.trips);
    for (const of of ['from', 'to', 'startMs', 'durationMs', 'lengthM'] as const) {
      assert.deepEqual(second.plan[of].subarray(0, trips), minute.plan[of].subarray(0, trips), of);
    }
  }
  assert.ok(seconds / minutes > 45 && seconds / minutes < 60, `${seconds / minutes} times the records`);
});

test('a trip begins where the previous one ended, even overnight, and leads somewhere else', () => {
  const planner = plannerFor(10_000);
  fc.assert(
    fc.property(vehicles, days, (vehicle, day) => {
      planner.load(vehicle, day);
      const { plan, profile } = planner;
      for (let i = 0; i < plan.trips; i++) {
        assert.notEqual(plan.from[i], plan.to[i]);
        if (i > 0) assert.equal(plan.from[i], plan.to[i - 1]);
        const { stoppable } = world.regions[profile.region]!;
        assert.equal(stoppable[plan.to[i]!], 1, 'a place to stop');
      }
      if (plan.trips === 0) return;
      const end = plan.to[plan.trips - 1];
      planner.load(vehicle, day + 1);
      if (plan.trips > 0) assert.equal(plan.from[0], end);
    }),
    { numRuns: 1000 },
  );
});

test('commuters have one workplace, vans rest on Sundays, trucks spend nights away', () => {
  const planner = plannerFor(10_000);
  const monday = dayOf('2026-03-02');
  let [commuters, faithful, sundays, driven, nights, away] = [0, 0, 0, 0, 0, 0];
  for (let vehicle = 0; vehicle < 400; vehicle++) {
    const firsts = new Map<number, number>();
    let working = 0;
    let last = -1;
    for (let i = 0; i < 28; i++) {
      planner.load(vehicle, monday + i);
      const { plan, profile } = planner;
      const { name } = world.classes[profile.vehicleClass]!;
      if (name === 'delivery_van' && i % 7 === 6) {
        sundays++;
        if (plan.trips > 0) driven++;
      }
      if (name === 'long_haul_truck') {
        if (last >= 0 && plan.trips > 0) {
          nights++;
          if (last !== profile.base) away++;
        }
        last = plan.trips > 0 ? plan.to[plan.trips - 1]! : -1;
      }
      if (profile.work < 0 || i % 7 >= 5 || plan.trips === 0) continue;
      working++;
      firsts.set(plan.to[0]!, (firsts.get(plan.to[0]!) ?? 0) + 1);
    }
    if (working < 5) continue;
    commuters++;
    if (Math.max(...firsts.values()) >= working / 2) faithful++;
  }
  assert.ok(commuters > 80 && faithful >= 0.9 * commuters, `${faithful} of ${commuters} commuters`);
  assert.ok(sundays > 200 && driven === 0, `${driven} of ${sundays} Sundays`);
  assert.ok(nights > 300 && away > nights / 3, `${away} of ${nights} nights`);
});

test('the distance of a year differs between vehicles of a class', () => {
  const planner = plannerFor(10_000);
  const year = world.classes.map((): number[] => []);
  const from = dayOf('2026-01-05');
  for (let vehicle = 0; vehicle < 2000; vehicle++) {
    planner.load(vehicle, from + 364);
    const { odometerM } = planner.plan;
    planner.load(vehicle, from);
    year[planner.profile.vehicleClass]!.push(odometerM - planner.plan.odometerM);
  }
  world.classes.forEach(({ name }, c) => {
    const metres = year[c]!;
    const mean = metres.reduce((a, b) => a + b, 0) / metres.length;
    const variance = metres.reduce((sum, m) => sum + (m - mean) ** 2, 0) / metres.length;
    const variation = Math.sqrt(variance) / mean;
    // Drivers' hours leave trucks less room.
    const min = name === 'long_haul_truck' ? 0.2 : 0.3;
    assert.ok(variation > min && variation < 0.7, `${name}: ${variation}`);
  });
});

test('vehicles have the driving days and departure hours of their class', () => {
  const planner = plannerFor(10_000);
  const weekday = world.classes.map(() => ({ vehicles: 0, metres: 0, trips: 0, weekend: 0 }));
  for (let vehicle = 0; vehicle < 3000; vehicle++) {
    for (let i = 0; i < 7; i++) {
      planner.load(vehicle, dayOf('2026-01-05') + i);
      const of = weekday[planner.profile.vehicleClass]!;
      const metres = metresOf(planner);
      of.metres += metres;
      of.trips += planner.plan.trips;
      if (i >= 5) of.weekend += metres;
      if (i === 0) of.vehicles++;
    }
  }
  world.classes.forEach(({ name, metresPerWeek, weekdayWeights, drivingDays, workShare }, c) => {
    const { vehicles: count, metres, weekend } = weekday[c]!;
    const perWeek = metres / count / metresPerWeek;
    assert.ok(perWeek > 0.9 && perWeek < 1.05, `${name}: ${perWeek} of its weekly distance`);
    const weights = weekdayWeights.map((weight, day) => weight * drivingDays[day]!);
    const expected = (weights[5]! + weights[6]!) / weights.reduce((a, b) => a + b, 0);
    // Ways to work come on top of what the weights spread.
    const min = workShare > 0 ? 0.6 * expected : expected - 0.03;
    assert.ok(weekend / metres > min && weekend / metres < expected + 0.03, `${name}: ${weekend / metres} at weekends`);
  });
  const perTrip = (name: string): number => {
    const of = weekday[world.classes.findIndex((c) => c.name === name)]!;
    return of.metres / of.trips;
  };
  assert.ok(perTrip('long_haul_truck') > 3 * perTrip('company_car'));
  assert.ok(perTrip('delivery_van') < perTrip('company_car'));
});

test('vehicles drive on a holiday as on a Sunday', () => {
  // A Wednesday, for Berlin only.
  const holiday = dayOf('2026-01-14');
  const scenario = { ...defaultScenario(), time: { ...defaultScenario().time, holidays: { berlin: ['2026-01-14'] } } };
  const festive = compileWorld(scenario, 10_000);
  const planner = new DayPlanner(festive, SEED, 10_000, new ConditionsCache(festive.conditions, SEED));
  const berlin = festive.regions.findIndex(({ name }) => name === 'berlin');
  const [elsewhere, away] = [plannerFor(10_000), { metres: 0, ordinary: 0 }];
  const byClass = festive.classes.map(() => ({ holiday: 0, sunday: 0, thursday: 0, morning: 0, starts: 0 }));
  const metresOn = (day: number, vehicle: number, of = planner): number => {
    of.load(vehicle, day);
    return metresOf(of);
  };
  for (let vehicle = 0; vehicle < 6000; vehicle++) {
    const metres = metresOn(holiday, vehicle);
    const of = byClass[planner.profile.vehicleClass]!;
    if (planner.profile.region !== berlin) {
      if (vehicle >= 1500) continue;
      away.metres += metres;
      away.ordinary += metresOn(holiday, vehicle, elsewhere);
      continue;
    }
    of.holiday += metres;
    if (planner.plan.trips > 0) {
      of.starts++;
      if (new Date(planner.plan.startMs[0]! + HOUR_MS).getUTCHours() < 9) of.morning++;
    }
    of.sunday += metresOn(holiday + 4, vehicle);
    of.thursday += metresOn(holiday + 1, vehicle);
  }
  assert.equal(away.metres, away.ordinary);
  festive.classes.forEach(({ name, weekdayWeights, drivingDays, workShare }, c) => {
    const { holiday: found, sunday, thursday } = byClass[c]!;
    const asked = (weekdayWeights[6]! * drivingDays[6]!) / (weekdayWeights[3]! * drivingDays[3]!);
    // Hardly any truck drives on a Sunday.
    if (drivingDays[6]! > 0.1) assert.ok(Math.abs(found / sunday - 1) < 0.15, `${name}: ${found / sunday} of a Sunday`);
    else assert.ok(found <= 0.1 * thursday && sunday <= 0.1 * thursday, name);
    const share = found / thursday;
    // Ways to work come on top of what the weights spread.
    const min = workShare > 0 ? 0.6 * asked : 0.8 * asked;
    assert.ok(
      drivingDays[6]! < 0.1 || (share >= min && share <= 1.2 * asked),
      `${name}: ${share} of a Thursday, not ${asked}`,
    );
  });
  const cars = byClass[festive.classes.findIndex(({ name }) => name === 'company_car')]!;
  assert.ok(cars.morning < 0.35 * cars.starts, `${cars.morning} of ${cars.starts} cars leave before 9 h`);
});
