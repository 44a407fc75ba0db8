/** One file in every common dialect: replay and verify read the same values from it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TableSchema } from '#src/columns/column.js';
import { readBatches } from '#src/formats/formats.js';
import { planDataset, telemetryOf } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { SHIPPED } from '#src/scenario/read/shipped.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { countAllDifferences } from '#src/verify/exact/findings.js';

/** More than one batch. */
const ROWS = 1500;
const request = { seed: 7, rows: ROWS, vehicles: 30 };
const dataset = planDataset({ ...request, start: '2026-01-05', intervalSeconds: 10 });
const { telemetry } = dataset;
const columnsOf = (kind: string) => telemetry.columns.flatMap((column, i) => (column.kind === kind ? [i] : []));

/** The values of all rows. */
async function values(path: string, schema: TableSchema = telemetry): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const { arrays, length } of readBatches(schema, path)) {
    for (let row = 0; row < length; row++) rows.push(schema.columns.map(({ name }) => arrays[name]![row]!));
  }
  return rows;
}

describe('a CSV file', () => {
  let folder = '';
  let lines: string[][] = [];
  let original: number[][] = [];
  let texts: Record<'fleet' | 'fleet_vehicle' | 'fleet_truth', string>;
  const file = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-read-'));
    await generate({ ...request, to: file('fleet.csv'), truth: true, workers: 1 });
    const text = async (name: string) => readFile(file(`${name}.csv`), 'utf8');
    texts = {
      fleet: await text('fleet'),
      fleet_vehicle: await text('fleet_vehicle'),
      fleet_truth: await text('fleet_truth'),
    };
    lines = texts.fleet
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    original = await values(file('fleet.csv'));
    assert.equal(original.length, ROWS);
  });
  after(() => rm(folder, { recursive: true }));

  const joined = (rows: readonly (readonly string[])[]) => `${rows.map((fields) => fields.join(',')).join('\n')}\n`;
  /** Each field of the columns of that kind, without the header. */
  const mapped = (kind: string, change: (text: string) => string) => {
    const columns = columnsOf(kind);
    return lines.map((fields, row) =>
      row === 0 ? fields : fields.map((field, i) => (columns.includes(i) && field !== '' ? change(field) : field)),
    );
  };
  const quoted = (rows: readonly (readonly string[])[]) => rows.map((fields) => fields.map((field) => `"${field}"`));
  const shortest = (text: string) => String(Number(text));

  const dialects: Record<string, () => string | Buffer> = {
    'as generate writes it': () => texts.fleet,
    'without a header': () => joined(lines.slice(1)),
    'with a byte-order mark': () => `\ufeff${texts.fleet}`,
    'with a byte-order mark and no header': () => `\ufeff${joined(lines.slice(1))}`,
    'with blank lines': () => `\n\n${texts.fleet.replaceAll('\n', '\n\n')}`,
    'with carriage returns and blank lines': () => texts.fleet.replaceAll('\n', '\r\n\r\n'),
    'without a last line feed': () => texts.fleet.trimEnd(),
    'with all fields quoted': () => joined(quoted(lines)),
    'with a quoted header': () => joined([...quoted(lines.slice(0, 1)), ...lines.slice(1)]),
    'with one row quoted': () =>
      joined([...lines.slice(0, 1100), ...quoted(lines.slice(1100, 1101)), ...lines.slice(1101)]),
    'with its columns in another order': () => joined(lines.map((fields) => fields.toReversed())),
    'with two columns changed about': () =>
      joined(lines.map((fields) => fields.with(19, fields[20]!).with(20, fields[19]!))),
    'with its header in capitals': () => joined([lines[0]!.map((name) => name.toUpperCase()), ...lines.slice(1)]),
    'with spaces in its header': () => joined([lines[0]!.map((name) => ` ${name} `), ...lines.slice(1)]),
    'of all that at once': () =>
      `\ufeff${joined(quoted(lines.map((fields) => fields.toReversed())))
        .replaceAll('\n', '\r\n\r\n')
        .replace(/^[^\n]*/, (header) => header.toUpperCase())}`,
    'of pandas': () =>
      joined(mapped('fixed', (text) => (Number.isInteger(Number(text)) ? `${Number(text)}.0` : shortest(text)))),
    'of pandas with its index': () => joined(lines.map((fields, row) => [row === 0 ? '' : String(row - 1), ...fields])),
    'of pandas with times': () =>
      joined(
        mapped('timestamp', (text) => text.replace('T', ' ').replace('.000Z', '+00:00').replace('Z', '000+00:00')),
      ),
    'of pandas with booleans': () => joined(mapped('bool', (text) => (text === '1' ? 'True' : 'False'))),
    'of pandas with numbers for integers that may be missing': () => joined(mapped('int53', (text) => `${text}.0`)),
    'of polars': () => joined(mapped('timestamp', (text) => text.replace('Z', '000+0000'))),
    'of polars with booleans': () => joined(mapped('bool', (text) => (text === '1' ? 'true' : 'false'))),
    'of DuckDB and psql': () => joined(mapped('timestamp', (text) => text.replace('T', ' ').replace(/\.?0*Z$/, '+00'))),
    'of psql': () => joined(mapped('bool', (text) => (text === '1' ? 't' : 'f'))),
    'of psql with numbers': () => joined(mapped('fixed', shortest)),
  };
  for (const [dialect, text] of Object.entries(dialects)) {
    it(`${dialect} is the same file`, async () => {
      const path = file('copy.csv');
      await writeFile(path, text());
      assert.deepEqual(await values(path), original);
      const found = await checkFile({ path, dataset, from: 0, to: ROWS });
      assert.deepEqual([found.compared, countAllDifferences(found)], [ROWS, 0]);
    });
  }

  it('may have its vehicle and truth files in any dialect', async () => {
    for (const [name, text] of Object.entries(texts)) {
      const rows = text.trimEnd().split('\n');
      const reordered = rows.map((line) =>
        line
          .split(',')
          .toReversed()
          .map((field) => `"${field}"`)
          .join(','),
      );
      await writeFile(file(`${name.replace('fleet', 'any')}.csv`), `\ufeff${reordered.join('\r\n')}\r\n`);
    }
    const found = await checkFile({ path: file('any.csv'), dataset, from: 0, to: ROWS, companions: { truth: true } });
    assert.deepEqual([found.compared, found.vehicle?.compared, found.truth?.compared], [ROWS, 30, ROWS]);
    assert.equal(countAllDifferences(found), 0);
  });

  it('may have its extension in capitals', async () => {
    await writeFile(file('FLEET.CSV.GZ'), gzipSync(texts.fleet));
    assert.deepEqual(await values(file('FLEET.CSV.GZ')), original);
  });

  it('is reported with a changed value in any dialect', async () => {
    const path = file('changed.csv');
    const at = telemetry.columns.findIndex(({ name }) => name === 'speed_kmh');
    await writeFile(path, joined(lines.with(7, lines[7]!.with(at, '999.9')).map((fields) => fields.toReversed())));
    const found = await checkFile({ path, dataset, from: 0, to: ROWS });
    assert.deepEqual(found.list, [
      { kind: 'changed', recordId: 6, values: [{ column: 'speed_kmh', expected: lines[7]![at], found: '999.9' }] },
    ]);
    assert.equal((await values(path))[6]![at], 9999);
  });

  it('is reported with swapped column names, although its lines are those of generate', async () => {
    const path = file('changed.csv');
    const [a, b] = [lines[0]!.indexOf('braking_event'), lines[0]!.indexOf('harsh_acceleration_event')];
    await writeFile(path, joined(lines.with(0, lines[0]!.with(a, lines[0]![b]!).with(b, lines[0]![a]!))));
    const differ = lines.slice(1).filter((fields) => fields[a] !== fields[b]).length;
    assert.ok(differ > 0);
    assert.equal((await checkFile({ path, dataset, from: 0, to: ROWS })).changed, differ);
  });

  it('is rejected for an invalid value, with its line, its column and the value', async () => {
    const at = (column: string) => telemetry.columns.findIndex(({ name }) => name === column);
    const wrong: [column: string, text: string, says: string][] = [
      ['record_id', '-5', '"-5" is below 0'],
      ['vehicle_id', 'VEH-1', '"VEH-1" is not an id such as VEH-000001'],
      ['trip_id', '-1', '"-1" is not from 0 to 500000000000000'],
      ['recorded_at', '2026-02-30T05:04:29.233Z', '"2026-02-30T05:04:29.233Z" is not a time with its zone'],
      ['recorded_at', '1767589469', '"1767589469" is not a time with its zone'],
      ['latitude', '95', '"95" is not from -90 to 90'],
      ['longitude', '-180.000001', '"-180.000001" is not from -180 to 180'],
      ['hour_of_day', '25', '"25" is not from 0 to 23'],
      ['speed_kmh', '', 'a value is missing'],
      ['risk_score', '0.00001', '"0.00001" is not a number of at most 4 decimals'],
      ['weather', 'Sunny', '"Sunny" is not one of sunny, cloudy, rainy, foggy, snowy'],
    ];
    const path = file('wrong.csv');
    for (const [column, text, says] of wrong) {
      for (const quote of [(row: string[]) => row, (row: string[]) => quoted([row])[0]!]) {
        const row = quote(lines[1300]!.with(at(column), text));
        await writeFile(path, `\n${joined(lines.with(1300, row))}`);
        await assert.rejects(values(path), (error: Error & { code?: string; exitCode?: number }) => {
          assert.deepEqual([error.code, error.exitCode], ['BAD_ROW', 1]);
          assert.ok(error.message.startsWith(`${path}, line 1302, column ${column}: ${says}`), error.message);
          return true;
        });
        const found = await checkFile({ path, dataset, from: 0, to: ROWS });
        assert.ok(countAllDifferences(found) > 0, column);
      }
    }
  });

  it('is rejected by both for a line that is not a row', async () => {
    const path = file('wrong.csv');
    const stray = lines.with(1300, ['"1', ...lines[1300]!.slice(1)]);
    await writeFile(path, joined(stray));
    const expected = { code: 'BAD_ROW', message: /wrong\.csv, line 1301: its quotes are not in pairs;/ };
    await assert.rejects(values(path), expected);
    await assert.rejects(checkFile({ path, dataset, from: 0, to: ROWS }), expected);
    for (const text of [texts.fleet, texts.fleet.replaceAll('\n', '\r\n')]) {
      await writeFile(path, Buffer.from(`\ufeff${text}`, 'utf16le'));
      for (const read of [() => values(path), () => checkFile({ path, dataset, from: 0, to: ROWS })]) {
        await assert.rejects(read, { exitCode: 2, message: /is UTF-16: save it as UTF-8$/ });
      }
    }
    await writeFile(path, texts.fleet.replaceAll('\n', '\r'));
    await assert.rejects(values(path), {
      exitCode: 2,
      message: /ends its lines with carriage returns only: use/,
    });
    await writeFile(path, gzipSync(texts.fleet));
    await assert.rejects(values(path), {
      exitCode: 2,
      message: /is compressed with gzip: give it a name that ends in \.gz$/,
    });
  });

  for (const name of Object.keys(SHIPPED)) {
    it(`of the scenario ${name} is read completely, including custom columns and dirt`, async () => {
      const { scenario } = await loadScenario(name);
      await generate({ rows: ROWS, to: file(`${name}.csv`), scenario, workers: 1 });
      const rows = await values(file(`${name}.csv`), telemetryOf(scenario));
      assert.equal(rows.length, ROWS);
    });
  }
});
