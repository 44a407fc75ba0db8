import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generate } from '#src/run/generate.js';
import { siblingPath } from '#src/sinks/files/file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-sibling-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

for (const name of ['fleet.csv', 'fleet.csv.gz']) {
  const replace = (truth: boolean, header = true, to = 50) =>
    generate({
      rows: 100,
      range: [0, to],
      vehicles: 3,
      to: join(folder, name),
      workers: 1,
      ifExists: 'replace',
      truth,
      header,
    });
  const path = (sibling: 'vehicle' | 'truth') => siblingPath(join(folder, name), sibling);

  for (const header of [true, false]) {
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
    for (const text of ['vehicle_id,note\n1,mine\n', 'record_id,note\n1,mine\n', '1,2,3\n', '\n']) {
      test(`${sibling} of somebody else's beside ${name} stays: ${JSON.stringify(text)}`, async () => {
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

test('what only bears the name of a packed file stays', async () => {
  const path = join(folder, 'fleet_vehicle.csv.gz');
  await writeFile(path, 'vehicle_id,vehicle_class,region\n');
  const replacing = generate({ rows: 50, to: join(folder, 'fleet.csv.gz'), workers: 1, ifExists: 'replace' });
  await assert.rejects(replacing, { exitCode: 2, code: 'NOT_OURS' });
  assert.equal((await readFile(path)).length, 32);
});
