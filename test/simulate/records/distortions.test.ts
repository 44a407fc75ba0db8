import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { NULL_INT } from '#src/columns/column.js';
import type { VehicleDay } from '#src/simulate/day/vehicle-day.js';
import { Distortions } from '#src/simulate/records/distortions.js';
import type { TelemetryArrays } from '#src/simulate/records/telemetry-arrays.js';
import {
  CLOCK_SKEW,
  DUPLICATES,
  FROZEN_GPS,
  OUT_OF_RANGE,
  STUCK_SENSOR,
  TELEPORT,
} from '#src/world/tables/fault-tables.js';

const NO_DIRT = { missing_position: 0, speed_outlier: 0, battery_over_100: 0, contradictory_label: 0 };

/** The part of a vehicle-day that distortions read; every draw is the same. */
function distortions(u: number, dirt: object = {}): Distortions {
  const world = { dirt: { ...NO_DIRT, ...dirt }, faults: { teleportM: 20_000, maxSkewMs: 60_000 } };
  return new Distortions({ world, draws: { uniform: () => u } } as unknown as VehicleDay);
}

/** Rows 0 and 1: before the fault and in it. */
function rows(latitude: number, longitude: number) {
  return {
    latitude: Int32Array.of(52_000_000, latitude),
    longitude: Int32Array.of(13_000_000, longitude),
    gps_accuracy_m: Int32Array.of(40, latitude === NULL_INT ? NULL_INT : 40),
    temperature_c: Int32Array.of(71, 95),
    recorded_at: Float64Array.of(1_000_000, 2_000_000),
    network_delay_ms: Int32Array.of(90, 90),
    speed_kmh: Int32Array.of(500, 500),
    sensor_battery_pct: Int32Array.of(900, 900),
    risk_label: Uint8Array.of(0, 0),
  } satisfies Partial<Record<keyof TelemetryArrays, unknown>>;
}

function distorted(fault: number, latitude: number, longitude: number) {
  const out = rows(latitude, longitude);
  const all = out as unknown as TelemetryArrays;
  const of = distortions(0.75);
  of.begin(all, 0);
  of.distort(all, 1, fault);
  return out;
}

describe('a fault of the device', () => {
  it('freezes and moves positions', () => {
    const frozen = distorted(FROZEN_GPS, 52_001_000, 13_002_000);
    assert.deepEqual([frozen.latitude[1], frozen.longitude[1]], [52_000_000, 13_000_000]);
    const moved = distorted(TELEPORT, 52_001_000, 13_002_000);
    assert.notEqual(moved.latitude[1], 52_001_000);
    assert.notEqual(moved.longitude[1], 13_002_000);
  });

  it('gives no position to a record without one', () => {
    for (const fault of [FROZEN_GPS, TELEPORT]) {
      const out = distorted(fault, NULL_INT, NULL_INT);
      assert.deepEqual([out.latitude[1], out.longitude[1]], [NULL_INT, NULL_INT]);
    }
  });

  it('does not freeze a position if the last one was lost, too', () => {
    const out = rows(52_001_000, 13_002_000);
    out.latitude[0] = NULL_INT;
    out.longitude[0] = NULL_INT;
    const of = distortions(0.75);
    of.begin(out as unknown as TelemetryArrays, 0);
    of.distort(out as unknown as TelemetryArrays, 1, FROZEN_GPS);
    assert.deepEqual([out.latitude[1], out.longitude[1]], [52_001_000, 13_002_000]);
  });

  it('shifts the clock but not the arrival, and the thermometer sticks or leaves its range', () => {
    const skewed = distorted(CLOCK_SKEW, 52_001_000, 13_002_000);
    assert.equal(skewed.recorded_at[1], 2_030_000);
    assert.equal(skewed.network_delay_ms[1], 90 - 30_000);
    assert.equal(distorted(STUCK_SENSOR, 52_001_000, 13_002_000).temperature_c[1], 71);
    assert.equal(distorted(OUT_OF_RANGE, 52_001_000, 13_002_000).temperature_c[1], -850);
  });
});

describe('dirt', () => {
  const corrupted = (dirt: object, latitude = 52_001_000) => {
    const out = rows(latitude, latitude === NULL_INT ? NULL_INT : 13_002_000);
    const kind = distortions(0.1, dirt).corrupt(out as unknown as TelemetryArrays, 1);
    return { kind, out };
  };

  it('has the kinds and shares of the scenario', () => {
    assert.equal(distortions(0.1).hasDirt, false);
    assert.equal(distortions(0.1, { speed_outlier: 0.2 }).hasDirt, true);
    assert.equal(corrupted({}).kind, 0);
    assert.equal(corrupted({ missing_position: 0.05 }).kind, 0);
    assert.equal(corrupted({ missing_position: 0.05, speed_outlier: 0.2 }).kind, 2);
    assert.equal(corrupted({ speed_outlier: 0.2 }).out.speed_kmh[1], 2650);
    assert.equal(corrupted({ battery_over_100: 0.2 }).out.sensor_battery_pct[1], 1041);
    assert.equal(corrupted({ contradictory_label: 0.2 }).out.risk_label[1], 1);
  });

  it('only removes a position that is present', () => {
    const { kind, out } = corrupted({ missing_position: 0.2 });
    assert.equal(kind, 1);
    assert.deepEqual([out.latitude[1], out.longitude[1], out.gps_accuracy_m[1]], [NULL_INT, NULL_INT, NULL_INT]);
    assert.equal(corrupted({ missing_position: 0.2 }, NULL_INT).kind, 0);
  });
});

test("a false position is within the scenario's distance, which is split between east and north", () => {
  // The first draw is the distance, the second the share of it to the east, the third north or south.
  const moves: readonly (readonly [draws: readonly number[], east: number, north: number])[] = [
    [[0.7, 1, 0.5], 20_000, 0],
    [[0.7, 0, 0.5], -20_000, 0],
    [[0, 0.5, 0.5], 0, 6000],
    [[0, 0.5, 0.4], 0, -6000],
    [[0.2, 0.75, 0.5], 5000, 5000],
    [[0.2, 0.25, 0.4], -5000, -5000],
  ];
  for (const [draws, east, north] of moves) {
    const left = [...draws];
    const world = { dirt: NO_DIRT, faults: { teleportM: 20_000, maxSkewMs: 60_000 } };
    const of = new Distortions({ world, draws: { uniform: () => left.shift() ?? 0 } } as unknown as VehicleDay);
    const out = rows(52_000_000, 13_000_000);
    of.begin(out as unknown as TelemetryArrays, 0);
    of.distort(out as unknown as TelemetryArrays, 1, TELEPORT);
    const moved = [out.longitude[1]! - 13_000_000, out.latitude[1]! - 52_000_000];
    for (const [i, metres] of [east, north].entries()) {
      assert.ok(Math.abs(moved[i]! - metres * 8.9932) < 2, `${moved} for ${east}, ${north}`);
    }
  }
});

test('a faulty thermometer leaves its range on both sides, and only for that fault', () => {
  for (const [u, temperature] of [
    [0.25, 850],
    [0.5, -850],
  ] as const) {
    const out = rows(52_001_000, 13_002_000);
    const of = distortions(u);
    of.begin(out as unknown as TelemetryArrays, 0);
    of.distort(out as unknown as TelemetryArrays, 1, OUT_OF_RANGE);
    assert.equal(out.temperature_c[1], temperature);
  }
  assert.deepEqual(distorted(DUPLICATES, 52_001_000, 13_002_000), rows(52_001_000, 13_002_000));
});

test('each kind of dirt occurs with its share, and one without a share never', () => {
  const kindOf = (u: number, dirt: object) =>
    distortions(u, dirt).corrupt(rows(52_001_000, 13_002_000) as unknown as TelemetryArrays, 1);
  const dirt = { missing_position: 0.25, speed_outlier: 0.125, battery_over_100: 0.0625, contradictory_label: 0.03125 };
  const ends = [0, 0.25, 0.375, 0.4375, 0.46875];
  ends.forEach((end, i) => {
    assert.equal(kindOf(end, dirt), (i + 1) % 5);
    if (i > 0) assert.equal(kindOf(end - 2 ** -20, dirt), i);
  });
  assert.equal(kindOf(0, { speed_outlier: 0.125 }), 2);
});

test('a contradictory label is inverted', () => {
  for (const label of [0, 1]) {
    const out = { ...rows(52_001_000, 13_002_000), risk_label: Uint8Array.of(0, label) };
    distortions(0.1, { contradictory_label: 0.2 }).corrupt(out as unknown as TelemetryArrays, 1);
    assert.equal(out.risk_label[1], 1 - label);
  }
});
