/** The tools that data people use read the same values from every format. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPRESSIONS } from '#src/base/compression/compression.js';
import { planDataset } from '#src/plan/dataset.js';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { countAllDifferences } from '#src/verify/exact/findings.js';
import { CLI } from '../cli/run-cli.js';
import { blockOf, blocksOf, document, ROOT } from '../docs/markdown.js';
import { createReader, type Reader } from '../integration/docs/document-fixture.js';
import { runBlock } from '../integration/docs/document-transcripts.js';
import { createPythonEnvironment, type PythonEnvironment } from '../python/environment.js';

const run = promisify(execFile);
const SOURCES = new URL('../../../test/readers/', import.meta.url);
const ROWS = 100_000;
const { scenario } = await loadScenario('dirty');

interface Facts {
  readonly report: Readonly<Record<string, { readonly rows: number; readonly different: readonly string[] }>>;
  readonly row_groups: number;
  readonly sorted_by: readonly string[];
  readonly identity: Readonly<Record<string, unknown>>;
  readonly units: Readonly<Record<string, string>>;
  readonly lost: readonly string[];
}

/** With the readers. */
let environment: PythonEnvironment;
let python = '';
before(async () => {
  environment = await createPythonEnvironment();
  ({ python } = environment);
  await environment.install('-r', fileURLToPath(new URL('requirements.txt', SOURCES)));
});
after(() => environment.remove());

describe('the readers of data people', () => {
  let folder = '';
  let facts: Facts;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-readers-'));
    const request = { rows: ROWS, seed: 5, vehicles: 40, scenario, truth: true } as const;
    const write = (name: string, options: Partial<GenerateOptions> = {}) =>
      generate({ ...request, ...options, to: join(folder, name) });
    for (const name of ['fleet.csv', 'fleet.ndjson', 'fleet.arrow', 'fleet.parquet']) await write(name);
    await write('none.parquet', { codec: 'none' });
    await write('decimals.parquet', { decimals: true });
    const codec = COMPRESSIONS.zstd.lacks === undefined ? 'zstd' : 'snappy';
    await write('small.parquet', { rowGroupRows: 5000, codec });
    const flags = ['--rows', `${ROWS}`, '--seed', '5', '--vehicles', '40', '--scenario', 'dirty', '--format', 'arrow'];
    const arrowStream = await run(process.execPath, [CLI, 'generate', ...flags, '--to', '-', '--quiet'], {
      encoding: 'buffer',
      maxBuffer: 2 ** 28,
    });
    await writeFile(join(folder, 'stream.arrows'), arrowStream.stdout);
    const found = await run(python, [fileURLToPath(new URL('compare.py', SOURCES)), folder]);
    facts = JSON.parse(found.stdout) as Facts;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('find in every format, siblings included, what CSV holds', () => {
    const wrong = Object.entries(facts.report).filter(([, { different }]) => different.length > 0);
    assert.deepEqual(wrong, []);
    const rows = (name: string) => facts.report[name]?.rows;
    for (const name of [
      'pyarrow arrow',
      'pyarrow arrow stream',
      'duckdb fleet.parquet',
      'duckdb ndjson',
      'polars arrow',
    ])
      assert.equal(rows(name), ROWS, name);
    assert.equal(rows('pandas fleet.parquet_vehicle'), 40);
    assert.equal(rows('polars small.parquet_truth'), ROWS);
  });

  it('find every row through bounds of row groups and pages', () => {
    assert.deepEqual(facts.lost, []);
    assert.ok(facts.row_groups >= ROWS / 5000);
  });

  it('write files that are verified as the same records', async () => {
    const dataset = planDataset({
      rows: ROWS,
      seed: 5,
      vehicles: 40,
      scenario,
      start: '2026-01-05',
      intervalSeconds: 10,
    });
    const names = await readdir(join(folder, 'rewritten'));
    assert.equal(names.length, 10);
    for (const name of names) {
      const path = join(folder, 'rewritten', name);
      const findings = await checkFile({ dataset, path, from: 0, to: ROWS, companions: { truth: false } });
      assert.equal(findings.compared, ROWS, name);
      assert.equal(countAllDifferences(findings), 0, name);
    }
  });

  it('are told the dataset, its order, and the units', () => {
    assert.deepEqual(facts.sorted_by, ['record_id']);
    assert.equal(facts.identity.seed, 5);
    assert.deepEqual(facts.identity.range, [0, ROWS]);
    assert.equal(facts.units.speed_kmh, 'km/h');
  });
});

describe('docs/files.md', () => {
  let reader: Reader;
  before(async () => {
    reader = await createReader({ npx: true });
    for (const name of ['package.json', 'dist', 'node_modules'])
      await symlink(fileURLToPath(new URL(name, ROOT)), join(reader.folder, name));
  });
  after(() => reader.remove());

  const runPython = async (text: string) => {
    await writeFile(join(reader.folder, 'block.py'), text);
    const { code, stdout, stderr } = await reader.shell(`${python} block.py`);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it('has commands that run', async () => {
    for (const block of blocksOf(document('docs/files.md'))) if (block.language === 'sh') await runBlock(reader, block);
  });

  it('has Python that makes tables of Delta Lake and Iceberg of a folder', async () => {
    const count = 'import glob\nprint(len(glob.glob("week/telemetry/*.parquet")) > 3, rows)';
    const [delta, iceberg] = blocksOf(document('docs/files.md')).filter(
      ({ language, text }) => language === 'python' && /deltalake|iceberg/.test(text),
    );
    assert.match(await runPython(`${delta!.text}\nrows = records.num_rows\n${count}`), /^True 321408$/m);
    assert.match(
      await runPython(`${iceberg!.text}\nrows = table.scan().to_arrow().num_rows\n${count}`),
      /^True 321408$/m,
    );
    const { code, stdout } = await reader.shell('npx fleetgen verify --from week/');
    assert.equal(code, 0);
    assert.match(stdout, /^321408 records compared: 0 changed, 0 missing, 0 extra, 0 doubled$/m);
  });

  it('has a query that DuckDB answers with a row for each class of vehicle', async () => {
    const sql = blockOf('docs/files.md', 'sql', 'DuckDB');
    const stdout = await runPython(
      `import duckdb\nprint(len(duckdb.sql("""${sql.replace(/;\s*$/, '')}""").fetchall()))`,
    );
    assert.ok(Number(stdout) > 3, stdout);
  });

  it('has Python that reads a file and a stream', async () => {
    const frames = blockOf('docs/files.md', 'python', 'pandas and Polars');
    const printed = await runPython(`${frames}\nprint(len(week), hard["len"].sum() > 0, week["weather"].dtype.name)`);
    assert.match(printed, /^321408 True category$/m);
    const stream = blockOf('docs/files.md', 'python', 'Arrow, also through a pipe').replace('1000000', '20000');
    assert.equal((await runPython(`${stream}\nprint(table.num_rows)`)).trim(), '20000');
  });
});
