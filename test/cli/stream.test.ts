import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { CLI, type Clis, runCli, startClis } from './run-cli.js';

describe('fleetgen stream to standard output', () => {
  let clis: Clis;
  before(() => {
    clis = startClis();
  });
  after(() => clis.close());

  it('writes as many lines of JSON as asked for, and the summary to stderr', async () => {
    const { code, stdout, stderr } = await clis.run(['stream', '--rows', '500', '--json']);
    assert.equal(code, 0, stderr);
    const ids = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).record_id);
    assert.deepEqual(
      ids.sort((a, b) => a - b),
      Array.from({ length: 500 }, (_, i) => i),
    );
    const summary = JSON.parse(stderr);
    assert.equal(summary.command, 'stream');
    assert.equal(summary.rows, 500);
    assert.equal(summary.bytes, Buffer.byteLength(stdout));
  });

  it('ends quietly when the reader closes the pipe, even an endless stream', async () => {
    const child = spawn(process.execPath, [CLI, 'stream'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 0);
    assert.equal(stderr, '');
  });

  it('stops at SIGINT and prints flags that continue from there', async () => {
    const rows = ['--vehicles', '5', '--days', '1'];
    const whole = await clis.run(['stream', ...rows, '--quiet']);
    const paced = ['--rate', '200/s'];
    const first = await runCli(['stream', ...rows, ...paced], { signalAtFirstByte: 'SIGINT' });
    assert.equal(first.code, 130);
    const position = /^fleetgen: interrupted: \d+ messages are delivered; .*--resume-from (\S+)\n$/.exec(
      first.stderr,
    )?.[1];
    assert.ok(position !== undefined, first.stderr);
    assert.ok(first.stdout.length < whole.stdout.length);
    const rest = await clis.run(['stream', ...rows, '--quiet', '--resume-from', position]);
    assert.equal(first.stdout + rest.stdout, whole.stdout);
  });

  it('continues immediately, with the same shift, where the shifted stream stopped', async () => {
    const day = ['--vehicles', '5', '--days', '1'];
    const records = (text: string): Record<string, unknown>[] =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const whole = records((await clis.run(['stream', ...day, '--quiet'])).stdout);
    const paced = ['--start-at', 'now', '--rate', '200/s'];
    const first = await runCli(['stream', ...day, ...paced], { signalAtFirstByte: 'SIGINT' });
    assert.equal(first.code, 130);
    const printed = /; go on with the same command but (--start-at \S+) and (--resume-from \S+)\n$/.exec(first.stderr);
    assert.ok(printed !== null, first.stderr);
    const flags = printed.slice(1).flatMap((flag) => flag.split(' '));
    const rest = await clis.run(['stream', ...day, '--quiet', ...flags]);
    const shifted = records(first.stdout + rest.stdout);
    const time = (record: Record<string, unknown> | undefined) => Date.parse(String(record?.received_at));
    const shift = time(shifted[0]) - time(whole[0]);
    assert.deepEqual(
      shifted.map((record) => [record.record_id, time(record) - shift]),
      whole.map((record) => [record.record_id, time(record)]),
    );
  });

  it('begins at the resume time, not at the start of the day', async () => {
    const noon = ['--resume-from', '2026-01-05T12:00:00Z', '--start-at', 'now'];
    const { stdout, stderr } = await clis.run(['stream', '--vehicles', '20', '--days', '1', ...noon]);
    const first = JSON.parse(stdout.split('\n')[0]!);
    assert.ok(Date.parse(first.received_at) <= Date.now() + 3_600_000, stderr);
  });

  it('shifts the timeline to now', async () => {
    const before = Date.now();
    const { stdout } = await clis.run(['stream', '--rows', '20', '--start-at', 'now']);
    const first = JSON.parse(stdout.split('\n')[0]!);
    // The first vehicle leaves at the start; its first record arrives a moment later.
    assert.ok(Date.parse(first.received_at) >= before);
    assert.ok(Date.parse(first.received_at) <= Date.now() + 3_600_000);
  });
});
