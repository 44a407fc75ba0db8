/** Whether a fleet looks like one: shares and ratios of a fortnight of 150 vehicles, with generous bounds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY_MS } from '#src/base/time.js';
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '#src/columns/telemetry.js';
import { planDataset } from '#src/plan/dataset.js';
import { offsetAt, weekdayOf } from '#src/world/local-time.js';
import { CONTEXTS, contextOf } from '#src/world/tables/event-tables.js';
import { vehiclesOf } from '../fleet.js';
import { eachPair, hasPosition, Tally } from '../pairs.js';
import { recordsOf } from '../records.js';

const dataset = planDataset({ seed: 42, start: '2026-11-02', intervalSeconds: 15, vehicles: 150, days: 14 });
const { world } = dataset;
const batch = recordsOf(dataset);
const vehicles = vehiclesOf(dataset);
const a = batch.arrays;
const HOURS_PER_RECORD = dataset.intervalMs / 3_600_000;
const rows = Array.from({ length: batch.length }, (_, row) => row);
const mean = (name: string, keep: (row: number) => boolean): number => {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    if (!keep(row)) continue;
    sum += a[name]![row]!;
    count++;
  }
  return sum / count;
};

/** Mantel-Haenszel ratio of two groups' rates of an event, over strata that share everything else. */
function ratio(event: string, group: (row: number) => 0 | 1 | undefined, stratum: (row: number) => number): number {
  const cells = new Map<number, { events: [number, number]; records: [number, number] }>();
  for (const row of rows) {
    const g = group(row);
    if (g === undefined) continue;
    const key = stratum(row);
    const cell = cells.get(key) ?? { events: [0, 0], records: [0, 0] };
    cells.set(key, cell);
    cell.events[g] += a[event]![row]!;
    cell.records[g]++;
  }
  let over = 0;
  let under = 0;
  for (const { events, records } of cells.values()) {
    over += (events[1] * records[0]) / (records[0] + records[1]);
    under += (events[0] * records[1]) / (records[0] + records[1]);
  }
  return over / under;
}

describe('hard braking', () => {
  const rainy = WEATHERS.indexOf('rainy');
  const dry = [WEATHERS.indexOf('sunny'), WEATHERS.indexOf('cloudy')];

  it('is about 1.8 times as frequent in rain, on the same roads in the same traffic', () => {
    const times = ratio(
      'braking_event',
      (row) => (a.weather![row] === rainy ? 1 : dry.includes(a.weather![row]!) ? 0 : undefined),
      (row) => a.vehicle_id![row]! * 9 + a.traffic_density![row]! * 3 + a.road_type![row]!,
    );
    assert.ok(times > 1.35 && times < 2.4, `${times} times`);
  });

  it('is about twice as frequent in high as in low traffic, on the same roads', () => {
    const levels: readonly (0 | 1 | undefined)[] = TRAFFIC_DENSITIES.map((t) =>
      t === 'high' ? 1 : t === 'low' ? 0 : undefined,
    );
    const times = ratio(
      'braking_event',
      (row) => levels[a.traffic_density![row]!],
      (row) => a.vehicle_id![row]! * 15 + a.weather![row]! * 3 + a.road_type![row]!,
    );
    assert.ok(times > 1.4 && times < 2.6, `${times} times`);
  });

  it("occurs at the scenario's rate, although motion delays some onsets", () => {
    const { names, perHour, byHour } = world.events;
    const event = names.indexOf('braking_event');
    let asked = 0;
    let happened = 0;
    for (const row of rows) {
      const hour = a.hour_of_day![row]!;
      const context = contextOf(a.weather![row]!, a.traffic_density![row]!, a.road_type![row]!);
      const driver = vehicles[a.vehicle_id![row]!]!.driverFactor;
      asked += perHour[event * CONTEXTS + context]! * byHour[event * 24 + hour]! * driver * HOURS_PER_RECORD;
      happened += a.braking_event![row]!;
    }
    assert.ok(Math.abs(happened / asked - 1) < 0.15, `${happened} times, asked for ${asked}`);
  });

  it('is mostly due to the worst tenth of drivers', () => {
    const hours = new Float64Array(dataset.vehicles);
    const braking = new Float64Array(dataset.vehicles);
    for (const row of rows) {
      hours[a.vehicle_id![row]!]! += HOURS_PER_RECORD;
      braking[a.vehicle_id![row]!]! += a.braking_event![row]!;
    }
    const perHour = [...braking]
      .map((count, v) => count / hours[v]!)
      // Some are on leave all the time.
      .filter((_, v) => hours[v]! > 0)
      .sort((x, y) => y - x);
    const sum = (values: number[]): number => values.reduce((x, y) => x + y, 0);
    const share = sum(perHour.slice(0, perHour.length / 10)) / sum(perHour);
    assert.ok(share > 0.3 && share < 0.65, `${share} of the braking per hour`);
  });
});

describe('places and times', () => {
  it('have speeds that suit the road', () => {
    const [city, highway, rural] = ROAD_TYPES.map((_, road) =>
      mean('speed_kmh', (row) => a.road_type![row] === road && a.speed_kmh![row]! > 0),
    );
    assert.ok(city! < rural! && rural! < highway!, `${city} ${rural} ${highway}`);
    assert.ok(city! > 150 && city! < 500 && highway! < 1300);
  });

  it('have lower speeds in dense traffic', () => {
    for (const road of [0, 1, 2]) {
      const [low, , high] = [0, 1, 2].map((traffic) =>
        mean('speed_kmh', (row) => a.road_type![row] === road && a.traffic_density![row] === traffic),
      );
      // Hardly any traffic is dense in the country.
      if (!Number.isNaN(high!)) assert.ok(high! < low!, `${ROAD_TYPES[road]}: ${low} ${high}`);
    }
  });

  it('rarely have speeds above the limit', () => {
    const share = mean('speeding_event', () => true);
    assert.ok(share > 0.002 && share < 0.06, `${share}`);
  });

  it('have the same weather for all vehicles in them', () => {
    const weather = new Map<string, number>();
    const tally = new Tally();
    for (const row of rows) {
      if (!hasPosition(batch, row)) continue;
      // A region reaches half a degree around its centre and the next one is far away.
      const cell = `${Math.round(a.latitude![row]! / 1e6)} ${Math.round(a.longitude![row]! / 1e6)}`;
      const key = `${cell} ${Math.floor(a.recorded_at![row]! / 60_000)}`;
      const known = weather.get(key);
      if (known === undefined) weather.set(key, a.weather![row]!);
      else tally.check(a.weather![row] === known, () => `row ${row} in ${key}`);
    }
    // It changes within a minute now and then.
    assert.ok(tally.all > batch.length / 4 && tally.failedShare < 0.005, `${tally}`);
    assert.ok(new Set(weather.values()).size >= 3, 'several kinds of weather in a fortnight');
  });

  it("have the same temperature apart from the thermometer's error", () => {
    const byPlaceAndTime = new Map<string, number[]>();
    for (const row of rows) {
      const { region } = vehicles[a.vehicle_id![row]!]!;
      const key = `${region} ${Math.floor(a.recorded_at![row]! / 900_000)}`;
      const found = byPlaceAndTime.get(key) ?? [];
      byPlaceAndTime.set(key, found);
      if (a.sensor_fault_event![row] === 0) found.push(a.temperature_c![row]!);
    }
    const tally = new Tally();
    for (const [key, found] of byPlaceAndTime) {
      const middle = found.sort((x, y) => x - y)[Math.floor(found.length / 2)]!;
      for (const t of found) tally.check(Math.abs(t - middle) < 30, () => `${t / 10}, not ${middle / 10} in ${key}`);
    }
    // Stuck and wild sensors are rare.
    assert.ok(tally.failedShare < 0.001, `${tally}`);
  });

  it('have rush hours on weekdays, and none in the morning of a weekend', () => {
    const starts = [new Float64Array(24), new Float64Array(24)];
    const company = world.classes.findIndex(({ name }) => name === 'company_car');
    eachPair(batch, (_, row, sameTrip) => {
      const { vehicleClass, region } = vehicles[a.vehicle_id![row]!]!;
      if (sameTrip || vehicleClass !== company) return;
      const utc = a.recorded_at![row]!;
      const local = utc + offsetAt(world.regions[region]!.zone, utc);
      starts[weekdayOf(Math.floor(local / DAY_MS)) >= 5 ? 1 : 0]![a.hour_of_day![row]!]!++;
    });
    const share = (day: Float64Array, from: number, to: number): number =>
      day.slice(from, to).reduce((x, y) => x + y, 0) / day.reduce((x, y) => x + y, 0);
    const [weekday, weekend] = starts as [Float64Array, Float64Array];
    assert.ok(share(weekday, 6, 9) > 2 * share(weekday, 0, 5), `mornings ${share(weekday, 6, 9)}`);
    assert.ok(share(weekday, 15, 19) > 0.2, `afternoons ${share(weekday, 15, 19)}`);
    assert.ok(share(weekday, 6, 8) > 1.5 * share(weekend, 6, 8), `${share(weekend, 6, 8)} on weekends`);
  });
});

describe('devices', () => {
  it('charge while driving, drain while parked, and differ from one another', () => {
    let [rises, falls, parked] = [0, 0, 0];
    eachPair(batch, (b, row, sameTrip) => {
      const change = a.sensor_battery_pct![row]! - a.sensor_battery_pct![b]!;
      if (sameTrip) {
        assert.ok(change >= 0, `row ${row}`);
        rises += change > 0 ? 1 : 0;
      } else if (a.recorded_at![row]! - a.recorded_at![b]! > 4 * 3_600_000) {
        parked++;
        falls += change < 0 ? 1 : 0;
      }
    });
    assert.ok(rises > 10_000, `${rises} rises`);
    assert.ok(falls > 0.8 * parked, `${falls} of ${parked} nights lost charge`);
    assert.ok(new Set(a.sensor_battery_pct!.subarray(0, batch.length)).size > 200);
  });

  it('have better reception in the city than in the country, and worse reception while records are held back', () => {
    const signal = (keep: (row: number) => boolean): number => mean('signal_strength_dbm', keep);
    assert.ok(signal((row) => a.road_type![row] === 0) > signal((row) => a.road_type![row] === 2) + 5);
    assert.ok(
      signal((row) => a.network_delay_event![row] === 1) < signal((row) => a.network_delay_event![row] === 0) - 10,
    );
  });

  it('hold records back in bursts that arrive together', () => {
    let [delayed, inBurst, recorded, arrived] = [0, 0, 0, 0];
    eachPair(batch, (b, row, sameTrip) => {
      if (a.network_delay_event![row] === 0) return;
      delayed++;
      if (!sameTrip || a.network_delay_event![b] === 0) return;
      inBurst++;
      const gap = a.recorded_at![row]! - a.recorded_at![b]!;
      recorded += gap;
      arrived += gap + a.network_delay_ms![row]! - a.network_delay_ms![b]!;
    });
    assert.ok(delayed > 200 && delayed < 0.08 * batch.length, `${delayed} of ${batch.length}`);
    assert.ok(inBurst > 0.6 * delayed, `${inBurst} of ${delayed} follow another`);
    assert.ok(arrived < 0.2 * recorded, `recorded over ${recorded} ms, arrived over ${arrived} ms`);
  });

  it('lose GPS for a while, more often between tall buildings and in tunnels than in the country', () => {
    const share = mean('gps_loss_event', () => true);
    assert.ok(share > 0.003 && share < 0.06, `${share}`);
    const city = mean('gps_loss_event', (row) => a.road_type![row] === 0);
    const rural = mean('gps_loss_event', (row) => a.road_type![row] === 2);
    assert.ok(city > 2 * rural, `city ${city}, country ${rural}`);
  });

  it('have rare faults that last for many records', () => {
    const share = mean('sensor_fault_event', () => true);
    assert.ok(share > 0 && share < 0.005, `${share}`);
    let [faulty, goesOn] = [0, 0];
    eachPair(batch, (b, row) => {
      faulty += a.sensor_fault_event![row]!;
      goesOn += a.sensor_fault_event![row]! & a.sensor_fault_event![b]!;
    });
    assert.ok(goesOn > 0.9 * faulty, `${goesOn} of ${faulty}`);
  });
});

describe('the label', () => {
  it('is rare but not too rare', () => {
    const risky = mean('risk_label', () => true);
    assert.ok(risky > 0.01 && risky < 0.15, `${risky}`);
  });
});
