/** Parquet and Arrow of other tools, and files that are neither. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import type { Column, TableSchema } from '#src/columns/column.js';
import { FORMATS, readBatches } from '#src/formats/formats.js';
import { planDataset } from '#src/plan/dataset.js';
import { countRecordBatches } from '#src/read/columnar/arrow-footer.js';
import { generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { countAllDifferences } from '#src/verify/exact/findings.js';

const ROWS = 3000;
/** One region: planned anew for each load, it takes the least time. */
const { scenario } = await loadScenario('tiny');
const request = { seed: 3, rows: ROWS, vehicles: 5, scenario };
const wide = { ...request, start: '2026-01-05', intervalSeconds: 10 };
const dataset = planDataset(wide);

const column = (name: string, kind: Column['kind'], more: Partial<Column> = {}): Column => ({
  ...{ name, kind, sqlType: 'double precision', nullable: false, unit: '', description: '' },
  ...more,
});
const SMALL: TableSchema = {
  columns: [
    column('id', 'int'),
    column('km', 'fixed', { decimals: 2 }),
    column('when', 'timestamp'),
    column('what', 'enum', { values: ['a', 'b,c'], nullable: false }),
  ],
};
const WHEN = [Date.UTC(2026, 0, 5), Date.UTC(2026, 0, 5, 1, 2, 3, 4)];

describe('files of columns', () => {
  let folder = '';
  const file = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-columnar-'));
    await generate({ ...request, to: file('fleet.parquet'), rowGroupRows: 1024 });
    await generate({ ...request, to: file('fleet.arrow') });
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (path: string, schema: TableSchema = dataset.telemetry) => {
    const rows: number[][] = [];
    for await (const { arrays, length } of readBatches(schema, path))
      for (let row = 0; row < length; row++) rows.push(schema.columns.map(({ name }) => arrays[name]![row]!));
    return rows;
  };
  const arrowOf = (columns: Parameters<typeof tableFromArrays>[0]) =>
    writeFile(file('other.arrow'), tableToIPC(tableFromArrays(columns), 'file'));

  it('may have their columns in any order, and plain texts instead of dictionaries', async () => {
    await arrowOf({
      what: ['b,c', 'a'],
      when: WHEN.map((ms) => new Date(ms)),
      km: [1.25, -0.5],
      id: Int32Array.of(7, 8),
    });
    assert.deepEqual(await read(file('other.arrow'), SMALL), [
      [7, 125, WHEN[0], 1],
      [8, -50, WHEN[1], 0],
    ]);
  });

  it('are refused with a column too few or too many, and name the row of an invalid value', async () => {
    const columns = { id: Int32Array.of(1, 2), km: [1, 2], when: WHEN.map((ms) => new Date(ms)), what: ['a', 'a'] };
    const { what: _what, ...less } = columns;
    for (const [table, message] of [
      [less, /has no column what: give the --scenario/],
      [{ ...columns, note: ['x', 'y'] }, /has one more column, "note": give the --scenario/],
    ] as const) {
      await arrowOf(table);
      await assert.rejects(read(file('other.arrow'), SMALL), { exitCode: 2, code: 'BAD_FILE', message });
    }
    for (const [changed, message] of [
      [{ km: [1, 2.125] }, /other\.arrow, row 2, column km: "2\.125" is not a number of at most 2 decimals; correct/],
      [{ what: ['a', 'z'] }, /row 2, column what: "z" is not one of a, b,c/],
      [{ what: ['a', null] }, /row 2, column what: a value is missing/],
    ] as const) {
      await arrowOf({ ...columns, ...changed });
      await assert.rejects(read(file('other.arrow'), SMALL), { exitCode: 1, code: 'BAD_ROW', message });
    }
  });

  it('show a missing date as missing, not as the first of 1970', async () => {
    const dates: TableSchema = { columns: [column('on', 'date', { sqlType: 'date' })] };
    await arrowOf({ on: [new Date(WHEN[0]!), new Date(0)] });
    assert.deepEqual(await read(file('other.arrow'), dates), [[WHEN[0]! / 86_400_000], [0]]);
    await arrowOf({ on: [new Date(WHEN[0]!), null] });
    await assert.rejects(read(file('other.arrow'), dates), { message: /row 2, column on: a value is missing/ });
  });

  for (const name of ['fleet.parquet', 'fleet.arrow']) {
    it(`${name} is verified across its blocks, and a foreign one differs`, async () => {
      const differences = async (path: string) =>
        countAllDifferences(await checkFile({ dataset, path, from: 0, to: ROWS, companions: { truth: false } }));
      assert.equal(await differences(file(name)), 0);
      const other = file(`other-${name}`);
      await generate({ ...request, seed: 4, to: other });
      assert.ok((await differences(other)) >= ROWS);
    });

    it(`${name} is refused when it is cut, empty, missing or something else`, async () => {
      const { title } = FORMATS[name.endsWith('parquet') ? 'parquet' : 'arrow'];
      const bytes = await readFile(file(name));
      const broken = file(`broken-${name}`);
      for (const [content, message] of [
        [bytes.subarray(0, 5000), new RegExp(`can't be read as ${title} \\(.*\\): copy it or create it again$`)],
        [Buffer.from('record_id,vehicle_id\n'), new RegExp(`can't be read as ${title} \\(`)],
        [Buffer.alloc(0), /is empty: name a file that generate wrote$/],
      ] as const) {
        await writeFile(broken, content);
        await assert.rejects(read(broken), { exitCode: 2, message });
      }
      for (const wrong of [`no-${name}`, `${name}/${name}`, `${'x'.repeat(300)}-${name}`])
        await assert.rejects(read(file(wrong)), { exitCode: 2, code: 'NO_FILE' });
    });

    it(`${name} beside a foreign sibling is not written, and the sibling stays`, async () => {
      const path = file(`mine-${name}`);
      const sibling = path.replace(/\.(\w+)$/, '_vehicle.$1');
      await writeFile(sibling, 'precious');
      await assert.rejects(generate({ ...request, to: path, ifExists: 'replace' }), { code: 'NOT_OURS', exitCode: 2 });
      assert.equal(await readFile(sibling, 'utf8'), 'precious');
      await rm(sibling);
      await generate({ ...request, to: path });
      await generate({ ...request, to: path, ifExists: 'replace' });
    });
  }

  it('are the same bytes with any number of threads', async () => {
    for (const name of ['fleet.parquet', 'fleet.arrow']) {
      // Two shards.
      const large = { ...request, rows: 70_000, vehicles: 20 };
      await generate({ ...large, to: file(`one-${name}`), workers: 1 });
      const { digest } = await generate({ ...large, to: file(`three-${name}`), workers: 3 });
      assert.ok((await readFile(file(`one-${name}`))).equals(await readFile(file(`three-${name}`))));
      if (!name.endsWith('parquet')) continue;
      assert.equal((await generate({ ...large, to: file(`plain-${name}`), codec: 'none' })).digest, digest);
    }
  });
});

describe('an Arrow file whose footer is damaged', () => {
  it('is refused if the footer counts other record batches than there are, or is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetgen-footer-'));
    try {
      const path = join(folder, 'fleet.arrow');
      await generate({ ...request, rows: 40_000, to: path });
      const bytes = await readFile(path);
      const count = await countRecordBatches(path);
      assert.ok(count !== undefined && count >= 3);
      const footer = bytes.length - 10 - bytes.readInt32LE(bytes.length - 10);
      // The only vector of structs of 24 bytes with that many.
      const at = bytes.indexOf(Buffer.from(Int32Array.of(count).buffer), footer);
      const read = async () => {
        let rows = 0;
        for await (const { length } of readBatches(planDataset({ ...wide, rows: 40_000 }).telemetry, path))
          rows += length;
        return rows;
      };
      assert.equal(await read(), 40_000);
      const fewer = Buffer.from(bytes);
      fewer.writeInt32LE(count - 1, at);
      await writeFile(path, fewer);
      assert.equal(await countRecordBatches(path), count - 1);
      await assert.rejects(read(), {
        exitCode: 2,
        message: /it has \d of \d record batches\): copy it or create it again$/,
      });
      await writeFile(path, bytes.subarray(0, footer));
      await assert.rejects(read(), { exitCode: 2, message: /\(it is not complete\)/ });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
