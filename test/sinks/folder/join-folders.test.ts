/** Parts of a dataset, made apart and joined. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { joinFolders } from '#src/sinks/folder/join-folders.js';
import { verify } from '#src/verify/verify.js';

const { scenario } = await loadScenario('tiny');
/** Shards of few records. */
const request: GenerateOptions = { seed: 3, rows: 30_000, vehicles: 5, scenario, partitionBy: 'day', truth: true };

describe('parts of a dataset', () => {
  let folder = '';
  const path = (name: string) => `${join(folder, name)}/`;
  const load = (name: string, more: GenerateOptions = {}) => generate({ ...request, to: path(name), ...more });
  const names = async (name: string) =>
    (await readdir(path(name), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path(name).length))
      .sort();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-join-'));
    await load('whole');
    for (const part of [1, 2, 3]) await load(`part${part}`, { parts: 3, part });
  });
  after(() => rm(folder, { recursive: true }));

  it('become the folder that one load makes, byte for byte', async () => {
    const { rows, files } = await joinFolders([path('part3'), path('part1'), path('part2')], path('joined'));
    assert.equal(rows, 30_000);
    assert.deepEqual(await names('joined'), await names('whole'));
    assert.ok(files.length > 8);
    for (const name of await names('whole'))
      assert.ok((await readFile(path('joined') + name)).equals(await readFile(path('whole') + name)), name);
    assert.equal((await verify({ from: path('joined'), scenario })).ok, true);
    assert.ok((await readdir(path('part1'))).includes('manifest.json'));
  });

  it('have the same number of shards, but for one', async () => {
    const shards = async (name: string) => (await names(name)).filter((each) => each.startsWith('telemetry/')).length;
    const counts = await Promise.all(['part1', 'part2', 'part3'].map(shards));
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${counts}`);
    assert.equal(counts[0]! + counts[1]! + counts[2]!, await shards('whole'));
  });

  it('are refused unless they hold adjacent records of one load, each once', async () => {
    await load('seed4', { seed: 4, parts: 3, part: 2 });
    await load('columns', { columns: ['record_id'], parts: 3, part: 2 });
    await mkdir(path('taken'));
    await writeFile(join(path('taken'), 'x'), 'precious');
    for (const [given, to, code, message] of [
      [['part1'], 'out', 'BAD_OPTION', /there is nothing to join: name two folders or more/],
      [
        ['part1', 'part3'],
        'out',
        'PARTS_MISSING',
        /no folder holds the records \d+:\d+, between \S+ and \S+: name it, too/,
      ],
      [['part1', 'part2', 'part2'], 'out', 'PARTS_OVERLAP', /both hold record \d+: name one of them/],
      [['part1', 'seed4'], 'out', 'OTHER_LOAD', /are not of one load \(seed 4, not 3\): name others/],
      [['part1', 'columns'], 'out', 'OTHER_LOAD', /\(columns /],
      [['part1', 'none'], 'out', 'NO_FILE', /there is no manifest\.json in \S+none\//],
      [['part1', 'part2'], 'taken', 'FOLDER_EXISTS', /folder exists: /],
      [['part1', 'part2'], 'no/out', 'NO_FOLDER', /no folder /],
    ] as const) {
      const entries = await readdir(folder);
      await assert.rejects(joinFolders(given.map(path), path(to)), { exitCode: 2, code, message });
      assert.deepEqual(await readdir(folder), entries);
    }
  });

  it('leave nothing if a listed file is missing', async () => {
    const [, second] = (await names('part2')).filter((name) => name.startsWith('truth/'));
    const file = path('part2') + second!;
    await copyFile(file, join(folder, 'kept'));
    await rm(file);
    await assert.rejects(joinFolders([path('part1'), path('part2')], path('out')), { exitCode: 1, code: 'NO_FILE' });
    await copyFile(join(folder, 'kept'), file);
    await assert.rejects(stat(path('out')));
    assert.ok((await readdir(folder)).every((name) => !name.startsWith('.')));
  });

  it('are numbered from 1, without a range', async () => {
    for (const [options, message] of [
      [{ parts: 3 }, /--parts N goes with --part K, from 1 to N: give both/],
      [{ part: 1 }, /give both/],
      [{ parts: 3, part: 4 }, /from 1 to N/],
      [{ parts: 3, part: 0 }, /part is 0: give a whole number from 1/],
      [{ parts: 3, part: 1, range: [0, 5] }, /--part and --range both choose records: leave out one/],
    ] as const)
      await assert.rejects(load('out', options), { exitCode: 2, message });
  });
});
