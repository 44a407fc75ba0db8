/** The checks pass simulated records, and each finds the fault that it is meant to find. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import { planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { createAudit } from '#src/verify/realism/audit.js';
import type { Check } from '#src/verify/realism/check.js';
import { audited, type Change, failing, PIECE, set, shuffled } from './planted.js';

const ROWS = 300_000;
const FEWER = 150_000;

const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });

describe('an audit', () => {
  it('finds no fault in the default scenario, and runs every check', () => {
    const checks = audited(dataset, true);
    assert.deepEqual(failing(checks), []);
    const groups = new Set(checks.filter(({ verdict }) => verdict === 'ok').map(({ group }) => group));
    for (const group of [
      'motion',
      'roads',
      'places',
      'weather',
      'time',
      'events',
      'pairs',
      'devices',
      'label',
      'variety',
    ]) {
      assert.ok(groups.has(group), group);
    }
  });

  it('finds no fault without ground truth, with another seed, in summer', () => {
    const summer = planDataset({ seed: 7, start: '2026-07-06', intervalSeconds: 15, rows: FEWER });
    assert.deepEqual(failing(audited(summer, false)), []);
  });

  it('rejects records of another dataset, and rows that are out of order', () => {
    const small = { ...dataset, vehicles: 2 };
    const wrongFleet = /record \d+ is of vehicle \d+, but the dataset has 2 vehicles: give --seed/;
    assert.throws(
      () =>
        audited(
          dataset,
          false,
          set('vehicle_id', () => dataset.vehicles),
        ),
      /vehicle \d+, but the dataset/,
    );
    assert.throws(() => createAudit(small).add(firstRows(), undefined), wrongFleet);
    const audit = createAudit(dataset);
    audit.add(firstRows());
    assert.throws(() => audit.add(firstRows()), /record 0 comes after record \d+: sort the rows by record_id/);
  });
});

function firstRows() {
  const batch = createBatch(dataset.telemetry, PIECE);
  createSimulator(dataset).range(0, PIECE).fill(batch);
  return batch;
}

/** Rows that show most faults; some need more to stand out from chance. */
const FEW = 25_000;
const SOME = 60_000;
const MANY = 150_000;

/** What a careless change of the records brings to light. */
const SPOILT: readonly (readonly [what: string, change: Change, found: RegExp, rows?: number])[] = [
  ['speeds a tenth too high', set('speed_kmh', (v) => Math.round(v * 1.1)), /^motion: speeds add up/],
  [
    'an odometer that is set back',
    set('odometer_km', (v, _, row) => (row === 77 ? v - 500_000 : v)),
    /^motion: the odometer never falls/,
  ],
  [
    'an odometer that advances overnight',
    set('odometer_km', (v, _, row, b) => v + 6000 * (Math.floor(b.arrays.trip_id![row]! / 100) % 1e5)),
    /^motion: the odometer moves unseen/,
    SOME,
  ],
  [
    'an odometer that advances while parked',
    set('odometer_km', (v, _, row, b) => v + 3000 * (b.arrays.trip_id![row]! % 100)),
    /^motion: the odometer stands between trips/,
  ],
  [
    'positions that jump',
    set('latitude', (v, random) => (v > 0 && random() < 0.01 ? v + 20_000 : v)),
    /^motion: goes no further/,
  ],
  ['weather drawn for each row', set('weather', (_, random) => Math.floor(random() * 5)), /^weather: one weather/],
  ['the same weather everywhere', set('weather', () => 0), /^variety: columns that never change \(.*weather/, MANY],
  [
    'roads drawn for each row',
    set('road_type', (_, random) => Math.floor(random() * 3)),
    /^roads: mean speed by road/,
    MANY,
  ],
  [
    'traffic unrelated to the hour',
    set('traffic_density', (_, random) => Math.floor(random() * 3)),
    /^time: traffic follows/,
    MANY,
  ],
  ['hours of another zone', set('hour_of_day', (v) => (v + 1) % 24), /^time: hour_of_day/],
  [
    'a third of the lane changes missing',
    set('lane_change_event', (v, random) => (random() < 0.33 ? 0 : v)),
    /^events: lane_change_event \(/,
    SOME,
  ],
  [
    'more lane changes under clouds than configured',
    set('lane_change_event', (v, random, row, b) => (b.arrays.weather![row] === 1 && random() < 0.03 ? 1 : v)),
    /^events: lane_change_event by weather/,
    MANY,
  ],
  [
    'alerts without a trigger',
    set('collision_alert', (v, random, row, b) => {
      const braking = b.arrays.braking_event!;
      return v === 0 && random() < 0.0007 && braking[row] === 0 && braking[row - 1] !== 1 ? 1 : 0;
    }),
    /^pairs: braking_event brings collision_alert/,
    SOME,
  ],
  ['braking without a peak', set('braking_event', () => 0), /^motion: hard braking and acceleration/],
  ['coordinates while GPS is lost', set('latitude', (v) => (v < -90_000_000 ? 0 : v)), /^devices: no position exactly/],
  [
    'records that arrive hours late',
    set('network_delay_ms', (v, _, row) => (row === 5 ? 7_200_000 : v)),
    /^devices: arrive within 60 minutes/,
  ],
  [
    'a uniformly distributed battery charge',
    set('sensor_battery_pct', (_, random) => Math.floor(random() * 1000)),
    /^variety: .*evenly spread \(.*sensor_battery_pct/,
    SOME,
  ],
  ['labels drawn by a coin', set('risk_label', (_, random) => (random() < 0.035 ? 1 : 0)), /^label: AUC/],
  ['headings of other records', shuffled('heading_deg'), /^motion: heads where it goes/],
  ['temperatures that are 3 degrees too high', set('temperature_c', (v) => v + 30), /^weather: the temperature/],
  ['scores that are twice as high', set('risk_score', (v) => Math.min(10_000, 2 * v)), /^label: share of risky/],
];

describe('an audit finds', () => {
  const smaller = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: MANY, vehicles: 25 });
  for (const [what, change, expected, rows = FEW] of SPOILT) {
    it(what, () => {
      const found = failing(audited(smaller, false, change, smaller, rows));
      assert.ok(
        found.some((line) => expected.test(line)),
        `found only: ${found.join('; ')}`,
      );
    });
  }
});

describe('an audit with the truth finds', () => {
  const smaller = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 60_000, vehicles: 25 });
  it('labels of other records', () => {
    const found = failing(audited(smaller, true, shuffled('risk_label')));
    assert.ok(
      found.some((line) => line.startsWith("label: risk_label is the truth's")),
      found.join('; '),
    );
  });
});

describe('custom events and metrics', () => {
  it('are checked, too', async () => {
    const { scenario } = await resolveScenario('autonomous');
    const own = planDataset({ seed: 3, start: '2026-03-02', intervalSeconds: 10, rows: 100_000, scenario });
    const checks = audited(own, false);
    assert.deepEqual(failing(checks), []);
    const named = (name: string): boolean =>
      checks.some((check) => check.name.startsWith(name) && check.verdict === 'ok');
    for (const { name } of own.world.metrics)
      assert.ok(named(`${name} is in its range`) && named(`${name} in standard`), name);
    assert.ok(named('disengagement_event'));
    const [metric] = own.world.metrics;
    const shifted = audited(
      own,
      false,
      set(metric!.name, (v) => Math.round(v - metric!.spread)),
      own,
      FEW,
    );
    assert.ok(
      failing(shifted).some((line) => line.startsWith(`metrics: ${metric!.name}`)),
      failing(shifted).join('; '),
    );
  });
});

describe('holidays', () => {
  const request = { seed: 5, start: '2026-01-05', intervalSeconds: 60, vehicles: 60, days: 9 };

  it('pass if driven like Sundays, and fail otherwise', async () => {
    const { scenario } = await resolveScenario('default', [
      'time.holidays={berlin: [2026-01-07, 2026-01-08], chicago: [2026-01-08, 2026-01-09], madrid: [2026-01-06]}',
    ]);
    const festive = planDataset({ ...request, scenario });
    const name = 'holidays are Sundays';
    const verdicts = audited(festive, false).filter((check) => check.name.endsWith(name));
    assert.ok(verdicts.some(({ verdict }) => verdict === 'ok'));
    assert.ok(verdicts.every(({ verdict }) => verdict !== 'FAILED'));
    const ordinary = planDataset(request);
    const missed = failing(audited(ordinary, false, undefined, festive));
    assert.ok(missed.some((line) => line.startsWith('habits: ') && line.includes(name)));
  });
});

describe('devices that report late, lose records and report while parked', () => {
  const request = { seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: 100_000, vehicles: 40 };
  const BEAT = -1;

  it('pass with their scenario, and fail with another one or with altered heartbeats', async () => {
    const { scenario } = await resolveScenario('failing-devices');
    const reporting = planDataset({ ...request, scenario });
    const about = (checks: readonly Check[], verdict: string): string[] =>
      checks
        .filter((check) => check.verdict === verdict && /^(heartbeats|motion|devices|truth)$/.test(check.group))
        .map(({ group, name }) => `${group}: ${name}`);
    const checks = audited(reporting, true);
    assert.deepEqual(about(checks, 'FAILED'), []);
    const passed = about(checks, 'ok');
    for (const name of [
      'devices: records lost on the way',
      'motion: records of a trip follow at the interval',
      'heartbeats: a parked vehicle stands still',
      'heartbeats: it stays where it was left',
      'heartbeats: it reports every 60 minutes',
      'heartbeats: they arrive in order with its other records',
      'heartbeats: its battery does not rise',
    ])
      assert.ok(passed.includes(name), name);

    const others: [set: string, found: string][] = [
      ['devices.lost_records=0.03', 'devices: records lost on the way'],
      ['devices.lost_records=0', 'motion: records of a trip follow at the interval'],
      ['devices.reporting_jitter_ms=0', 'motion: records of a trip follow at the interval'],
      ['devices.heartbeat_minutes=0', 'heartbeats: records of no trip'],
      ['devices.heartbeat_minutes=30', 'heartbeats: it reports every 30 minutes'],
    ];
    const expected = await Promise.all(
      others.map(async ([set]) =>
        planDataset({ ...request, scenario: (await resolveScenario('failing-devices', [set])).scenario }),
      ),
    );
    const batch = createBatch(reporting.telemetry, PIECE);
    const source = createSimulator(reporting).range(0, SOME);
    const audits = expected.map(createAudit);
    while (source.fill(batch) > 0) for (const audit of audits) audit.add(batch);
    others.forEach(([set, found], i) => {
      assert.ok(about(audits[i]!.checks(), 'FAILED').includes(found), set);
    });

    const spoilt: [name: string, by: number, found: string][] = [
      ['speed_kmh', 5, 'heartbeats: a parked vehicle stands still'],
      ['odometer_km', 4000, 'heartbeats: it stays where it was left'],
      ['latitude', 2000, 'heartbeats: it stays where it was left'],
    ];
    for (const [name, by, found] of spoilt) {
      const change = set(name, (v, random, row, b) => (b.arrays.trip_id![row] === BEAT && random() < 0.1 ? v + by : v));
      assert.ok(about(audited(reporting, false, change, reporting, FEW), 'FAILED').includes(found), name);
    }
  });
});

describe('dirt', () => {
  it('has the requested shares according to the ground truth', async () => {
    const request = { seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: FEWER, vehicles: 30 };
    const { scenario } = await resolveScenario('dirty');
    const dirty = planDataset({ ...request, scenario });
    const checks = audited(dirty, true);
    assert.deepEqual(failing(checks), []);
    const kinds = checks.filter(({ group, verdict }) => group === 'dirt' && verdict === 'ok').map(({ name }) => name);
    assert.deepEqual(kinds, [
      'missing_position',
      'speed_outlier',
      'battery_over_100',
      'contradictory_label',
      'records show what the truth says',
    ]);
    const { scenario: cleaner } = await resolveScenario('dirty', ['dirt.speed_outlier=0.0014']);
    const more = failing(audited(dirty, true, undefined, planDataset({ ...request, scenario: cleaner }), MANY));
    assert.ok(more.some((line) => line.startsWith('dirt: speed_outlier')));
    const cleaned = audited(
      dirty,
      true,
      set('speed_kmh', (v) => Math.min(v, 1300)),
      dirty,
      SOME,
    );
    assert.ok(failing(cleaned).some((line) => line.startsWith('dirt: records show')));
  });
});
