/** --to FOLDER/: what is in it, when it may be written, and how an interrupted load continues. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { FORMAT_NAMES, readBatches } from '#src/formats/formats.js';
import { planDataset } from '#src/plan/dataset.js';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { previewLoad } from '#src/run/preview.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import type { Manifest } from '#src/sinks/folder/manifest.js';

/** One region: planned anew for each load, it takes the least time. */
const { scenario } = await loadScenario('tiny');
/** Two parts. */
const ROWS = 70_000;
const request = { seed: 3, rows: ROWS, vehicles: 20, scenario };
const dataset = planDataset({ ...request, start: '2026-01-05', intervalSeconds: 10 });

let folder = '';
const parent = async () => (await readdir(folder)).sort();
const out = () => join(folder, 'out');
const load = (more: Partial<GenerateOptions> = {}) => generate({ ...request, to: `${out()}/`, ...more });
const manifest = async (): Promise<Manifest> => JSON.parse(await readFile(join(out(), 'manifest.json'), 'utf8'));
const partsOf = async (table: string) => (await readdir(join(out(), table))).sort();
const unfinished = { code: 'INTERRUPTED', exitCode: 130 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The values of a table's parts, in the order of their names. */
async function valuesOf(table: 'telemetry' | 'truth'): Promise<number[][]> {
  const rows: number[][] = [];
  const schema: TableSchema = dataset[table];
  for (const name of await partsOf(table)) {
    for await (const { arrays, length } of readBatches(schema, join(out(), table, name)))
      for (let row = 0; row < length; row += 97) rows.push(schema.columns.map((c) => arrays[c.name]![row]!));
  }
  return rows;
}

/** The records as they are simulated. */
function simulated(): number[][] {
  const batch = createBatch(dataset.simulated, ROWS);
  createRecordSource(dataset, 0, ROWS).fill(batch);
  return Array.from({ length: ROWS }, (_, row) => dataset.telemetry.columns.map((c) => batch.arrays[c.name]![row]!));
}

describe('a folder', () => {
  const records = simulated();
  for (const format of FORMAT_NAMES) {
    it(`holds the records in files of ${format}, in order, as the manifest says`, async () => {
      const summary = await load({ format, truth: true, workers: 2 });
      const { files, rows, ...made } = await manifest();
      assert.equal(rows, ROWS);
      assert.deepEqual(
        [made.seed, made.scenarioHash, made.format, made.truth],
        [3, dataset.scenarioHash, format, true],
      );
      const parts = files.filter(({ table }) => table === 'telemetry');
      assert.ok(parts.length > 1);
      assert.deepEqual(
        await partsOf('telemetry'),
        parts.map(({ path }) => path.replace('telemetry/', '')),
      );
      let from = 0;
      for (const file of files) {
        assert.equal((await stat(join(out(), file.path))).size, file.bytes);
        if (file.table !== 'telemetry') continue;
        assert.equal(file.range![0], from);
        from = file.range![1];
        assert.equal(file.rows, from - file.range![0]);
      }
      assert.equal(from, ROWS);
      assert.equal(
        summary.bytes,
        files.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      assert.deepEqual((await readdir(out())).sort(), ['manifest.json', 'telemetry', 'truth', 'vehicle']);
      const found = await valuesOf('telemetry');
      const truths = await valuesOf('truth');
      assert.deepEqual(
        found.map(([id]) => id),
        truths.map(([id]) => id),
      );
      assert.deepEqual(
        found,
        found.map(([id]) => records[id!]),
      );
    });
  }

  it('is the same with any number of threads', async () => {
    await load({ workers: 1 });
    const one = JSON.stringify(await manifest());
    await load({ workers: 3, ifExists: 'replace' });
    assert.equal(JSON.stringify(await manifest()), one);
    assert.deepEqual(await parent(), ['out']);
  });

  it('may be empty before, and hold nothing but the vehicles', async () => {
    await mkdir(out());
    await load({ range: [5, 5] });
    const { files, rows } = await manifest();
    assert.deepEqual([files.length, rows], [1, 0]);
  });

  it('holds the selected columns, with record ids from the first one on', async () => {
    await load({ columns: ['record_id', 'speed_kmh'], firstRecordId: 1_000_000, format: 'csv' });
    const [first] = await partsOf('telemetry');
    assert.equal(first, 'part-000001000000.csv');
    const text = await readFile(join(out(), 'telemetry', first!), 'utf8');
    assert.match(text, /^record_id,speed_kmh\n1000000,/);
  });
});

describe('a folder that is there', () => {
  const refused = async (code: string, options: Partial<GenerateOptions>, message: RegExp) => {
    const names = await readdir(out());
    await assert.rejects(load(options), { code, exitCode: 2, message });
    await assert.rejects(previewLoad({ ...request, to: `${out()}/`, ...options }), { code });
    assert.deepEqual(await readdir(out()), names);
    assert.deepEqual(await parent(), ['out']);
  };

  it('is not written to unless it is to be replaced', async () => {
    await load();
    await refused('FOLDER_EXISTS', {}, /folder exists: \S+; use --if-exists replace or name another one$/);
    await refused('NO_APPEND', { ifExists: 'append' }, /a folder holds one load/);
    await refused('OTHER_LOAD', { ifExists: 'resume', seed: 4 }, /is another one \(seed 3, not 4\)/);
    await refused('OTHER_LOAD', { ifExists: 'resume', format: 'csv' }, /format "parquet", not "csv"/);
    await refused('OTHER_LOAD', { ifExists: 'resume', columns: ['record_id'] }, /columns \[/);
    const { rows, rowsSkipped } = await load({ ifExists: 'resume' });
    assert.deepEqual([rows, rowsSkipped], [0, ROWS]);
    await load({ ifExists: 'replace', seed: 4 });
    assert.equal((await manifest()).seed, 4);
  });

  it('is left alone if it holds what fleetgen did not write', async () => {
    await mkdir(out());
    await writeFile(join(out(), 'thesis.doc'), 'precious');
    for (const ifExists of ['fail', 'replace', 'resume'] as const)
      await refused('NOT_OURS', { ifExists }, /holds thesis\.doc, which was not written by fleetgen/);
    await rm(join(out(), 'thesis.doc'));
    await load();
    await writeFile(join(out(), 'telemetry', 'notes.txt'), 'precious');
    await refused('NOT_OURS', { ifExists: 'replace' }, /holds notes\.txt/);
    await rename(join(out(), 'telemetry', 'notes.txt'), join(folder, 'notes.txt'));
    await rm(join(folder, 'notes.txt'));
    await writeFile(join(out(), 'manifest.json'), '{"files": 3}');
    await refused('BAD_FILE', { ifExists: 'resume' }, /manifest\.json is not what fleetgen wrote/);
  });

  it('must be a folder, in a folder', async () => {
    await writeFile(out(), 'precious');
    await assert.rejects(load(), { code: 'NOT_A_FOLDER', exitCode: 2 });
    await assert.rejects(load({ to: join(folder, 'no/out/') }), { code: 'NO_FOLDER', exitCode: 2 });
    assert.equal(await readFile(out(), 'utf8'), 'precious');
  });
});

describe('an interrupted load into a folder', () => {
  /** Stops the load after its first part. */
  const interrupted = async (options: Partial<GenerateOptions> = {}) => {
    const abort = new AbortController();
    const { FleetgenError } = await import('#src/base/errors.js');
    const onEvent: GenerateOptions['onEvent'] = (event) => {
      if (event.kind === 'shard') abort.abort(new FleetgenError('INTERRUPTED', 'interrupted', 130));
    };
    await assert.rejects(load({ workers: 1, onEvent, signal: abort.signal, ...options }), unfinished);
  };

  it('leaves nothing, and a folder that it was to replace as it was', async () => {
    await interrupted();
    assert.deepEqual(await parent(), []);
    await load({ seed: 9 });
    await interrupted({ ifExists: 'replace' });
    assert.deepEqual(await parent(), ['out']);
    assert.equal((await manifest()).seed, 9);
  });

  it('continues with resume, each part once, as if it had never stopped', async () => {
    const { labels: whole } = await load({ truth: true });
    const expected = await readFile(join(out(), 'manifest.json'), 'utf8');
    await rm(out(), { recursive: true });
    await interrupted({ truth: true, ifExists: 'resume' });
    assert.ok((await partsOf('telemetry')).length >= 1);
    await assert.rejects(load({ truth: true }), {
      code: 'FOLDER_EXISTS',
      message: /finish its load with --if-exists resume/,
    });
    await assert.rejects(load({ ifExists: 'resume' }), { code: 'OTHER_LOAD', message: /truth true, not false/ });
    const { rows, rowsSkipped, labels } = await load({ truth: true, ifExists: 'resume' });
    assert.ok(rowsSkipped > 0);
    assert.equal(rows + rowsSkipped, ROWS);
    assert.deepEqual(labels, whole);
    assert.equal(await readFile(join(out(), 'manifest.json'), 'utf8'), expected);
    assert.deepEqual((await readdir(out())).sort(), ['manifest.json', 'telemetry', 'truth', 'vehicle']);
  });

  it('makes a part again that was cut off, or of which the journal does not know', async () => {
    await load();
    const expected = await readFile(join(out(), 'manifest.json'), 'utf8');
    await rm(out(), { recursive: true });
    await interrupted({ ifExists: 'resume' });
    const [part] = await partsOf('telemetry');
    const path = join(out(), 'telemetry', part!);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, 100));
    await appendFile(join(out(), '.fleetgen', 'parts.ndjson'), '{"index":1,"fileBy');
    await load({ ifExists: 'resume' });
    assert.ok((await readFile(path)).equals(whole));
    assert.equal(await readFile(join(out(), 'manifest.json'), 'utf8'), expected);
  });
});
