import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { CLI, runCli } from '../../cli/run-cli.js';
import { readCsv } from '../../encode/read-csv.js';

const ROWS = 300_000;

async function bytesOf(args: string): Promise<string> {
  const { code, stdout, stderr } = await runCli(`generate --rows ${ROWS} --to - --quiet ${args}`.split(' '));
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return stdout;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A whole shell pipeline, so that the reader can close the pipe. */
function shell(line: string): Promise<{ stdout: string; stderr: string; codes: string }> {
  const child = spawn('bash', ['-c', `${line}; echo "codes: \${PIPESTATUS[*]}" >&2`], {
    env: { ...process.env, CLI, NODE: process.execPath },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      const [, messages = '', codes = ''] = /^(.*)codes: (.*)\n$/s.exec(stderr) ?? [];
      resolve({ stdout, stderr: messages, codes });
    });
  });
}

describe('generate to standard output', () => {
  it('writes the same bytes for 1, 2, 3 and 7 workers and for concatenated ranges', async () => {
    const whole = await bytesOf('--no-header --workers 1');
    assert.equal(whole.split('\n').length - 1, ROWS);
    for (const workers of [2, 3, 7])
      assert.equal(sha256(await bytesOf(`--no-header --workers ${workers}`)), sha256(whole));
    let parts = '';
    for (const range of ['0:0', '0:1', '1:99999', '99999:200000', '200000:300000', '300000:300000']) {
      parts += await bytesOf(`--no-header --range ${range}`);
    }
    assert.equal(sha256(parts), sha256(whole));
  });

  it('begins with a header unless told otherwise', async () => {
    const { stdout } = await runCli('generate --rows 3 --to -'.split(' '));
    assert.match(stdout, /^record_id,vehicle_id,trip_id,[a-z0-9_,]+,risk_label\n0,VEH-/);
    assert.equal(stdout.split('\n').length, 5);
  });

  it('adds --first-record-id to every record_id', async () => {
    const { stdout } = await runCli('generate --rows 2 --to - --no-header --first-record-id 1e6'.split(' '));
    assert.ok(stdout.endsWith('\n'));
    assert.deepEqual(
      (await readCsv(stdout)).map(([recordId]) => recordId),
      ['1000000', '1000001'],
    );
  });

  it('keeps the summary out of the data with --json', async () => {
    const one = await runCli('generate --rows 1 --to -'.split(' '));
    assert.match(one.stderr, /^1 row in [^\n]+: standard output\n/);
    const { stdout, stderr } = await runCli('generate --rows 2 --to - --no-header --json'.split(' '));
    assert.equal(stdout.split('\n').length, 3);
    assert.equal(JSON.parse(stderr).rows, 2);
  });

  it('ends quietly when the reader closes the pipe', async () => {
    const { stdout, stderr, codes } = await shell('"$NODE" "$CLI" generate --rows 1e8 --to - | head -n 2');
    assert.equal(stdout.split('\n').length, 3);
    assert.equal(stderr, '');
    assert.equal(codes, '0 0');
  });

  it('reports a full disk', async () => {
    const { stderr, codes } = await shell('"$NODE" "$CLI" generate --rows 1e5 --to - > /dev/full');
    assert.match(stderr, /^fleetgen: [^\n]*(ENOSPC|full|space)[^\n]*\n$/i);
    assert.equal(codes, '1');
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`stops at ${signal} with exit code ${code}`, async () => {
      const args = 'generate --rows 1e8 --to -'.split(' ');
      const result = await runCli(args, { signalAtFirstByte: signal });
      assert.equal(result.code, code);
      assert.equal(result.stderr, 'fleetgen: interrupted\n');
    });
  }
});
