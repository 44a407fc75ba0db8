import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FleetgenError } from '#src/base/errors.js';
import { createBatch } from '#src/columns/batch.js';
import { compileCsvWriter, csvHeader } from '#src/encode/csv.js';
import { generate } from '#src/run/generate.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { openFeed } from '#src/stream/feeds/open-feed.js';
import { drain, generated, inOrderOfArrival, type Message, smallDataset } from '../messages.js';

// More rows than one sorted run holds.
const dataset = smallDataset({ vehicles: 64 });
const { telemetry } = dataset;
const all = () => ({ after: Number.NEGATIVE_INFINITY, includes: () => true });
let folder = '';
const file = (name: string) => join(folder, name);

/** In the order of `generate`. */
let messages: readonly Message[];
let csv: string;
before(async () => {
  messages = generated(dataset);
  csv = csvText();
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
  it('gives the same messages as the simulation, in order of arrival, and leaves no file behind', async () => {
    const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('fleetgen-replay-'));
    const beforehand = await left();
    const expected = inOrderOfArrival(messages);
    assert.ok(expected.length > 65_536);
    await writeFile(file('all.csv'), csv);
    const feed = await openFeed({ source: { kind: 'file', path: file('all.csv'), telemetry }, ...all() });
    assert.equal(feed.next(), expected[0]!.arrival);
    assert.deepEqual(await drain(feed), expected);
    assert.equal(feed.next(), Number.POSITIVE_INFINITY);
    await feed.close();
    assert.deepEqual(await left(), beforehand);
  });

  it('reads gzip, columns in any order, and continues after a time', async () => {
    const lines = csv
      .split('\n')
      .slice(0, 2000)
      .map((line) => line.split(',').reverse().join(','));
    await writeFile(file('part.csv.gz'), gzipSync(`${lines.join('\n')}\n`));
    const expected = inOrderOfArrival(messages.slice(0, 1999));
    const middle = expected[1000]!.arrival;
    const source = { kind: 'file', path: file('part.csv.gz'), telemetry } as const;
    const feed = await openFeed({ source, includes: () => true, after: middle });
    assert.deepEqual(
      await drain(feed),
      expected.filter(({ arrival }) => arrival > middle),
    );
    await feed.close();
  });

  it('reads a folder, all its parts in all its days', async () => {
    const { seed, vehicles, days } = dataset;
    await generate({ seed, vehicles, days, range: [0, 2000], to: file('folder/'), partitionBy: 'day', workers: 1 });
    const feed = await openFeed({ source: { kind: 'file', path: file('folder/'), telemetry }, ...all() });
    assert.deepEqual(await drain(feed), inOrderOfArrival(messages.slice(0, 2000)));
    await feed.close();
    const missing = openFeed({ source: { kind: 'file', path: file('none/'), telemetry }, ...all() });
    await assert.rejects(missing, { exitCode: 2, code: 'NO_FILE', message: /there is no manifest\.json in/ });
  });

  const header = csvHeader(telemetry);
  const broken: [name: string, text: string, code: string, message: RegExp][] = [
    ['an empty file', '', 'BAD_FILE', /is empty/],
    ['semicolons', header.replaceAll(',', ';'), 'BAD_FILE', /no column record_id: separate its columns by commas/],
    ['a missing column', 'record_id,vehicle_id\n', 'BAD_FILE', /no column trip_id/],
    [
      'an extra column',
      header.replace('\n', ',colour\n'),
      'BAD_FILE',
      /one more column, "colour": give the --scenario/,
    ],
    ['a truncated row', `${header}1,VEH-000001\n`, 'BAD_ROW', /broken\.csv, line 2: it has 2 fields, not \d+;/],
    [
      'an invalid value',
      `${header}x${','.repeat(telemetry.columns.length - 1)}\n`,
      'BAD_ROW',
      /broken\.csv, line 2, column record_id: "x" is not a whole number;/,
    ],
  ];
  for (const [name, text, code, message] of broken) {
    it(`rejects ${name} with one line`, async () => {
      await writeFile(file('broken.csv'), text);
      const source = { kind: 'file', path: file('broken.csv'), telemetry } as const;
      await assert.rejects(openFeed({ source, ...all() }), (error: FleetgenError) => {
        assert.ok(error instanceof FleetgenError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('rejects a time that no message can hold, naming its record', async () => {
    const at = (name: string) => telemetry.columns.findIndex((column) => column.name === name);
    const [, row] = csv.split('\n');
    const late = row!.split(',').with(at('recorded_at'), '9999-12-31T23:59:59.999Z').with(at('network_delay_ms'), '1');
    await writeFile(file('late.csv'), `${header}${late.join(',')}\n`);
    const feed = await openFeed({ source: { kind: 'file', path: file('late.csv'), telemetry }, ...all() });
    await assert.rejects(drain(feed), {
      code: 'BAD_TIME',
      exitCode: 1,
      message: /^record 0 would be sent with a time/,
    });
    await feed.close();
  });

  it('reports a missing file', async () => {
    const source = { kind: 'file', path: file('none.csv'), telemetry } as const;
    await assert.rejects(openFeed({ source, ...all() }), { code: 'NO_FILE', exitCode: 2 });
  });
});
