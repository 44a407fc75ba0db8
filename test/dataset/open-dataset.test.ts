import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type ColumnBatch,
  createBatch,
  createRecordSource,
  loadScenario,
  type OpenDataset,
  openDataset,
  planDataset,
  valueReader,
} from '#src/index.js';

const REQUEST = { seed: 5, vehicles: 40, days: 2, intervalSeconds: 60 };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** A column of all batches, one after another. */
function joined(batches: readonly ColumnBatch[], name: string): number[] {
  return batches.flatMap(({ columns }) => [...columns[name]!]);
}

describe('openDataset', () => {
  let dataset: OpenDataset;
  const planned = planDataset({ ...REQUEST, start: '2026-01-05' });
  const whole = createBatch(planned.telemetry, planned.rows);
  before(async () => {
    dataset = await openDataset(REQUEST);
    createRecordSource(planned, 0, planned.rows).fill(whole);
  });

  it('identifies the dataset and describes its columns', () => {
    const { scenarioHash, algorithmVersion } = planned;
    assert.deepEqual(dataset.identity, {
      ...{ seed: 5, scenarioHash, algorithmVersion, start: '2026-01-05', days: 2, vehicles: 40 },
      ...{ intervalSeconds: 60, range: [0, planned.rows], rows: planned.rows, firstRecordId: 0 },
    });
    assert.deepEqual(dataset.columns, planned.telemetry.columns);
    assert.deepEqual(Object.keys(dataset.schema), ['records', 'truth', 'vehicles']);
  });

  it('gives the records of the dataset, whatever the size of the batches', async () => {
    for (const batchRows of [1000, 4096, planned.rows]) {
      const batches = await all(dataset.batches({ batchRows }));
      assert.ok(batches.every(({ length }) => length <= batchRows));
      assert.deepEqual(
        batches.map(({ from }) => from),
        batches.map((_, i) => i * batchRows),
      );
      for (const [name, array] of Object.entries(whole.arrays))
        assert.deepEqual(joined(batches, name), [...array], name);
    }
  });

  it('gives arrays that nobody else uses', async () => {
    const batches = await all(dataset.batches({ columns: ['record_id'], batchRows: 512 }));
    const ids = batches.flatMap(({ columns }) => [...columns.record_id]);
    assert.deepEqual(
      ids,
      Array.from(ids, (_, i) => i),
    );
    assert.equal(new Set(batches.map(({ columns }) => columns.record_id.buffer)).size, batches.length);
    assert.deepEqual(Object.keys(batches[0]!.columns), ['record_id']);
  });

  it('lets the event loop turn between batches', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const batches = await all(dataset.batches({ batchRows: 256 }));
    clearInterval(timer);
    assert.ok(batches.length > 10 && turns > 3, `${turns} turns in ${batches.length} batches`);
  });

  it('gives the ground truth when asked', async () => {
    for await (const { truth, columns, length } of dataset.batches({ truth: true })) {
      assert.equal(truth.true_latitude.length, length);
      assert.deepEqual(truth.record_id, columns.record_id);
    }
    const [first] = await all(dataset.batches());
    assert.equal(first!.truth, undefined);
  });

  it('takes turns between several readers', async () => {
    const alone = await all(dataset.rows({ columns: ['record_id', 'sensor_battery_pct', 'latitude'] }));
    const [a, b] = [
      dataset.batches({ batchRows: 100 }),
      dataset.rows({ columns: ['record_id', 'sensor_battery_pct', 'latitude'] }),
    ];
    const [first, second] = [a[Symbol.asyncIterator](), b[Symbol.asyncIterator]()];
    const rows = [];
    for (let row = await second.next(); !row.done; row = await second.next()) {
      rows.push(row.value);
      if (rows.length % 70 === 0) await first.next();
      if (rows.length % 900 === 0) dataset.vehicleDay(rows.length % 40, '2026-01-06').rows();
    }
    assert.deepEqual(rows, alone);
  });

  it('gives rows with values in units, texts, dates and nulls', async () => {
    const rows = await all(dataset.rows());
    assert.equal(rows.length, planned.rows);
    const names = dataset.columns.map(({ name }) => name);
    for (const i of [0, 1000, rows.length - 1]) {
      const row = rows[i]!;
      const { arrays } = whole;
      assert.deepEqual(Object.keys(row), names);
      assert.equal(row.record_id, i);
      assert.equal(row.vehicle_id, `VEH-${String(arrays.vehicle_id[i]).padStart(6, '0')}`);
      assert.deepEqual(row.recorded_at, new Date(arrays.recorded_at[i]!));
      assert.equal(row.speed_kmh, Number((arrays.speed_kmh[i]! / 10).toFixed(1)));
      assert.equal(row.odometer_km, Number((arrays.odometer_km[i]! / 1000).toFixed(3)));
      assert.equal(row.braking_event, arrays.braking_event[i] === 1);
      assert.match(row.road_type, /^(?:city|highway|rural)$/);
    }
    assert.ok(rows.some(({ latitude, gps_loss_event }) => latitude === null && gps_loss_event));
    assert.ok(rows.some(({ latitude }) => latitude !== null && Math.abs(latitude) < 90 && latitude % 1 !== 0));
    const [first] = await all(dataset.rows({ columns: ['speed_kmh', 'vehicle_id'] }));
    assert.deepEqual(Object.keys(first!), ['speed_kmh', 'vehicle_id']);
  });

  it('reads the custom columns of a scenario, given by name, by path or as loaded', async () => {
    const loaded = await loadScenario('autonomous');
    const path = fileURLToPath(import.meta.resolve('#src/scenario/examples/autonomous.yaml'));
    const hashes = new Set<string>();
    for (const scenario of ['autonomous', path, loaded, loaded.scenario]) {
      const custom = await openDataset({ scenario, rows: 50, vehicles: 1 });
      hashes.add(custom.identity.scenarioHash);
      const [row] = await all(custom.rows({ columns: ['perception_confidence'] }));
      assert.ok(Number(row!.perception_confidence) > 0.5, String(row!.perception_confidence));
      const [batch] = await all(custom.batches());
      assert.equal(batch!.columns.perception_confidence!.length, 50);
    }
    assert.equal(hashes.size, 1);
  });

  it('keeps to a range and adds the first record_id', async () => {
    const part = await openDataset({ ...REQUEST, range: [700, 2100], firstRecordId: 1_000_000 });
    assert.deepEqual([part.identity.rows, part.identity.range], [1400, [700, 2100]]);
    const batches = await all(part.batches({ batchRows: 1000 }));
    assert.deepEqual(
      batches.map(({ from, length }) => [from, length]),
      [
        [700, 1000],
        [1700, 400],
      ],
    );
    assert.equal(batches[0]!.columns.record_id[0], 1_000_700);
    assert.deepEqual(joined(batches, 'speed_kmh'), [...whole.arrays.speed_kmh.subarray(700, 2100)]);
    const empty = await openDataset({ ...REQUEST, range: [700, 700] });
    assert.deepEqual(await all(empty.batches()), []);
    assert.deepEqual(await all(empty.trips()), []);
  });

  it('makes one vehicle-day alone', () => {
    let next = 0;
    for (const date of ['2026-01-05', '2026-01-06']) {
      for (let vehicle = 0; vehicle < 40; vehicle++) {
        const day = dataset.vehicleDay(vehicle, date);
        assert.equal(day.from, next);
        next = day.to;
        const { columns, length } = day.batch({ columns: ['vehicle_id', 'speed_kmh'] });
        assert.equal(length, day.to - day.from);
        assert.ok(columns.vehicle_id.every((each) => each === vehicle));
        assert.deepEqual(columns.speed_kmh, whole.arrays.speed_kmh.slice(day.from, day.to));
      }
    }
    assert.equal(next, planned.rows);
    const byName = dataset.vehicleDay('VEH-000007', '2026-01-05');
    assert.equal(byName.vehicle_id, 'VEH-000007');
    assert.deepEqual(byName.rows(), dataset.vehicleDay(7, '2026-01-05').rows());
  });

  it('limits a vehicle-day to the range', async () => {
    const { from, to } = dataset.vehicleDay(9, '2026-01-05');
    assert.ok(to - from > 20);
    const part = await openDataset({ ...REQUEST, range: [from + 5, to - 3] });
    const day = part.vehicleDay(9, '2026-01-05');
    assert.deepEqual([day.from, day.to], [from + 5, to - 3]);
    assert.equal(day.rows({ columns: ['record_id'] })[0]!.record_id, from + 5);
    const other = part.vehicleDay(11, '2026-01-06');
    assert.deepEqual([other.from, other.to, other.rows()], [to - 3, to - 3, []]);
  });

  it('gives the trips that the records are of', async () => {
    const trips = await all(dataset.trips());
    const rows = await all(dataset.rows({ columns: ['trip_id', 'vehicle_id', 'recorded_at', 'odometer_km'] }));
    assert.deepEqual(
      [...new Set(rows.map(({ trip_id }) => trip_id))],
      trips.map(({ trip_id }) => trip_id),
    );
    for (const trip of trips) {
      const own = rows.filter(({ trip_id }) => trip_id === trip.trip_id);
      assert.equal(own[0]!.vehicle_id, trip.vehicle_id);
      assert.ok(Math.abs(own[0]!.recorded_at.getTime() - trip.started_at.getTime()) < 1000);
      const late = own.at(-1)!.recorded_at.getTime() - trip.ended_at.getTime();
      assert.ok(late >= -1000 && late <= 60_000, `${late} ms`);
      const metres = (own.at(-1)!.odometer_km - own[0]!.odometer_km) * 1000;
      assert.ok(Math.abs(metres - trip.distance_m) < 20, `${metres} m, not ${trip.distance_m}`);
    }
    assert.deepEqual(
      trips.filter(
        ({ vehicle_id, started_at }) => vehicle_id === 'VEH-000003' && started_at < new Date('2026-01-06T00:00Z'),
      ),
      dataset.vehicleDay(3, '2026-01-05').trips(),
    );
  });

  it('connects the trips of a vehicle', async () => {
    const last = new Map<string, readonly number[]>();
    let linked = 0;
    for await (const trip of dataset.trips()) {
      const before = last.get(trip.vehicle_id);
      if (before !== undefined) {
        linked++;
        assert.deepEqual([trip.origin_latitude, trip.origin_longitude], before);
      }
      last.set(trip.vehicle_id, [trip.destination_latitude, trip.destination_longitude]);
    }
    assert.ok(linked > 50);
  });

  it('gives the vehicles', async () => {
    const vehicles = await all(dataset.vehicles());
    assert.equal(vehicles.length, 40);
    assert.equal(vehicles[39]!.vehicle_id, 'VEH-000039');
    assert.match(vehicles[0]!.commissioned_on, /^20\d\d-\d\d-\d\d$/);
    assert.ok(vehicles.every(({ home_latitude }) => Math.abs(home_latitude) < 90));
    assert.deepEqual(
      Object.keys(vehicles[0]!),
      dataset.schema.vehicles.columns.map(({ name }) => name),
    );
  });

  it('has readers of single values', async () => {
    const [batch] = await all(dataset.batches({ columns: ['speed_kmh'] }));
    const read = valueReader(dataset.columns.find(({ name }) => name === 'speed_kmh')!);
    assert.equal(read(batch!.columns.speed_kmh, 5), batch!.columns.speed_kmh[5]! / 10);
  });

  it('refuses what it does not know', async () => {
    const refused = (message: RegExp) => ({ exitCode: 2, code: 'BAD_OPTION', message });
    const anything = <T>(value: unknown) => value as T;
    for (const [options, message] of [
      [{ rowz: 5 }, /^unknown option "rowz": did you mean rows\?$/],
      [{ workers: 0 }, /^workers is 0: give a whole number from 1 to 256/],
      [{ signal: 1 }, /^signal is 1: /],
      [{ range: [0] }, /^range is a list: give a pair/],
      [{ scenario: 5 }, /^scenario is 5: give the name of a shipped scenario/],
      [{ scenario: null }, /^scenario is null: give the name/],
      [null, /^openDataset's argument is null: /],
    ] as const) {
      await assert.rejects(openDataset(anything(options)), refused(message));
    }
    await assert.rejects(openDataset({ scenario: 'no-such' }), { exitCode: 2, code: 'SCENARIO_UNKNOWN' });
    await assert.rejects(openDataset({ ...REQUEST, range: [0, 1e9] }), { exitCode: 2, code: 'BAD_RANGE' });
    assert.throws(() => dataset.batches({ batchRows: 0 }), refused(/^batchRows is 0: give a whole number from 1/));
    assert.throws(() => dataset.batches({ columns: [] }), refused(/^columns is a list: give a list of names/));
    assert.throws(
      () => dataset.batches({ columns: ['speed'] }),
      refused(/^there is no column "speed": known are record_id, /),
    );
    assert.throws(() => dataset.batches({ truth: anything<boolean>(1) }), refused(/^truth is 1: give true or false$/));
    assert.throws(() => dataset.rows(anything<object>({ batchRows: 5 })), refused(/^unknown option "batchRows"/));
    assert.throws(() => dataset.rows({ columns: ['speed'] }), refused(/^there is no column "speed"/));
    for (const vehicle of [-1, 40, 1.5, 'VEH-000040', 'VEH-3', 'bus', anything<number>(null)]) {
      assert.throws(
        () => dataset.vehicleDay(vehicle, '2026-01-05'),
        refused(/^vehicle is .*: give a number from 0 to 39, or an id from VEH-000000 to VEH-000039$/),
      );
    }
    for (const date of ['2026-01-04', '2026-01-07', '2026-02-30', 'today', anything<string>(20458)]) {
      assert.throws(
        () => dataset.vehicleDay(0, date),
        refused(/^date is .*: give a day from 2026-01-05 to 2026-01-06$/),
      );
    }
  });

  it('stops planning when it is aborted', async () => {
    const aborted = { exitCode: 130, code: 'INTERRUPTED' };
    const large = { vehicles: 500_000, days: 30, workers: 1 };
    await assert.rejects(openDataset({ ...large, signal: AbortSignal.timeout(100) }), aborted);
    await assert.rejects(openDataset({ ...large, signal: AbortSignal.abort() }), aborted);
  });
});
