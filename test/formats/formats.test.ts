/** Every format in every compression that this Node supports: written, recognised, read back and verified. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { COMPRESSIONS, type CompressionName } from '#src/base/compression/compression.js';
import type { TableSchema } from '#src/columns/column.js';
import { FORMAT_NAMES, FORMATS, fileKindOf, readBatches } from '#src/formats/formats.js';
import { type Dataset, planDataset } from '#src/plan/dataset.js';
import { selectColumns } from '#src/plan/select-columns.js';
import { generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { siblingPath } from '#src/sinks/files/file.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { countAllDifferences } from '#src/verify/exact/findings.js';

const ROWS = 2000;
const { scenario } = await loadScenario('dirty');
const request = { seed: 11, rows: ROWS, vehicles: 20, scenario };
const dataset = planDataset({ ...request, start: '2026-01-05', intervalSeconds: 10 });
const otherSeed = planDataset({ ...request, seed: 12, start: '2026-01-05', intervalSeconds: 10 });
const compressions: (CompressionName | undefined)[] = [undefined, 'gzip', 'zstd'];

async function values(schema: TableSchema, path: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const { arrays, length } of readBatches(schema, path)) {
    for (let row = 0; row < length; row++)
      rows.push(schema.columns.map(({ name }) => arrays[name]?.[row] ?? Number.NaN));
  }
  return rows;
}

describe('file formats', () => {
  let folder = '';
  let original: Record<'main' | 'truth' | 'vehicle', number[][]>;
  const file = (name: string) => join(folder, name);
  const all = async (path: string) => ({
    main: await values(dataset.telemetry, path),
    truth: await values(dataset.truth, siblingPath(path, 'truth')),
    vehicle: await values(dataset.vehicle, siblingPath(path, 'vehicle')),
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-formats-'));
    await generate({ ...request, to: file('fleet.csv'), truth: true, workers: 1 });
    original = await all(file('fleet.csv'));
    assert.equal(original.main.length, ROWS);
    assert.ok(original.main.flat().every((value) => !Number.isNaN(value)));
  });
  after(() => rm(folder, { recursive: true }));

  for (const format of FORMAT_NAMES) {
    for (const compression of FORMATS[format].kind === 'text' ? compressions : [undefined]) {
      const lacks = compression && COMPRESSIONS[compression].lacks;
      const name = `${format}${FORMATS[format].ending}${compression ? COMPRESSIONS[compression].ending : ''}`;
      if (lacks !== undefined) {
        it(`rejects ${name} on a Node without the codec, before anything is changed`, async () => {
          const refused = { exitCode: 2, code: 'NO_CODEC', message: new RegExp(lacks) };
          await assert.rejects(generate({ ...request, to: file(name) }), refused);
          await assert.rejects(values(dataset.telemetry, file(name)), refused);
        });
        continue;
      }
      it(`writes the same values into ${name}, with its ground truth and vehicles`, async () => {
        await generate({ ...request, to: file(name), truth: true, workers: 2 });
        assert.deepEqual(await all(file(name)), original);
      });

      it(`writes selected columns of the same records into ${name}`, async () => {
        const columns = ['speed_kmh', 'record_id', 'latitude', 'weather'];
        const path = file(`some-${name}`);
        await generate({ ...request, to: path, columns, workers: 2 });
        const some = selectColumns(dataset, columns);
        const at = columns.map((column) => dataset.telemetry.columns.findIndex((each) => each.name === column));
        const expected = original.main.map((row) => at.map((i) => row[i]));
        assert.deepEqual(await values(some.telemetry, path), expected);
        const found = await checkFile({ dataset: some, path, from: 0, to: ROWS });
        assert.equal(countAllDifferences(found), 0);
        assert.equal(found.compared, ROWS);
      });

      it(`verifies ${name}, and finds that it differs from another seed's`, async () => {
        const path = file(name);
        const differences = async (from: Dataset) =>
          countAllDifferences(await checkFile({ dataset: from, path, from: 0, to: ROWS, companions: { truth: true } }));
        assert.equal(await differences(dataset), 0);
        assert.ok((await differences(otherSeed)) > ROWS);
      });
    }
  }
});

describe('fileKindOf', () => {
  for (const [path, format, compression] of [
    ['a.csv', 'csv', undefined],
    ['/tmp/b c/A.CSV.GZ', 'csv', 'gzip'],
    ['x.csv.ndjson.zst', 'ndjson', 'zstd'],
    ['./.x.ndjson', 'ndjson', undefined],
    ['x.Parquet', 'parquet', undefined],
    ['a.csv.arrow', 'arrow', undefined],
  ] as const) {
    it(`recognises ${path} as ${format}, ${compression ?? 'not compressed'}`, () => {
      assert.deepEqual(fileKindOf(path), { format, compression });
    });
  }
  for (const path of [
    '.csv',
    'a/.csv',
    'a.csv.bz2',
    'a.gz',
    'csv',
    'postgresql://h/a.csv',
    'a.csv/',
    'a.json',
    '',
    'a.parquet.gz',
    'a.arrow.zst',
  ]) {
    it(`"${path}" has none`, () => assert.equal(fileKindOf(path), undefined));
  }
});

describe('an NDJSON file written by another tool', () => {
  let folder = '';
  let lines: Record<string, unknown>[] = [];
  const path = () => join(folder, 'other.ndjson');
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-ndjson-'));
    await generate({ ...request, to: path(), workers: 1 });
    lines = (await readFile(path(), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  });
  after(() => rm(folder, { recursive: true }));
  const write = (rows: readonly unknown[]) =>
    writeFile(path(), rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  const read = () => values(dataset.telemetry, path());

  it('may have its fields in another order, and other digits for the same number', async () => {
    const expected = lines.length;
    await write(lines.map((line) => Object.fromEntries(Object.entries(line).reverse())));
    const found = await read();
    assert.equal(found.length, expected);
    await write(lines);
    assert.deepEqual(await read(), found);
    assert.equal(countAllDifferences(await checkFile({ dataset, path: path(), from: 0, to: ROWS })), 0);
  });

  it('is rejected if a row is not an object, lacks a field or has an extra one', async () => {
    const [first = {}, ...rest] = lines;
    const { weather: _weather, ...less } = first;
    for (const [row, what] of [
      [less, 'it has no weather'],
      [{ ...first, note: 1 }, 'one more name, "note"'],
      ['[1]', 'not a JSON object'],
      ['{"record_id": 1', 'not a JSON object'],
    ] as const) {
      await write([row, ...rest]);
      await assert.rejects(read(), { exitCode: 2, code: 'BAD_FILE', message: new RegExp(`line 1: .*${what}`) });
      await write([first, row]);
      await assert.rejects(read(), { exitCode: 1, code: 'BAD_ROW', message: new RegExp(`line 2: .*${what}`) });
    }
    await write([JSON.stringify([first], null, 1)]);
    await assert.rejects(read(), { exitCode: 2, message: /line 1: it is not a JSON object; write one object a line$/ });
    await write([{ ...first, weather: 'hot' }]);
    await assert.rejects(read(), { code: 'BAD_ROW', message: /line 1, column weather: "hot" is not one of/ });
    await write([{ ...first, weather: null }]);
    await assert.rejects(read(), { code: 'BAD_ROW', message: /line 1, column weather: a value is missing/ });
    await write([]);
    await assert.rejects(read(), { exitCode: 2, code: 'BAD_FILE', message: /is empty/ });
  });
});
