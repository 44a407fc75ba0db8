import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { FileKind } from '#src/formats/formats.js';
import { generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { siblingPath } from '#src/sinks/files/file.js';
import { refuseForeign } from '#src/sinks/files/sibling-file.js';

const CSV: FileKind = { format: 'csv', compression: undefined };
const CSV_GZ: FileKind = { format: 'csv', compression: 'gzip' };

/** One region: planned anew for each load, it takes the least time. */
const { scenario } = await loadScenario('tiny');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-sibling-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

for (const name of ['fleet.csv', 'fleet.csv.gz', 'fleet.ndjson', 'fleet.ndjson.gz']) {
  const hasHeader = name.includes('.csv');
  const replace = (truth: boolean, header = true, to = 50) =>
    generate({
      scenario,
      rows: 100,
      range: [0, to],
      vehicles: 3,
      to: join(folder, name),
      workers: 1,
      ifExists: 'replace',
      truth,
      ...(hasHeader && { header }),
    });
  const path = (sibling: 'vehicle' | 'truth') => siblingPath(join(folder, name), sibling);

  for (const header of hasHeader ? [true, false] : [true]) {
    test(`files that an earlier load left beside ${name} are replaced and removed, header: ${header}`, async () => {
      await replace(true, header);
      const { length } = await readFile(path('truth'));
      await replace(true, header, 90);
      assert.ok((await readFile(path('truth'))).length > length);
      await replace(false, header);
      assert.equal((await readdir(folder)).length, 2);
    });
  }

  test(`empty files beside ${name} are replaced`, async () => {
    await writeFile(path('vehicle'), '');
    await replace(true, false, 0);
    await replace(true);
    assert.equal((await readdir(folder)).length, 3);
  });

  for (const sibling of ['vehicle', 'truth'] as const) {
    for (const text of [
      'vehicle_id,note\n1,mine\n',
      'record_id,note\n1,mine\n',
      '1,2,3\n',
      '\n',
      '{"vehicle_id":"VEH-000001","note":1}\n',
      '{}\n',
    ]) {
      test(`keeps a foreign ${sibling} file beside ${name}: ${JSON.stringify(text)}`, async () => {
        const mine = name.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
        await writeFile(path(sibling), mine);
        for (const truth of [true, false]) {
          await assert.rejects(replace(truth), { exitCode: 2, code: 'NOT_OURS', message: new RegExp(path(sibling)) });
        }
        assert.deepEqual(await readFile(path(sibling)), mine);
        assert.equal((await readdir(folder)).length, 1);
      });
    }
  }
}

test('keeps a file that is gzip only by name', async () => {
  const path = join(folder, 'fleet_vehicle.csv.gz');
  await writeFile(path, 'vehicle_id,vehicle_class,region\n');
  const replacing = generate({ rows: 50, to: join(folder, 'fleet.csv.gz'), workers: 1, ifExists: 'replace' });
  await assert.rejects(replacing, { exitCode: 2, code: 'NOT_OURS' });
  assert.equal((await readFile(path)).length, 32);
});

const VEHICLE_HEADER =
  'vehicle_id,vehicle_class,region,home_latitude,home_longitude,driver_id,driver_style,device_model,commissioned_on';
/** A row without header of that many bytes: names come from the scenario and may be arbitrarily long. */
function vehicleRow(length: number): string {
  const [before, after] = ['VEH-000001,', ',Berlin,52.500000,13.400000,DRV-000001,calm,M1,2024-02-29'];
  return `${before}${'x'.repeat(length - before.length - after.length)}${after}`;
}

test('a row is recognised by its first 4096 bytes, compressed or not', async () => {
  const path = join(folder, 'fleet_vehicle.csv');
  await writeFile(path, vehicleRow(4096));
  await refuseForeign(path, 'vehicle', CSV);
  // A byte more, and its last field is cut.
  await writeFile(path, vehicleRow(4097));
  await assert.rejects(refuseForeign(path, 'vehicle', CSV), { exitCode: 2, code: 'NOT_OURS' });
  for (const length of [4098, 100_000]) {
    await writeFile(path, gzipSync(`${vehicleRow(length)}\n`));
    await refuseForeign(path, 'vehicle', CSV_GZ);
  }
});

test('only the beginning of a compressed file is read', async () => {
  const path = join(folder, 'fleet_vehicle.csv.gz');
  const noise = createHash('shake256', { outputLength: 20_000 }).update('').digest('hex');
  const packed = gzipSync(`${VEHICLE_HEADER}\n${noise}`);
  assert.ok(packed.length > 3 * 4096);
  // Errors or missing data after it are not noticed.
  for (const bytes of [packed, packed.subarray(0, 5000), Buffer.concat([packed.subarray(0, 4096), packed])]) {
    await writeFile(path, bytes);
    await refuseForeign(path, 'vehicle', CSV_GZ);
  }
});

test('only the first line identifies a file', async () => {
  const path = join(folder, 'fleet_vehicle.csv');
  for (const text of [
    `notes\n${VEHICLE_HEADER}\n`,
    `\n${vehicleRow(100)}\n`,
    ` ${VEHICLE_HEADER}\n`,
    `${VEHICLE_HEADER}s\n`,
  ]) {
    await writeFile(path, text);
    await assert.rejects(refuseForeign(path, 'vehicle', CSV), { exitCode: 2, code: 'NOT_OURS' });
  }
  for (const text of [
    VEHICLE_HEADER,
    `${VEHICLE_HEADER}\r\nnotes`,
    `${VEHICLE_HEADER},more\n`,
    `${vehicleRow(100)}\nnotes\n`,
  ]) {
    await writeFile(path, text);
    await refuseForeign(path, 'vehicle', CSV);
    await assert.rejects(refuseForeign(path, 'truth', CSV), { exitCode: 2, code: 'NOT_OURS' });
  }
});
