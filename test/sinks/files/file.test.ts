import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer as readAll } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { csvHeader } from '#src/encode/csv.js';
import { FILE_DEFAULTS } from '#src/formats/file-options.js';
import { createFileTarget, type FileTargetOptions, siblingPath } from '#src/sinks/files/file.js';
import type { LoadTarget, OrderedFile } from '#src/sinks/load-target.js';
import { madeUpLoad, openSinks, sendShard, shardBytes } from '../made-up-load.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-file-'));
  path = join(folder, 'fleet.csv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('writes the header and the shards, and the vehicles beside them', async () => {
  const result = await load(fileTarget());
  const written = await readFile(path);
  assert.deepEqual(written, Buffer.concat([Buffer.from(csvHeader(TELEMETRY)), shardBytes(0, 500), shardBytes(1, 500)]));
  assert.equal(result.bytes, written.length);
  const vehicles = (await readFile(join(folder, 'fleet_vehicle.csv'), 'utf8')).split('\n');
  assert.equal(vehicles.length, 1 + 3 + 1);
  assert.match(vehicles[0]!, /^vehicle_id,vehicle_class,/);
  assert.deepEqual((await readdir(folder)).sort(), ['fleet.csv', 'fleet_vehicle.csv']);
});

test('writes no header when none is asked for', async () => {
  await load(fileTarget({ file: NO_HEADER }));
  assert.equal((await readFile(path)).length, 1000);
  assert.equal((await readFile(join(folder, 'fleet_vehicle.csv'), 'utf8')).split('\n').length, 3 + 1);
});

test('a .gz holds the same bytes, and so does its sibling', async () => {
  await load(fileTarget());
  const packed = `${path}.gz`;
  await load(fileTarget({ path: packed, file: { ...CSV, kind: { format: 'csv', compression: 'gzip' } } }));
  assert.deepEqual(gunzipSync(await readFile(packed)), await readFile(path));
  const sibling = join(folder, 'fleet_vehicle.csv');
  assert.deepEqual(gunzipSync(await readFile(`${sibling}.gz`)), await readFile(sibling));
});

test('replace keeps the old file until the rename', async () => {
  await writeFile(path, 'old');
  const target = fileTarget({ ifExists: 'replace' });
  await target.open(madeUpLoad(0));
  assert.equal(await readFile(path, 'utf8'), 'old');
  await target.finish();
  assert.equal(await readFile(path, 'utf8'), csvHeader(TELEMETRY));
});

test('abort leaves the old file, and nothing else', async () => {
  await writeFile(path, 'old');
  const target = fileTarget({ ifExists: 'replace' });
  const made = madeUpLoad(2);
  await target.open(made);
  const [first] = await openSinks(target, made);
  await sendShard(first!, shardBytes(0, 500), 100);
  await target.abort();
  assert.deepEqual(await readdir(folder), ['fleet.csv']);
  assert.equal(await readFile(path, 'utf8'), 'old');
});

test('a file that appears during the load is not overwritten', async () => {
  const target = fileTarget();
  await target.open(madeUpLoad(0));
  await writeFile(path, 'somebody else');
  await assert.rejects(target.finish(), { code: 'FILE_EXISTS', exitCode: 1 });
  await target.abort();
  assert.equal(await readFile(path, 'utf8'), 'somebody else');
});

test('a link to a file stays a link', async () => {
  const real = join(folder, 'real.csv');
  await writeFile(real, 'old');
  await symlink('real.csv', path);
  // The second time it is dangling.
  for (const isThere of [true, false]) {
    if (!isThere) await rm(real);
    await load(fileTarget({ ifExists: 'replace', file: NO_HEADER }));
    assert.equal((await readFile(real)).length, 1000);
    assert.ok((await lstat(path)).isSymbolicLink());
  }
});

test('a named pipe is written directly, without a sibling', async () => {
  execFileSync('mkfifo', [path]);
  const target = fileTarget();
  const reading = readAll(createReadStream(path));
  await load(target);
  assert.equal((await reading).length, csvHeader(TELEMETRY).length + 1000);
  assert.deepEqual(await readdir(folder), ['fleet.csv']);
});

test('abort ends the wait for the reader of a named pipe', async () => {
  execFileSync('mkfifo', [path]);
  const target = fileTarget();
  const opening = assert.rejects(target.open(madeUpLoad(0)), { code: 'ABORTED' });
  await target.abort();
  await opening;
});

test('a full device fails the load', async () => {
  await symlink('/dev/full', path);
  await assert.rejects(load(fileTarget()), { code: 'DISK_FULL', exitCode: 1 });
  assert.deepEqual(await readdir(folder), ['fleet.csv']);
});

const refused: [name: string, options: Partial<FileTargetOptions>, prepare: () => Promise<unknown>, message: RegExp][] =
  [
    ['an existing file', {}, () => writeFile(path, 'old'), /^file exists: .*fleet\.csv; use --if-exists replace/],
    [
      'an existing sibling',
      {},
      () => writeFile(siblingPath(path, 'vehicle'), 'old'),
      /^file exists: .*fleet_vehicle\.csv/,
    ],
    ['appending', { ifExists: 'append' }, async () => {}, /--if-exists replace/],
    ['a folder', { ifExists: 'replace' }, () => mkdir(path), /is a folder/],
  ];
for (const [name, options, prepare, message] of refused) {
  test(`refuses ${name} before anything is touched`, async () => {
    await prepare();
    const before = await readdir(folder);
    await assert.rejects(fileTarget(options).open(madeUpLoad(1)), { exitCode: 2, message });
    assert.deepEqual(await readdir(folder), before);
  });
}

test('refuses a folder that does not exist and a file in the place of one', async () => {
  await writeFile(path, 'old');
  await assert.rejects(fileTarget({ path: join(folder, 'no', 'f.csv') }).open(madeUpLoad(1)), { exitCode: 2 });
  await assert.rejects(fileTarget({ path: join(path, 'f.csv') }).open(madeUpLoad(1)), { exitCode: 2 });
  await assert.rejects(fileTarget({ path: join(folder, `${'x'.repeat(300)}.csv`) }).open(madeUpLoad(1)), {
    exitCode: 2,
  });
});

const CSV: OrderedFile = { kind: { format: 'csv', compression: undefined }, options: FILE_DEFAULTS };
const NO_HEADER: OrderedFile = { ...CSV, options: { ...FILE_DEFAULTS, header: false } };

function fileTarget(options: Partial<FileTargetOptions> = {}): LoadTarget {
  return createFileTarget({
    path,
    file: CSV,
    ifExists: 'fail',
    ...options,
  });
}

/** Two shards of 500 bytes, the second one first. */
async function load(target: LoadTarget) {
  const made = madeUpLoad(2);
  try {
    await target.open(made);
    const sinks = await openSinks(target, made);
    await Promise.all([sendShard(sinks[1]!, shardBytes(1, 500), 200), sendShard(sinks[0]!, shardBytes(0, 500), 200)]);
    return await target.finish();
  } catch (error) {
    await target.abort();
    throw error;
  }
}
