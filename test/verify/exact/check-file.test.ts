import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { planDataset } from '#src/plan/dataset.js';
import { generate } from '#src/run/generate.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { checkFile } from '#src/verify/exact/check-file.js';
import { countAllDifferences, countDifferences, type Findings } from '#src/verify/exact/findings.js';
import { findingsText } from '#src/verify/exact/findings-text.js';
import { readCsv, readRecords } from '../../encode/read-csv.js';
import { counts } from '../counts.js';

/** Several batches of the comparison. */
const ROWS = 6000;
const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS });
const WIDTH = dataset.telemetry.columns.length;

describe('a file compared with the simulation', () => {
  let folder = '';
  let path = '';
  let lines: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-verify-'));
    path = join(folder, 'fleet.csv');
    await generate({ rows: ROWS, to: path, workers: 1 });
    lines = (await readFile(path, 'utf8')).split('\n');
  });
  after(() => rm(folder, { recursive: true }));

  /** The findings of the file with these lines; line 0 is the header, line i + 1 record i. */
  const check = async (changed: readonly string[], from = 0, to = ROWS): Promise<Findings> => {
    const copy = join(folder, 'copy.csv');
    await writeFile(copy, changed.join('\n'));
    return checkFile({ path: copy, dataset, from, to });
  };

  it('is equal, with and without a header, a last line feed, carriage returns or gzip', async () => {
    const equal = [ROWS, 0, 0, 0, 0];
    assert.deepEqual(counts(await check(lines)), equal);
    assert.deepEqual(counts(await check(lines.slice(1))), equal);
    assert.deepEqual(counts(await check(lines.slice(0, -1))), equal);
    assert.deepEqual(counts(await check(lines.map((line) => line && `${line}\r`))), equal);
    const zipped = join(folder, 'fleet.csv.gz');
    await generate({ rows: ROWS, to: zipped, workers: 1 });
    assert.deepEqual(counts(await checkFile({ path: zipped, dataset, from: 0, to: ROWS })), equal);
    assert.ok(gunzipSync(await readFile(zipped)).length > 0);
  });

  it('is equal with parked records, whose trip_id is empty, and is reported with a trip_id added to one', async () => {
    const { scenario } = await resolveScenario('failing-devices');
    const failing = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, rows: ROWS, scenario });
    const file = join(folder, 'failing.csv');
    await generate({ rows: ROWS, to: file, scenario, workers: 1 });
    const found = await checkFile({ path: file, dataset: failing, from: 0, to: ROWS });
    assert.deepEqual(counts(found), [ROWS, 0, 0, 0, 0]);
    const text = (await readFile(file, 'utf8')).split('\n');
    const records = await readRecords(await readFile(file, 'utf8'));
    const beat = records.findIndex((record) => record.trip_id === '') + 1;
    assert.ok(beat > 0, 'there is a heartbeat');
    const given = text.with(beat, text[beat]!.replace(/^([^,]*,[^,]*),,/, '$1,7,'));
    await writeFile(file, given.join('\n'));
    const changed = await checkFile({ path: file, dataset: failing, from: 0, to: ROWS });
    assert.deepEqual(changed.list, [
      { kind: 'changed', recordId: beat - 1, values: [{ column: 'trip_id', expected: '', found: '7' }] },
    ]);
  });

  it('is reported with each changed value', async () => {
    const speed = dataset.telemetry.columns.findIndex(({ name }) => name === 'speed_kmh');
    const [fields = []] = await readCsv(lines[2346]!);
    const before = fields[speed]!;
    fields[speed] = '999.9';
    const found = await check(lines.with(2346, fields.join(',')));
    assert.deepEqual(counts(found), [ROWS, 1, 0, 0, 0]);
    assert.deepEqual(found.list, [
      {
        kind: 'changed',
        recordId: 2345,
        values: [{ column: 'speed_kmh', expected: before, found: '999.9' }],
      },
    ]);
  });

  it('is reported with missing, extra and doubled records', async () => {
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

  it('may hold a range, and is reported as incomplete when it is truncated', async () => {
    const part = [lines[0]!, ...lines.slice(1001, 2001)];
    assert.deepEqual(counts(await check(part, 1000, 2000)), [1000, 0, 0, 0, 0]);
    assert.deepEqual(counts(await check(part.slice(0, -3), 1000, 2000)), [1000, 0, 3, 0, 0]);
    assert.equal(countDifferences(await check([''], 5, 5)), 0);
  });

  it('is reported with rows written twice as doubled, and may have its rows in another order', async () => {
    const rows = lines.slice(0, -1);
    const again = rows.slice(-50);
    const appended = await check([...rows, ...again, ...again]);
    assert.deepEqual(counts(appended), [ROWS, 0, 0, 0, 100]);
    assert.deepEqual(appended.list[0], { kind: 'doubled', recordId: ROWS - 50 });
    const middle = await check([...rows, ...rows.slice(101, 151)]);
    assert.deepEqual(counts(middle), [ROWS, 0, 0, 0, 50]);
    const moved = await check([...rows.slice(0, 101), ...rows.slice(102), rows[101]!, rows[102]!]);
    assert.deepEqual(counts(moved), [ROWS, 0, 0, 0, 1]);
    const [header, ...records] = rows;
    assert.deepEqual(counts(await check([header!, ...records.toReversed()])), [ROWS, 0, 0, 0, 0]);
    const byLabel = records.toSorted((a, b) => Number(a.endsWith('risky')) - Number(b.endsWith('risky')));
    assert.deepEqual(counts(await check([header!, ...byLabel])), [ROWS, 0, 0, 0, 0]);
    const changed = byLabel.with(7, byLabel[7]!.replace(/,(\d+)$/m, ',$1').replace(',safe', ',risky'));
    assert.deepEqual(counts(await check([header!, ...changed])), [ROWS, 1, 0, 0, 0]);
  });

  it('is reported with one misnumbered record as missing and extra, not with all that follow', async () => {
    const wrong = (id: number) => lines.with(8, lines[8]!.replace(/^7,/, `${id},`));
    assert.deepEqual(counts(await check(wrong(123_456))), [ROWS, 0, 1, 1, 0]);
    assert.deepEqual((await check(wrong(123_456))).list, [
      { kind: 'missing', recordId: 7 },
      { kind: 'extra', recordId: 123_456 },
    ]);
    assert.deepEqual(counts(await check(wrong(4000))), [ROWS, 0, 1, 0, 1]);
    assert.deepEqual(counts(await check(wrong(3))), [ROWS, 0, 1, 0, 1]);
  });

  it('is reported with malformed lines and invalid values verbatim', async () => {
    const cut = lines[5]!.split(',').slice(0, -1).join(',');
    const found = await check(lines.with(5, cut).with(6, lines[6]!.replace(/,(safe|risky)$/, ',yes,')));
    assert.deepEqual(counts(found), [ROWS, 2, 0, 0, 0]);
    const header = lines[0]!;
    const label = async (line: string) => (await readRecords(`${header}\n${line}\n`))[0]!.risk_label;
    assert.deepEqual(found.list, [
      {
        kind: 'changed',
        recordId: 4,
        values: [
          { column: 'risk_label', expected: await label(lines[5]!), found: '' },
          { column: '(number of fields)', expected: String(WIDTH), found: String(WIDTH - 1) },
        ],
      },
      {
        kind: 'changed',
        recordId: 5,
        values: [
          { column: 'risk_label', expected: await label(lines[6]!), found: 'yes' },
          { column: '(number of fields)', expected: String(WIDTH), found: String(WIDTH + 1) },
        ],
      },
    ]);
  });

  it('is rejected if it has other columns', async () => {
    const part = (change: (line: string) => string) => check(lines.slice(0, 3).map(change), 0, 2);
    await assert.rejects(
      part((line) => line.split(',').slice(0, -1).join(',')),
      { exitCode: 2, code: 'BAD_FILE', message: /has no column risk_label/ },
    );
    await assert.rejects(
      part((line) => `${line},colour`),
      { exitCode: 2, code: 'BAD_FILE', message: /one more column, "colour"/ },
    );
    await assert.rejects(
      part((line) => `${line},weather`),
      { exitCode: 2, code: 'BAD_FILE', message: /two columns weather/ },
    );
  });

  it('is an error if it is unreadable or an incomplete gzip file', async () => {
    const missing = checkFile({ path: join(folder, 'none.csv'), dataset, from: 0, to: 1 });
    await assert.rejects(missing, { exitCode: 2, code: 'NO_FILE', message: /none\.csv/ });
    const cut = join(folder, 'cut.csv.gz');
    await writeFile(cut, gzipSync(lines.join('\n')).subarray(0, 5000));
    await assert.rejects(checkFile({ path: cut, dataset, from: 0, to: ROWS }), {
      exitCode: 1,
      code: 'BAD_GZIP',
    });
  });
});

for (const name of ['fleet.csv', 'fleet.csv.gz']) {
  describe(`the files beside ${name}, compared with the simulation`, () => {
    const gzip = name.endsWith('.gz');
    const rows = 3000;
    const told = planDataset({ seed: 7, start: '2026-01-05', intervalSeconds: 10, rows, vehicles: 30 });
    let folder = '';
    const file = (sibling: 'vehicle' | 'truth') => join(folder, name.replace('fleet', `fleet_${sibling}`));
    const check = (truth?: boolean) =>
      checkFile({
        path: join(folder, name),
        dataset: told,
        from: 0,
        to: rows,
        ...(truth !== undefined && { companions: { truth } }),
      });
    /** Line 0 is the header, line i + 1 vehicle or record i. */
    const edit = async (sibling: 'vehicle' | 'truth', change: (lines: string[]) => string[]) => {
      const bytes = await readFile(file(sibling));
      const lines = (gzip ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
      const text = `${change(lines).join('\n')}\n`;
      await writeFile(file(sibling), gzip ? gzipSync(text) : text);
    };
    let untouched = '';
    before(async () => {
      untouched = await mkdtemp(join(tmpdir(), 'fleetgen-verify-'));
      await generate({ rows, seed: 7, vehicles: 30, to: join(untouched, name), truth: true, workers: 1 });
    });
    after(() => rm(untouched, { recursive: true }));
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'fleetgen-verify-'));
      await cp(untouched, folder, { recursive: true });
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('are equal if they are unchanged', async () => {
      const found = await check(true);
      assert.equal(countAllDifferences(found), 0);
      assert.deepEqual([found.compared, found.vehicle?.compared, found.truth?.compared], [rows, 30, rows]);
      assert.match(findingsText(found), /^3000 records .*\n30 vehicles compared: 0 .*\n3000 truths compared: 0 .*\n$/);
    });

    it('are reported with a changed, a missing, an extra and a doubled vehicle', async () => {
      await edit('vehicle', (lines) => {
        const changed = lines[5]!.replace(/DRV-\d+/, 'DRV-999999');
        const stranger = lines[1]!.replace('VEH-000000', 'VEH-000030');
        return [...lines.slice(0, 5), changed, ...lines.slice(6, 8), ...lines.slice(9, 13), lines[12]!]
          .concat(lines.slice(13), stranger)
          .concat(lines[1]!.replace('VEH-000000', 'mine'));
      });
      const found = await check();
      assert.deepEqual(
        [counts(found), counts(found.truth!)].flatMap(([, ...none]) => none),
        Array(8).fill(0),
      );
      assert.deepEqual(counts(found.vehicle!), [30, 1, 1, 2, 1]);
      assert.deepEqual(found.vehicle!.list, [
        {
          kind: 'changed',
          vehicleId: 'VEH-000004',
          values: [{ column: 'driver_id', expected: 'DRV-000004', found: 'DRV-999999' }],
        },
        { kind: 'missing', vehicleId: 'VEH-000007' },
        { kind: 'doubled', vehicleId: 'VEH-000011' },
        { kind: 'extra', vehicleId: 'VEH-000030' },
        { kind: 'extra', vehicleId: null },
      ]);
    });

    it('are reported with a changed, a missing, an extra and a doubled truth row', async () => {
      await edit('truth', (lines) => {
        const changed = lines[43]!.replace(/,(safe|risky)/, (_, label) => (label === 'safe' ? ',risky' : ',safe'));
        const stranger = lines[1]!.replace(/^0,/, '3000,');
        return [...lines.slice(0, 43), changed, ...lines.slice(44, 78), ...lines.slice(79, 1236), lines[1235]!].concat(
          lines.slice(1236),
          stranger,
        );
      });
      const found = await check();
      assert.equal(countDifferences(found) + countDifferences(found.vehicle!), 0);
      assert.deepEqual(counts(found.truth!), [rows, 1, 1, 1, 1]);
      const [changed, ...others] = found.truth!.list;
      assert.ok(changed?.kind === 'changed' && 'recordId' in changed && changed.recordId === 42);
      assert.deepEqual(
        changed.values.map(({ column }) => column),
        ['clean_risk_label'],
      );
      assert.deepEqual(others, [
        { kind: 'missing', recordId: 77 },
        { kind: 'doubled', recordId: 1234 },
        { kind: 'extra', recordId: 3000 },
      ]);
      assert.match(findingsText(found), /^the truth of record 77 is missing$/m);
    });

    it('may be missing, which is reported', async () => {
      await rm(file('truth'));
      const withVehicles = await check();
      assert.equal(withVehicles.vehicle!.compared, 30);
      assert.equal(withVehicles.truth, undefined);
      await assert.rejects(check(true), {
        exitCode: 2,
        code: 'NO_SIBLING',
        message: /no \S+_truth\.csv\S*, which --truth/,
      });
      await rm(file('vehicle'));
      const alone = await check();
      assert.equal(countAllDifferences(alone), 0);
      assert.match(findingsText(alone), /\nno vehicles compared: they are not beside the records\n$/);
    });

    it('must be complete: a truth file without its vehicles is rejected', async () => {
      await rm(file('vehicle'));
      for (const truth of [undefined, true]) {
        await assert.rejects(check(truth), { exitCode: 2, code: 'NO_SIBLING', message: /no \S+_vehicle\.csv/ });
      }
    });
  });
}
