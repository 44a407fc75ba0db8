import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Batch, createBatch } from '../../src/columns/batch.js';
import { compileCsvWriter, csvHeader } from '../../src/encode/csv.js';
import { FleetgenError } from '../../src/errors.js';
import { createRecordSource } from '../../src/simulate/record-source.js';
import { fieldReader } from '../../src/stream/read-fields.js';
import { openFeed } from '../../src/stream/source.js';
import { arbitraryTable } from '../encode/arbitrary-table.js';
import { fieldText } from '../encode/reference-csv.js';
import { drain, generated, inOrderOfArrival, smallDataset } from './messages.js';

// More rows than one sorted run holds.
const dataset = smallDataset({ vehicles: 90 });
const { telemetry } = dataset;
const all = () => ({ after: Number.NEGATIVE_INFINITY, includes: () => true });
let folder = '';
const file = (name: string) => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

function csvText(): string {
  const batch = createBatch(telemetry, 1000);
  const writer = compileCsvWriter(telemetry);
  const bytes = Buffer.alloc(writer.maxRowBytes * 1000);
  const source = createRecordSource(dataset, 0, dataset.rows);
  let text = csvHeader(telemetry);
  while (source.fill(batch) > 0) text += bytes.toString('utf8', 0, writer.write(batch, 0, batch.length, bytes, 0));
  return text;
}

describe('replay of a CSV file', () => {
  it('gives the messages that the simulation gives, in order of arrival, and leaves no file behind', async () => {
    const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('fleetgen-replay-'));
    const beforehand = await left();
    const expected = inOrderOfArrival(generated(dataset));
    assert.ok(expected.length > 65_536);
    await writeFile(file('all.csv'), csvText());
    const feed = await openFeed({ source: { kind: 'csv', path: file('all.csv'), telemetry }, ...all() });
    assert.equal(feed.next(), expected[0]!.arrival);
    assert.deepEqual(await drain(feed), expected);
    assert.equal(feed.next(), Number.POSITIVE_INFINITY);
    await feed.close();
    assert.deepEqual(await left(), beforehand);
  });

  it('reads gzip, columns in any order, and goes on after a time', async () => {
    const lines = csvText()
      .split('\n')
      .slice(0, 2000)
      .map((line) => line.split(',').reverse().join(','));
    await writeFile(file('part.csv.gz'), gzipSync(`${lines.join('\n')}\n`));
    const expected = inOrderOfArrival(generated(dataset).slice(0, 1999));
    const middle = expected[1000]!.arrival;
    const source = { kind: 'csv', path: file('part.csv.gz'), telemetry } as const;
    const feed = await openFeed({ source, includes: () => true, after: middle });
    assert.deepEqual(
      await drain(feed),
      expected.filter(({ arrival }) => arrival > middle),
    );
    await feed.close();
  });

  const header = csvHeader(telemetry);
  const broken: [name: string, text: string, code: string, message: RegExp][] = [
    ['an empty file', '', 'BAD_FILE', /is empty/],
    ['a column that is missing', 'record_id,vehicle_id\n', 'BAD_FILE', /no column trip_id/],
    ['a column too many', header.replace('\n', ',colour\n'), 'BAD_FILE', /column colour/],
    ['a row that was cut', `${header}1,VEH-000001\n`, 'BAD_ROW', /row 2: it has 2 fields/],
    ['a value that is none', `${header}x${','.repeat(29)}\n`, 'BAD_ROW', /row 2: record_id: "x"/],
  ];
  for (const [name, text, code, message] of broken) {
    it(`says in one line what is wrong with ${name}`, async () => {
      await writeFile(file('broken.csv'), text);
      const source = { kind: 'csv', path: file('broken.csv'), telemetry } as const;
      await assert.rejects(openFeed({ source, ...all() }), (error: FleetgenError) => {
        assert.ok(error instanceof FleetgenError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('says that a file is not there', async () => {
    const source = { kind: 'csv', path: file('none.csv'), telemetry } as const;
    await assert.rejects(openFeed({ source, ...all() }), { code: 'NO_FILE', exitCode: 2 });
  });
});

describe('field reader', () => {
  it('reads back what the CSV writer prints, for any column and value', () => {
    fc.assert(
      fc.property(arbitraryTable, ({ schema, batch }) => {
        for (const column of schema.columns) {
          // An empty text can't be told from a missing value.
          if (column.values?.includes('') === true) continue;
          const read = fieldReader(column);
          for (const stored of valuesOf(batch, column.name)) {
            const text = fieldText(column, stored);
            assert.equal(fieldText(column, read(text)), text, column.kind);
          }
        }
      }),
    );
  });

  it('refuses what is no value of the column', () => {
    const column = { name: 'c', sqlType: 'text', nullable: false, unit: '', description: '' } as const;
    const refused = [
      [{ ...column, kind: 'int' }, '1.5'],
      [{ ...column, kind: 'int' }, '99999999999'],
      [{ ...column, kind: 'int53' }, '9007199254740993'],
      [{ ...column, kind: 'fixed', decimals: 1 }, 'NaN'],
      [{ ...column, kind: 'bool' }, 'yes'],
      [{ ...column, kind: 'enum', values: ['a'] }, 'b'],
      [{ ...column, kind: 'tag', prefix: 'VEH-' }, 'CAR-1'],
      [{ ...column, kind: 'timestamp' }, '2026-01-05'],
      [{ ...column, kind: 'int' }, ''],
    ] as const;
    for (const [kind, text] of refused)
      assert.throws(() => fieldReader(kind)(text), RangeError, `${kind.kind} ${text}`);
  });
});

function valuesOf(batch: Batch, name: string): number[] {
  return Array.from(batch.arrays[name]!.subarray(0, batch.length));
}
