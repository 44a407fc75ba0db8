/**
 * Each fault of the first version of the world, planted into genuine records, fails its check; genuine records fail
 * none.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Batch } from '#src/columns/batch.js';
import { ROAD_TYPES } from '#src/columns/telemetry.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { audited, type Change, eachRow } from './planted.js';

const HOUR_MS = 3600000;
const HIGHWAY = ROAD_TYPES.indexOf('highway');
// Without trucks, which tolerate hardly any noise.
const { scenario: withoutTrucks } = await resolveScenario('default', ['fleet.classes.long_haul_truck=null']);
const everySecond = planDataset({
  seed: 42,
  start: '2026-01-05',
  intervalSeconds: 1,
  rows: 120_000,
  vehicles: 4,
  scenario: withoutTrucks,
});
const everyTen = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 200_000 });
const fortnight = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 60, vehicles: 80, days: 15 });

/** Rows of a dataset that show a planted fault; those of the fortnight are in the order of its days. */
const FEW = 25_000;

const names = (dataset: Dataset, change?: Change, expected = dataset, rows = dataset.rows): string[] =>
  audited(dataset, false, change, expected, rows)
    .filter(({ verdict }) => verdict === 'FAILED')
    .map(({ group, name }) => `${group}: ${name}`);

/** Rows of one trip after another: the change sees whether a row continues the trip of the row before. */
const byTrip = (visit: (batch: Batch, row: number, follows: boolean, random: () => number) => void): Change => {
  let trip = -1;
  return (batch, random) => {
    const trips = batch.arrays.trip_id!;
    eachRow(batch, (row) => {
      visit(batch, row, trips[row] === trip, random);
      trip = trips[row]!;
    });
  };
};

/** Gives records the speed that `speed` says, and acceleration and speeding that fit it. */
const drivenAt = (speed: (old: number, random: () => number, batch: Batch, row: number) => number): Change => {
  let last = 0;
  return byTrip((batch, row, follows, random) => {
    const { speed_kmh, acceleration_ms2, speed_limit_kmh, speeding_event } = batch.arrays;
    const now = speed(speed_kmh![row]!, random, batch, row);
    if (now !== speed_kmh![row]! || (follows && last !== now)) {
      const change = follows ? Math.ceil(Math.abs(now - last) / 0.36) : 0;
      const peak = acceleration_ms2![row]!;
      if (Math.abs(peak) < 299)
        acceleration_ms2![row] = Math.sign(peak || 1) * Math.min(299, Math.max(Math.abs(peak), change));
    }
    speed_kmh![row] = now;
    speeding_event![row] = now > speed_limit_kmh![row]! * 10 * 1.08 ? 1 : 0;
    last = now;
  });
};

interface Planted {
  readonly what: string;
  readonly into: Dataset;
  readonly change: () => Change;
  readonly found: readonly string[];
  /** Whether it can't be planted without breaking what other checks hold. */
  readonly breaksMore?: boolean;
}

const PLANTED: readonly Planted[] = [
  {
    what: 'white noise on the speed',
    into: everySecond,
    change: () => drivenAt((v, random) => (v > 100 && v < 800 ? v + Math.round(20 * (2 * random() - 1)) : v)),
    // Speeds that waver at random don't drive what the odometer says.
    breaksMore: true,
    found: ['motion: correlation of successive changes of speed'],
  },
  {
    what: 'plateaus',
    into: everySecond,
    change: () => drivenAt((v) => (v > 200 ? 4 * Math.round(v / 4) : v)),
    breaksMore: true,
    found: ['motion: successive speeds above 20 km/h that are equal'],
  },
  {
    what: 'the same first speed from rest for all vehicles',
    into: everySecond,
    change: () => {
      let last = 0;
      return byTrip((batch, row, follows) => {
        const speeds = batch.arrays.speed_kmh!;
        const old = speeds[row]!;
        if (follows && last === 0 && old > 0 && old < 50) speeds[row] = 7;
        last = old;
      });
    },
    breaksMore: true,
    found: ['motion: starts from rest with the same first speed'],
  },
  {
    what: 'corners at full speed',
    into: everySecond,
    change: () => (batch, random) => {
      const heading = batch.arrays.heading_deg!;
      eachRow(batch, (row) => {
        if (random() < 0.002 && batch.arrays.speed_kmh![row]! > 300) heading[row] = (heading[row]! + 700) % 3600;
      });
    },
    found: ['motion: corners are driven below 5 m/s2'],
  },
  {
    what: 'vehicles at 197 km/h',
    into: everyTen,
    change: () => (batch) => {
      const { speed_kmh, speeding_event, speed_limit_kmh } = batch.arrays;
      eachRow(batch, (row) => {
        if (batch.arrays.record_id![row]! % 40_000 >= 4) return;
        speed_kmh![row] = 1970;
        speeding_event![row] = 1970 > speed_limit_kmh![row]! * 10.8 ? 1 : 0;
      });
    },
    found: ['motion: no faster than the class'],
  },
  {
    what: 'speeding flags that contradict the limit',
    into: everyTen,
    change: () => (batch, random) => {
      eachRow(batch, (row) => {
        if (random() < 0.0002) batch.arrays.speeding_event![row] = 1 - batch.arrays.speeding_event![row]!;
      });
    },
    found: ['events: speeding is above the limit and its tolerance'],
  },
  {
    what: 'trips that end on highways',
    into: everyTen,
    change: () => {
      // The record before a new trip is the last of its trip: the previous row of the batch.
      return byTrip((batch, row, follows, random) => {
        if (!follows && row > 0 && random() < 0.3) batch.arrays.road_type![row - 1] = HIGHWAY;
      });
    },
    found: ['trips: end elsewhere than on a highway'],
  },
  {
    what: 'a race to the end',
    into: everyTen,
    change: () => {
      let [begin, factor] = [0, 1];
      return byTrip((batch, row, follows) => {
        const { odometer_km, speed_kmh } = batch.arrays;
        if (!follows) begin = odometer_km![row]!;
        factor = 0.85 + Math.min(0.4, (odometer_km![row]! - begin) / 20_000);
        speed_kmh![row] = Math.round(speed_kmh![row]! * factor);
      });
    },
    breaksMore: true,
    found: ['trips: speed over a trip, city'],
  },
  {
    what: 'trips that end with a minute at rest',
    into: everyTen,
    change: () =>
      byTrip((batch, row, follows) => {
        if (follows || row < 8) return;
        const { speed_kmh, odometer_km } = batch.arrays;
        for (let before = row - 6; before < row; before++) {
          speed_kmh![before] = 0;
          odometer_km![before] = odometer_km![row - 6]!;
        }
      }),
    breaksMore: true,
    found: ['trips: end within 15 s of standing'],
  },
  {
    what: 'changes of speed that pile up at a limit',
    into: everySecond,
    change: () => {
      let last = 0;
      return byTrip((batch, row, follows) => {
        const speeds = batch.arrays.speed_kmh!;
        const wanted = speeds[row]!;
        const now = follows ? last + Math.max(-20, Math.min(20, wanted - last)) : wanted;
        speeds[row] = now;
        last = now;
      });
    },
    breaksMore: true,
    found: ['motion: changes of speed that pile up'],
  },
  {
    what: 'weather that changes on the hour',
    into: everyTen,
    change: () => (batch) => {
      eachRow(batch, (row) => {
        const hour = Math.floor(batch.arrays.recorded_at![row]! / HOUR_MS);
        batch.arrays.weather![row] = (hour >> 1) % 3;
      });
    },
    breaksMore: true,
    found: ['time: changes of weather on the full hour'],
  },
  {
    what: 'traffic that is drawn for each hour',
    into: everyTen,
    change: () => (batch) => {
      eachRow(batch, (row) => {
        const hour = Math.floor(batch.arrays.recorded_at![row]! / HOUR_MS);
        batch.arrays.traffic_density![row] = ((hour * 2654435761) >>> 8) % 3;
      });
    },
    breaksMore: true,
    found: ['time: changes of traffic on the full hour'],
  },
  {
    what: 'batteries that charge overnight',
    into: fortnight,
    change: () => {
      const days = new Map<number, number>();
      let charged = false;
      return byTrip((batch, row, follows) => {
        const { trip_id, vehicle_id, sensor_battery_pct } = batch.arrays;
        const day = Math.floor(trip_id![row]! / 100);
        if (!follows) charged = days.get(vehicle_id![row]!) !== day;
        days.set(vehicle_id![row]!, day);
        if (charged) sensor_battery_pct![row] = Math.min(1000, sensor_battery_pct![row]! + 300);
      });
    },
    found: ['devices: batteries never rise while parked', 'devices: parked batteries drain by the hour'],
  },
  {
    what: 'vehicles in a lake',
    into: everyTen,
    change: () => (batch, random) => {
      const { latitude, longitude } = batch.arrays;
      eachRow(batch, (row) => {
        // East of Chicago.
        if (latitude![row]! > 41_000_000 && longitude![row]! < -80_000_000 && random() < 0.25)
          longitude![row]! += 300_000;
      });
    },
    breaksMore: true,
    found: ['places: nobody drives in a lake'],
  },
];

/** What a world with other habits records, against what the default scenario expects. */
const HABITS: readonly (readonly [what: string, sets: readonly string[], found: string])[] = [
  [
    'vehicles that drive every day',
    ['fleet.classes.company_car.driving_days=[1, 1, 1, 1, 1, 1, 1]', 'fleet.classes.company_car.leave_weeks=0'],
    'habits: company_car: days driven on',
  ],
  [
    'vans that drive on Sundays',
    ['fleet.classes.delivery_van.driving_days=[0.92, 0.93, 0.93, 0.93, 0.92, 0.35, 0.3]'],
    'habits: delivery_van: days driven on',
  ],
  [
    'trucks that sleep at the depot',
    ['fleet.classes.long_haul_truck.nights_away=0'],
    'habits: long_haul_truck: nights away between two days on the road',
  ],
  [
    'commuters without a workplace',
    ['fleet.classes.company_car.work=null'],
    'habits: commuters that start to one place on most working days',
  ],
  [
    'cars that all drive as far',
    ['fleet.classes.company_car.km_spread=0.05'],
    'habits: company_car: spread of the distance between vehicles',
  ],
];

describe('an audit finds, by what its scenario says,', () => {
  const request = { seed: 42, start: '2026-01-05', intervalSeconds: 300, vehicles: 80, days: 15 };
  const usual = planDataset(request);
  for (const [what, sets, found] of HABITS) {
    it(what, async () => {
      const { scenario } = await resolveScenario('default', [...sets]);
      const failed = names(planDataset({ ...request, scenario }), undefined, usual);
      assert.ok(failed.includes(found), `found only ${failed.join('; ')}`);
    });
  }
});

describe('genuine records', () => {
  for (const [what, dataset] of [
    ['every second', everySecond],
    ['every ten seconds', everyTen],
    ['every minute for a fortnight', fortnight],
  ] as const) {
    it(`fail no check ${what}`, () => {
      assert.deepEqual(names(dataset), []);
    });
  }
});

describe('an audit finds', () => {
  for (const { what, into, change, found, breaksMore = false } of PLANTED) {
    it(what, () => {
      const failed = names(into, change(), into, into === fortnight ? into.rows : FEW);
      if (breaksMore)
        for (const name of found) assert.ok(failed.includes(name), `${name}: found only ${failed.join('; ')}`);
      else assert.deepEqual(failed, found);
    });
  }
});
