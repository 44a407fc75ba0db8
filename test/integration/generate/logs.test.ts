import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '#src/embedded/free-port.js';
import { CLI, runCli } from '../../cli/run-cli.js';

const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('--log-format json', () => {
  it('logs what happens to each shard, with the id of the run', async () => {
    const { code, stdout, stderr } = await runCli(
      'generate --rows 150000 --to null --log-format json --json'.split(' '),
    );
    assert.equal(code, 0);
    const log = lines(stderr);
    const { runId } = JSON.parse(stdout);
    assert.ok(log.every((entry) => entry.runId === runId && entry.level === 30 && typeof entry.time === 'string'));
    assert.deepEqual(
      [log[0]!.msg, log.at(-2)!.msg, log.at(-1)!.msg],
      ['load begins', 'all rows are in; finishing', 'load done'],
    );
    const shards = log.filter(({ msg }) => msg === 'shard done');
    assert.equal(
      shards.reduce((sum, { rows }) => sum + Number(rows), 0),
      150_000,
    );
    assert.deepEqual([...new Set(shards.map(({ attempt }) => attempt))], [1]);
  });

  it('logs an error as JSON, too', async () => {
    const { code, stderr } = await runCli('generate --rows 10 --to /none/such.csv --log-format json'.split(' '));
    assert.equal(code, 2);
    const last = lines(stderr).at(-1)!;
    assert.equal(last.level, 50);
    assert.match(String(last.msg), /no folder \/none/);
    assert.equal(typeof last.code, 'string');
    assert.equal(last.runId, undefined);
  });

  it('names the run that failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetgen-logs-'));
    try {
      const full = join(folder, 'full.csv');
      await symlink('/dev/full', full);
      const args = ['generate', '--rows', '150000', '--to', full, '--no-header', '--log-format', 'json'];
      const { code, stderr } = await runCli(args);
      assert.equal(code, 1);
      const log = lines(stderr);
      assert.equal(log[0]!.msg, 'load begins');
      assert.match(String(log[0]!.runId), /^[0-9a-f-]{36}$/);
      assert.deepEqual([log.at(-1)!.code, log.at(-1)!.runId], ['DISK_FULL', log[0]!.runId]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('--metrics-port', () => {
  it('serves the metrics of a run during it', async () => {
    const port = await findFreePort();
    const args = ['generate', '--rows', '1e8', '--to', 'null', '--metrics-port', String(port), '--quiet'];
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' });
    const exit = once(child, 'exit');
    try {
      let text = '';
      while (!/fleetgen_rows_total [1-9]/.test(text)) {
        assert.equal(child.exitCode, null);
        await sleep(200);
        text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
          (response) => response.text(),
          () => '',
        );
      }
      assert.match(text, /^fleetgen_rows_expected 100000000$/m);
      assert.match(text, /^fleetgen_bytes_total [1-9]\d+$/m);
      assert.match(text, /^fleetgen_rows_per_second [1-9]/m);
      assert.match(text, /^fleetgen_shard_seconds_count [1-9]/m);
      assert.match(text, /^fleetgen_run_info\{run_id="[0-9a-f-]{36}",seed="42"\} 1$/m);
      const other = await runCli(['generate', '--rows', '10', '--to', 'null', '--metrics-port', String(port)]);
      assert.equal(other.code, 2);
      assert.match(
        other.stderr,
        /^fleetgen: --metrics-port 127\.0\.0\.1:\d+ can't be used \(address already in use\)[^\n]+\n$/,
      );
    } finally {
      child.kill('SIGINT');
    }
    assert.deepEqual(await exit, [130, null]);
  });
});
