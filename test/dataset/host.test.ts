/** What the library does to the program that uses it: nothing to its folder, its output or its V8. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runProgram } from '../cli/run-cli.js';

const INDEX = JSON.stringify(import.meta.resolve('#src/index.js'));

/** Reads a dataset in every way, and prints a digest of what it read with the flags of V8 that were set. */
const PROGRAM = `
import { mock } from 'node:test';
import v8 from 'node:v8';
import { createHash } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { buffer } from 'node:stream/consumers';
const flags = [];
mock.method(v8, 'setFlagsFromString', (flag) => { flags.push(flag); });
syncBuiltinESMExports();
const { openDataset } = await import(${INDEX});
const hash = createHash('sha256');
const dataset = await openDataset({ rows: 70_000, scenario: 'winter-storm' });
for await (const { columns } of dataset.batches()) hash.update(columns.speed_kmh);
for await (const vehicle of dataset.vehicles()) hash.update(JSON.stringify(vehicle));
for await (const trip of dataset.trips()) hash.update(JSON.stringify(trip));
for (const row of dataset.vehicleDay(1, '2026-01-05').rows()) hash.update(JSON.stringify(row));
hash.update(await buffer(dataset.stream({ format: 'parquet' })));
console.log(hash.digest('hex'), JSON.stringify(flags));
`;

/** In a folder that is gone: whatever asks for the current folder fails. Without threads, as Node asks for it in those. */
const HOMELESS = `
const { openDataset } = await import(${INDEX});
const { mkdtempSync, rmdirSync } = await import('node:fs');
const { tmpdir } = await import('node:os');
const folder = mkdtempSync(tmpdir() + '/fleetgen-gone-');
process.chdir(folder);
rmdirSync(folder);
const dataset = await openDataset({ rows: 20_000, scenario: 'winter-storm', workers: 1 });
let rows = 0;
for await (const { length } of dataset.batches()) rows += length;
for await (const row of dataset.rows({ columns: ['speed_kmh'] })) rows += 1;
console.log(rows, dataset.vehicleDay(0, '2026-01-05').trips().length > 0);
`;

describe('the library in its host', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
  });
  after(() => rm(folder, { recursive: true }));
  const run = async (program: string, cwd: string) => {
    const { code, stdout, stderr } = await runProgram(process.execPath, ['--input-type=module', '-e', program], {
      cwd,
    });
    assert.deepEqual([code, stderr], [0, '']);
    return stdout.trim();
  };

  it('makes the same whatever is in the folder, leaves nothing there, and sets no flag of V8', async () => {
    const elsewhere = await run(PROGRAM, tmpdir());
    assert.match(elsewhere, /^[0-9a-f]{64} \[\]$/);
    const decoys = ['winter-storm', 'winter-storm.yaml', 'default.yaml', 'default.json', 'fleetgen.yaml', '.env'];
    for (const name of decoys) await writeFile(join(folder, name), 'fleet: { rubbish');
    assert.equal(await run(PROGRAM, folder), elsewhere);
    assert.deepEqual((await readdir(folder)).sort(), decoys.sort());
  });

  it('does not ask for the folder', async () => {
    assert.equal(await run(HOMELESS, folder), '40000 true');
  });
});
