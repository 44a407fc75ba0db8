import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FleetgenError, generate, type VerifyOptions, verify } from '#src/index.js';
import { runProgram } from '../cli/run-cli.js';

const DATASET = { rows: 20_000, seed: 4, vehicles: 10 };

describe('the function verify', () => {
  let folder = '';
  let from = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
    from = join(folder, 'fleet.csv');
    await generate({ ...DATASET, to: from, truth: true });
  });
  after(() => rm(folder, { recursive: true }));

  it('finds no difference in what was loaded, its vehicles and its truth', async () => {
    const { ok, exact, realism } = await verify({ ...DATASET, from });
    assert.ok(ok);
    assert.deepEqual([exact?.compared, exact?.vehicle?.compared, exact?.truth?.compared], [20_000, 10, 20_000]);
    assert.equal(realism, undefined);
  });

  it('returns differences, and does not throw them', async () => {
    const changed = join(folder, 'changed.csv');
    const lines = (await readFile(from, 'utf8')).split('\n');
    lines[501] = lines[501]!.replace(/,(?:safe|risky)$/, (label) => (label === ',safe' ? ',risky' : ',safe'));
    lines.splice(1000, 2);
    await writeFile(changed, lines.join('\n'));
    const { ok, exact } = await verify({ ...DATASET, from: changed });
    assert.equal(ok, false);
    assert.deepEqual([exact?.changed, exact?.missing, exact?.extra, exact?.doubled], [1, 2, 0, 0]);
    const [first] = exact!.list;
    assert.ok(first?.kind === 'changed' && 'recordId' in first);
    assert.deepEqual([first.recordId, first.values[0]?.column], [500, 'risk_label']);
  });

  it('judges realism, alone or besides', async () => {
    const alone = await verify({ ...DATASET, from, checks: 'realism' });
    assert.equal(alone.exact, undefined);
    assert.equal(alone.realism?.rows, 20_000);
    assert.equal(alone.ok, alone.realism?.failed === 0);
    const all = await verify({ ...DATASET, from, checks: 'all' });
    assert.deepEqual(all.realism, alone.realism);
    assert.equal(all.exact?.compared, 20_000);
    const other = await verify({ ...DATASET, from, checks: 'realism', scenario: 'winter-storm' });
    assert.equal(other.ok, false);
  });

  it('knows the range and the first record_id', async () => {
    const part = join(folder, 'part.ndjson');
    const asked = { ...DATASET, range: [500, 900], firstRecordId: 77 } as const;
    await generate({ ...asked, to: part });
    const { ok, exact } = await verify({ ...asked, from: part });
    assert.deepEqual([ok, exact?.compared], [true, 400]);
    assert.equal((await verify({ ...DATASET, from: part })).ok, false);
  });

  it('stops when it is aborted', async () => {
    const reason = new FleetgenError('ENOUGH', 'enough', 1);
    await assert.rejects(verify({ ...DATASET, from, signal: AbortSignal.abort(reason) }), reason);
    const aborted = { code: 'INTERRUPTED', exitCode: 130 };
    await assert.rejects(verify({ ...DATASET, from, signal: AbortSignal.abort() }), aborted);
    await assert.rejects(verify({ ...DATASET, from, signal: AbortSignal.timeout(30) }), aborted);
  });

  it('refuses what it does not know', async () => {
    for (const [options, message] of [
      [{ form: 'x.csv' }, /^unknown option "form": did you mean from\?$/],
      [{ from: '-' }, /^--from - can't be read from: give a database, a file or a folder$/],
      [{ from: 'mysql://u:p@h/d' }, /^--from "mysql:\/\/\*\*\*@h\/d" is not a target/],
      [{ checks: 'some' }, /^checks is "some": give one of exact, realism, all$/],
      [{ sample: 2 }, /^sample is 2: give a share from 0 to 1, such as 0.1$/],
      [{ truth: 'yes' }, /^truth is "yes": give true or false$/],
      [{ workers: 0 }, /^workers is 0: give a whole number from 1 to 256, such as 4$/],
      [{ range: '0:5' }, /^range is "0:5": give a pair/],
      [{ signal: true }, /^signal is true: give an AbortController's signal$/],
      [{ from: join(folder, 'none.csv') }, /none\.csv/],
      [null, /^verify's argument is null: give an object of options$/],
    ] as const) {
      const asked = (options === null ? null : { ...DATASET, from, ...options }) as VerifyOptions;
      await assert.rejects(verify(asked), { exitCode: 2, message });
    }
    const bare = join(folder, 'bare.csv');
    await generate({ ...DATASET, to: bare });
    await assert.rejects(verify({ ...DATASET, from: bare, truth: true }), { exitCode: 2, code: 'NO_SIBLING' });
  });

  it('prints nothing', async () => {
    const program = `const { verify } = await import(${JSON.stringify(import.meta.resolve('#src/index.js'))});
      const { ok } = await verify({ rows: 5, seed: 1, from: ${JSON.stringify(from)} });
      process.exitCode = ok ? 3 : 4;`;
    const printed = await runProgram(process.execPath, ['--input-type=module', '-e', program]);
    assert.deepEqual(printed, { code: 4, stdout: '', stderr: '' });
  });
});
