/** --to FOLDER/: what is in it, when it may be written, and how an interrupted load continues. */
import assert from 'node:assert/strict';
import {
  appendFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
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
import { verify } from '#src/verify/verify.js';

/** One region: planned anew for each load, it takes the least time. */
const { scenario } = await loadScenario('tiny');
/** Two parts. */
const ROWS = 70_000;
/** Where the number of records makes no difference. */
const FEW: Partial<GenerateOptions> = { range: [0, 500] };
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
  for (const format of ['csv', 'parquet'] as const) {
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

  it('is verified in any format', async () => {
    for (const format of FORMAT_NAMES) {
      await load({ ...FEW, format, truth: true, ifExists: 'replace' });
      const { ok, exact } = await verify({ from: `${out()}/`, scenario, truth: true });
      assert.deepEqual([ok, exact!.compared, exact!.vehicle!.compared, exact!.truth!.compared], [true, 500, 20, 500]);
    }
    const [part] = await partsOf('truth');
    await rm(join(out(), 'truth', part!));
    await assert.rejects(verify({ from: `${out()}/`, scenario }), { exitCode: 2, code: 'NO_FILE' });
  });

  it('is the same with any number of threads', async () => {
    await load({ workers: 1 });
    const one = JSON.stringify(await manifest());
    await load({ workers: 3, ifExists: 'replace' });
    assert.equal(JSON.stringify(await manifest()), one);
    assert.deepEqual(await parent(), ['out']);
  });

  it('has a subfolder for each day of the vehicles if it is partitioned', async () => {
    const small = { rows: 10_000, vehicles: 5 };
    await load({ ...small, partitionBy: 'day', truth: true, workers: 2 });
    const { files } = await manifest();
    const ids: number[] = [];
    for (const { table, path, range } of files) {
      if (table === 'vehicle') continue;
      const day = /^(?:telemetry|truth)\/day=(2026-01-\d\d)\/part-\d{12}\.parquet$/.exec(path)?.[1];
      assert.ok(day !== undefined, path);
      if (table !== 'telemetry') continue;
      assert.equal(ids.length, range![0]);
      for await (const { arrays, length } of readBatches(dataset.telemetry, join(out(), path))) {
        for (let row = 0; row < length; row++) {
          ids.push(arrays.record_id![row]!);
          const tripDay = Math.floor(arrays.trip_id![row]! / 100) % 100_000;
          assert.equal(new Date(tripDay * 86_400_000).toISOString().slice(0, 10), day);
        }
      }
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 10_000 }, (_, id) => id),
    );
    assert.ok(new Set(files.map(({ path }) => path.split('/').at(-2))).size > 3);
    await load({ ...small, partitionBy: 'day', truth: true, ifExists: 'resume' });
    await load({ ...small, ifExists: 'replace' });
    assert.deepEqual(await partsOf('telemetry'), ['part-000000000000.parquet']);
  });

  it('has files of at least as many records as asked for', async () => {
    const small = { rows: 20_000, vehicles: 5 };
    const sizes = async (fileRows: number) => {
      await load({ ...small, fileRows, ifExists: 'replace' });
      assert.equal((await verify({ from: `${out()}/`, scenario })).ok, true);
      const { files } = await manifest();
      return files.filter(({ table }) => table === 'telemetry').map(({ rows }) => rows);
    };
    const few = await sizes(1024);
    assert.ok(few.length > 2 && few.slice(0, -1).every((rows) => rows >= 1024), `${few}`);
    assert.deepEqual(await sizes(20_000), [20_000]);
    const { rows } = await load({ ...small, fileRows: 20_000, ifExists: 'resume' });
    assert.equal(rows, 0);
    await assert.rejects(load({ ...small, fileRows: 2000, ifExists: 'resume' }), {
      code: 'OTHER_LOAD',
      message: /fileRows 20000, not 2000/,
    });
  });

  it('may be empty before, and hold nothing but the vehicles', async () => {
    await mkdir(out());
    await load({ range: [5, 5] });
    const { files, rows } = await manifest();
    assert.deepEqual([files.length, rows], [1, 0]);
  });

  it('holds the selected columns, with record ids from the first one on', async () => {
    await load({ ...FEW, columns: ['record_id', 'speed_kmh'], firstRecordId: 1_000_000, format: 'csv' });
    const [first] = await partsOf('telemetry');
    assert.equal(first, 'part-000001000000.csv');
    const text = await readFile(join(out(), 'telemetry', first!), 'utf8');
    assert.match(text, /^record_id,speed_kmh\n1000000,/);
  });
});

describe('a folder that is there', () => {
  const refused = async (code: string, options: Partial<GenerateOptions>, message: RegExp) => {
    const names = await readdir(out());
    await assert.rejects(load({ ...FEW, ...options }), { code, exitCode: 2, message });
    await assert.rejects(previewLoad({ ...request, to: `${out()}/`, ...FEW, ...options }), { code });
    assert.deepEqual(await readdir(out()), names);
    assert.deepEqual(await parent(), ['out']);
  };

  it('is not written to unless it is to be replaced', async () => {
    await load(FEW);
    await refused('FOLDER_EXISTS', {}, /folder exists: \S+; use --if-exists replace or name another one$/);
    await refused('NO_APPEND', { ifExists: 'append' }, /a folder holds one load/);
    await refused('OTHER_LOAD', { ifExists: 'resume', seed: 4 }, /is another one \(seed 3, not 4\)/);
    await refused('OTHER_LOAD', { ifExists: 'resume', format: 'csv' }, /format "parquet", not "csv"/);
    await refused('OTHER_LOAD', { ifExists: 'resume', columns: ['record_id'] }, /columns \[/);
    const { rows, rowsSkipped } = await load({ ...FEW, ifExists: 'resume' });
    assert.deepEqual([rows, rowsSkipped], [0, 500]);
    await load({ ...FEW, ifExists: 'replace', seed: 4 });
    assert.equal((await manifest()).seed, 4);
  });

  it('is left alone if it holds what fleetgen did not write', async () => {
    await mkdir(out());
    await writeFile(join(out(), 'thesis.doc'), 'precious');
    for (const ifExists of ['fail', 'replace', 'resume'] as const)
      await refused('NOT_OURS', { ifExists }, /holds thesis\.doc, which was not written by fleetgen/);
    await rm(join(out(), 'thesis.doc'));
    await load(FEW);
    await writeFile(join(out(), 'telemetry', 'notes.txt'), 'precious');
    await refused('NOT_OURS', { ifExists: 'replace' }, /holds notes\.txt/);
    await rename(join(out(), 'telemetry', 'notes.txt'), join(folder, 'notes.txt'));
    await rm(join(folder, 'notes.txt'));
    await writeFile(join(out(), 'manifest.json'), '{"files": 3}');
    await refused('BAD_FILE', { ifExists: 'resume' }, /manifest\.json is not what fleetgen wrote/);
  });

  it('must be a folder, in a folder', async () => {
    await writeFile(out(), 'precious');
    await assert.rejects(load(FEW), { code: 'NOT_A_FOLDER', exitCode: 2 });
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
    await load({ ...FEW, seed: 9 });
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

describe('a folder under a symbolic link', () => {
  it('is replaced, and the link stays', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', out());
    await load(FEW);
    await load({ ...FEW, seed: 4, ifExists: 'replace' });
    assert.equal((await manifest()).seed, 4);
    assert.ok((await lstat(out())).isSymbolicLink());
    assert.deepEqual(await parent(), ['out', 'real']);
  });
});
