/** The determinism contract: ranges, batches, order of work, fleet size and window change no byte of a record. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Dataset, type DatasetRequest, planDataset } from '#src/plan/dataset.js';
import { plannerOf } from '#src/plan/planner.js';
import { shardsOf } from '#src/plan/shards.js';
import { createSimulator } from '#src/simulate/record-source.js';
import { DUPLICATES, FAULT_NAMES, NO_FAULT, REBOOT } from '#src/world/tables/fault-tables.js';
import { csvOf, encode, recordsOf, sha256 } from '../simulate/records.js';
import { lineStarts, same } from './csv-bytes.js';

const plan = (request: Partial<DatasetRequest>): Dataset =>
  planDataset({ seed: 42, start: '2026-03-28', intervalSeconds: 10, ...request });

/** Several days, and batches of up to half of it. */
const dataset = plan({ rows: 18_000, vehicles: 10 });
const whole = csvOf(dataset, { from: 0, to: dataset.rows });
/** Byte offset of each record in the CSV, and the end. */
const offsets = lineStarts(whole);
const slice = (from: number, to: number): Buffer => whole.subarray(offsets[from], offsets[to]);
const record = fc.nat(dataset.rows);
const range = fc
  .oneof(
    fc.tuple(record, record),
    fc.tuple(record, fc.nat(300)).map(([from, length]) => [from, Math.min(dataset.rows, from + length)] as const),
  )
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const batchRows = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 9000 }));

describe('a range of a dataset', () => {
  it('equals that part of the whole, wherever it begins and ends and whatever the batch size', () => {
    fc.assert(
      fc.property(range, batchRows, (piece, rows) => {
        same(csvOf(dataset, piece, rows), slice(piece.from, piece.to));
      }),
      { numRuns: 40 },
    );
  });

  it('is empty from anywhere to the same place', () => {
    for (const at of [0, 1, 9000, dataset.rows]) assert.equal(csvOf(dataset, { from: at, to: at }).length, 0);
  });

  it('concatenated with the other ranges gives the whole', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 7 }), (cuts) => {
        const bounds = [0, ...cuts, dataset.rows].sort((a, b) => a - b);
        const pieces = bounds.slice(1).map((to, i) => csvOf(dataset, { from: bounds[i]!, to }));
        same(Buffer.concat(pieces), whole);
      }),
      { numRuns: 5 },
    );
  });

  it('does not depend on what its simulator did before or left unfinished', () => {
    const used = createSimulator(dataset);
    fc.assert(
      fc.property(range, batchRows, range, fc.boolean(), (piece, rows, abandoned, abandon) => {
        // Begins another range and abandons it halfway.
        if (abandon) csvOf(dataset, { ...abandoned, to: Math.min(abandoned.to, abandoned.from + 7) }, 3, used);
        same(csvOf(dataset, piece, rows, used), slice(piece.from, piece.to));
      }),
      { numRuns: 40 },
    );
  });

  it('is made of its shards in any order', () => {
    const large = plan({ rows: 80_000, vehicles: 40 });
    const simulator = createSimulator(large);
    const shards = shardsOf(large, 0, large.rows).reverse();
    assert.equal(shards.length, 2);
    const pieces = shards.map((shard) => csvOf(large, shard, 4096, simulator)).reverse();
    same(Buffer.concat(pieces), csvOf(large, { from: 0, to: large.rows }));
  });
});

describe('a vehicle-day with a fault', () => {
  const fleet = plan({ vehicles: 600, days: 5 });
  /** Records where a day of each kind of fault begins, the trip's fault included. */
  const faulty = daysWithFaults(fleet);

  it('exists in the sample, both for duplicates and for dropped records', () => {
    assert.ok(faulty.has(DUPLICATES) && faulty.has(REBOOT), `${[...faulty.keys()]}`);
  });

  for (const [fault, { from, to, at }] of faulty) {
    it(`(${FAULT_NAMES[fault]}) is the same wherever a range cuts it and whatever the batch size`, () => {
      const day = csvOf(fleet, { from, to });
      const simulator = createSimulator(fleet);
      for (let cut = Math.max(from, at - 2); cut < Math.min(to, at + 12); cut++) {
        const pieces = [
          csvOf(fleet, { from: cut, to }, 1 + (cut % 4), simulator),
          csvOf(fleet, { from, to: cut }, 3, simulator),
        ];
        same(Buffer.concat(pieces.reverse()), day);
      }
    });
  }
});

describe('a seed', () => {
  it('gives the same bytes again, and another seed gives different ones', () => {
    const digest = (seed: number): string => sha256(csvOf(plan({ seed, rows: 3000 }), { from: 0, to: 3000 }));
    assert.equal(digest(42), digest(42));
    const digests = [0, 1, 42, 43, 2 ** 32, 2 ** 32 + 42, 2 ** 53 - 1].map(digest);
    assert.equal(new Set(digests).size, digests.length);
  });
});

describe("a vehicle's date", () => {
  const days = 5;
  const base = recordsByDate(plan({ vehicles: 12, days }));

  const others: [what: string, request: Partial<DatasetRequest>][] = [
    ['in a fleet twice the size', { vehicles: 24, days }],
    ['in a fleet of 100', { vehicles: 100, days: 4 }],
    ['in a window that starts a week earlier', { vehicles: 12, days: days + 7, start: '2026-03-21' }],
    ['in a window that starts three days later', { vehicles: 12, days, start: '2026-03-31' }],
    ['with other record ids', { vehicles: 12, days, firstRecordId: 5e9 }],
  ];
  for (const [what, request] of others) {
    it(`is the same ${what}`, () => {
      let compared = 0;
      const other = recordsByDate(plan(request));
      for (const [key, rows] of base) {
        const found = other.get(key);
        if (found === undefined) continue;
        assert.equal(found, rows, key);
        compared++;
      }
      assert.ok(compared > 15, `${compared} dates in both`);
    });
  }

  it('is truncated, but otherwise unchanged, by a limit of rows', () => {
    const full = plan({ vehicles: 12, days });
    const cut = plan({ vehicles: 12, days, rows: full.rows - 777 });
    const text = csvOf(full, { from: 0, to: full.rows });
    same(csvOf(cut, { from: 0, to: cut.rows }), text.subarray(0, lineStarts(text)[cut.rows]));
  });
});

/** The CSV of each (vehicle, date), all columns but record_id. */
function recordsByDate(data: Dataset): Map<string, string> {
  const records = new Map<string, string>();
  const batch = recordsOf(data);
  const lines = encode(data.telemetry, batch).toString('latin1').trimEnd().split('\n');
  assert.equal(lines.length, batch.length);
  for (const [row, line] of lines.entries()) {
    // trip_id holds the vehicle and the date, which local time puts across midnight UTC.
    const key = `${batch.arrays.vehicle_id![row]} ${Math.floor(batch.arrays.trip_id![row]! / 100)}`;
    // record_id is the first field, and a number.
    records.set(key, `${records.get(key) ?? ''}${line.slice(line.indexOf(',') + 1)}\n`);
  }
  return records;
}

/** By kind of fault, the first vehicle-day that has one: its records, and about where the fault begins. */
function daysWithFaults(data: Dataset): Map<number, { from: number; to: number; at: number }> {
  const { planner } = plannerOf(data);
  const found = new Map<number, { from: number; to: number; at: number }>();
  let from = 0;
  for (let day = 0; day < data.days; day++) {
    for (let vehicle = 0; vehicle < data.vehicles; vehicle++) {
      const to = from + planner.load(vehicle, data.firstDay + day);
      const { ticks, faults } = planner.plan;
      const fault = faults.kind;
      const before = ticks.subarray(0, faults.trip).reduce((sum, count) => sum + count + 1, 0);
      const faultFrom = Math.ceil(faults.fromMs / data.intervalMs);
      if (to > from && fault !== NO_FAULT && !found.has(fault))
        found.set(fault, { from, to, at: from + before + faultFrom });
      from = to;
    }
  }
  return found;
}
