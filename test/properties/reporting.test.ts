/**
 * Jitter, lost records and heartbeats: the plan counts what is simulated, and ranges, batches, fleet and window change
 * no byte.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { shardsOf } from '#src/plan/shards.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { csvOf } from '../simulate/records.js';
import { lineStarts, same } from './csv-bytes.js';

/** Every second day of a vehicle has a fault that doubles records or leaves some out, in the middle of losses. */
const SETS = [
  'devices.lost_records=0.08',
  'devices.lost_burst_seconds=25',
  'devices.heartbeat_minutes=45',
  'devices.duplicates={per_1000_days: 250, seconds: 400}',
  'devices.reboot={per_1000_days: 250, seconds: 400}',
];
const { scenario } = await resolveScenario('failing-devices', SETS);
const plan = (request: Partial<DatasetRequest>): Dataset =>
  planDataset({ seed: 42, start: '2026-03-27', intervalSeconds: 10, scenario, ...request });

const dataset = plan({ vehicles: 20, days: 4 });
const whole = csvOf(dataset, { from: 0, to: dataset.rows });
const lines = linesOf(whole);
const offsets = lineStarts(whole);
const record = fc.nat(dataset.rows);
/** From one record to another, mostly near it: what a cut breaks shows beside it. */
const piece = fc.oneof(
  fc.tuple(record, record).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
  ...[300, 5000].map((longest) =>
    fc.tuple(record, fc.nat(longest)).map(([from, length]) => ({ from, to: Math.min(dataset.rows, from + length) })),
  ),
);

/** The CSV's lines, each with its line feed. */
function linesOf(csv: Buffer): string[] {
  return csv.toString('latin1').split(/(?<=\n)/);
}

interface VehicleDay {
  readonly vehicle: number;
  readonly day: number;
  readonly lines: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The lines of each vehicle-day, as the plan counts them. */
function vehicleDays(data: Dataset): VehicleDay[] {
  const { planner } = plannerOf(data);
  const all = data === dataset ? lines : linesOf(csvOf(data, { from: 0, to: data.rows }));
  const found: VehicleDay[] = [];
  let from = 0;
  for (let d = 0; d < data.days; d++) {
    for (let vehicle = 0; vehicle < data.vehicles; vehicle++) {
      const day = data.firstDay + d;
      const records = planner.load(vehicle, day);
      const { dayStartMs: startMs, dayEndMs: endMs } = planner.plan;
      found.push({ vehicle, day, lines: all.slice(from, from + records), startMs, endMs });
      from += records;
    }
  }
  assert.equal(from, data.rows);
  return found;
}

describe('a plan with losses and heartbeats', () => {
  for (const intervalSeconds of [1, 10, 60]) {
    it(`counts the records of each vehicle-day at ${intervalSeconds} s`, () => {
      const data = intervalSeconds === 10 ? dataset : plan({ vehicles: 12, days: 3, intervalSeconds });
      for (const { vehicle, day, lines: own, startMs, endMs } of vehicleDays(data)) {
        for (const line of own) {
          const [, name, trip, time] = line.split(',');
          assert.equal(Number(name!.slice(4)), vehicle);
          if (trip === '') {
            const at = Date.parse(time!);
            assert.ok(at >= startMs && at < endMs, `a heartbeat at ${time} of another day`);
          } else assert.equal(Math.floor(Number(trip) / 100), vehicle * 1e5 + day);
        }
      }
    });
  }

  it('counts days in any order', () => {
    const { planner } = plannerOf(dataset);
    const expected = vehicleDays(dataset).reverse();
    for (const { vehicle, day, lines: own } of expected) assert.equal(planner.load(vehicle, day), own.length);
  });
});

describe('records with losses and heartbeats', () => {
  it('are the same wherever a range cuts them and whatever the batch size', () => {
    const used = createSimulator(dataset);
    fc.assert(
      fc.property(piece, fc.integer({ min: 1, max: 5000 }), ({ from, to }, batchRows) => {
        same(csvOf(dataset, { from, to }, batchRows, used), whole.subarray(offsets[from], offsets[to]));
      }),
      { numRuns: 50 },
    );
  });

  it('can be generated as shards in any order', () => {
    const simulator = createSimulator(dataset);
    const shards = shardsOf(dataset, 0, dataset.rows).reverse();
    const pieces = shards.map((shard) => csvOf(dataset, shard, 4096, simulator)).reverse();
    same(Buffer.concat(pieces), whole);
  });

  const others: [what: string, request: Partial<DatasetRequest>][] = [
    ['in a fleet of 40', { vehicles: 40, days: 4 }],
    ['in a window that starts a week earlier', { vehicles: 20, days: 11, start: '2026-03-20' }],
    ['in a window that starts two days later', { vehicles: 20, days: 3, start: '2026-03-29' }],
  ];
  for (const [what, request] of others) {
    it(`are the same for a vehicle's date ${what}`, () => {
      const known = new Map(vehicleDays(dataset).map((each) => [`${each.vehicle} ${each.day}`, each.lines]));
      let compared = 0;
      for (const { vehicle, day, lines: own } of vehicleDays(plan(request))) {
        const here = known.get(`${vehicle} ${day}`);
        if (here === undefined) continue;
        assert.deepEqual(own.map(withoutId), here.map(withoutId), `vehicle ${vehicle}, day ${day}`);
        compared++;
      }
      assert.ok(compared >= 40, `${compared} dates in both`);
    });
  }
});

function withoutId(line: string): string {
  return line.slice(line.indexOf(','));
}
