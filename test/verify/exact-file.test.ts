import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { planDataset } from '../../src/plan/dataset.js';
import { generate } from '../../src/run/generate.js';
import { checkFile } from '../../src/verify/exact/check-file.js';
import { differences, type Findings } from '../../src/verify/exact/findings.js';

const ROWS = 30_000;
const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });

describe('a file compared with the simulation', () => {
  let folder = '';
  let path = '';
  let lines: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-verify-'));
    path = join(folder, 'fleet.csv');
    await generate({ rows: ROWS, to: path });
    lines = (await readFile(path, 'utf8')).split('\n');
  });
  after(() => rm(folder, { recursive: true }));

  /** The findings of the file with these lines; line 0 is the header, line i + 1 record i. */
  const check = async (changed: readonly string[], from = 0, to = ROWS): Promise<Findings> => {
    const copy = join(folder, 'copy.csv');
    await writeFile(copy, changed.join('\n'));
    return checkFile({ path: copy, gzip: false, dataset, from, to });
  };
  const counts = ({ compared, changed, missing, extra, doubled }: Findings) => [
    compared,
    changed,
    missing,
    extra,
    doubled,
  ];

  it('is equal, with and without a header, a last line feed, carriage returns or gzip', async () => {
    const equal = [ROWS, 0, 0, 0, 0];
    assert.deepEqual(counts(await check(lines)), equal);
    assert.deepEqual(counts(await check(lines.slice(1))), equal);
    assert.deepEqual(counts(await check(lines.slice(0, -1))), equal);
    assert.deepEqual(counts(await check(lines.map((line) => line && `${line}\r`))), equal);
    const zipped = join(folder, 'fleet.csv.gz');
    await generate({ rows: ROWS, to: zipped });
    assert.deepEqual(counts(await checkFile({ path: zipped, gzip: true, dataset, from: 0, to: ROWS })), equal);
    assert.ok(gunzipSync(await readFile(zipped)).length > 0);
  });

  it('has each changed value named', async () => {
    const speed = dataset.telemetry.columns.findIndex(({ name }) => name === 'speed_kmh');
    const fields = lines[12_346]!.split(',');
    const before = fields[speed]!;
    fields[speed] = '999.9';
    const found = await check(lines.with(12_346, fields.join(',')));
    assert.deepEqual(counts(found), [ROWS, 1, 0, 0, 0]);
    assert.deepEqual(found.list, [
      {
        kind: 'changed',
        recordId: 12_345,
        values: [{ column: 'speed_kmh', expected: before, found: '999.9' }],
      },
    ]);
  });

  it('has missing, extra and doubled records named', async () => {
    const stranger = lines[2]!.replace(/^1,/, '99999999,');
    const odd = `${lines.slice(0, 101).join('\n')}\n${lines.slice(102, 201).join('\n')}\n${lines[200]}\n${lines
      .slice(201, -1)
      .join('\n')}\n${stranger}\nnonsense`;
    const found = await check([odd]);
    assert.deepEqual(counts(found), [ROWS, 0, 1, 2, 1]);
    assert.deepEqual(found.list, [
      { kind: 'missing', recordId: 100 },
      { kind: 'doubled', recordId: 199 },
      { kind: 'extra', recordId: 99_999_999 },
      { kind: 'extra', recordId: null },
    ]);
  });

  it('may hold a range, and is short when it is cut', async () => {
    const part = [lines[0]!, ...lines.slice(1001, 2001)];
    assert.deepEqual(counts(await check(part, 1000, 2000)), [1000, 0, 0, 0, 0]);
    assert.deepEqual(counts(await check(part.slice(0, -3), 1000, 2000)), [1000, 0, 3, 0, 0]);
    assert.equal(differences(await check([''], 5, 5)), 0);
  });

  it('has line ends or quotes that differ shown whole', async () => {
    const found = await check(lines.with(5, lines[5]!.replace(/^4,/, '"4",')));
    assert.equal(found.changed + found.missing, 1);
  });

  it('that can not be read, or is no whole gzip, is an error', async () => {
    const missing = checkFile({ path: join(folder, 'none.csv'), gzip: false, dataset, from: 0, to: 1 });
    await assert.rejects(missing, { exitCode: 2, code: 'NO_FILE', message: /none\.csv/ });
    const cut = join(folder, 'cut.csv.gz');
    await writeFile(cut, gzipSync(lines.join('\n')).subarray(0, 5000));
    await assert.rejects(checkFile({ path: cut, gzip: true, dataset, from: 0, to: ROWS }), {
      exitCode: 1,
      code: 'BAD_GZIP',
    });
  });
});
