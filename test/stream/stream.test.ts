import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { FleetgenError, generate, StreamError, type StreamOptions, stream } from '#src/index.js';
import { runCli, runProgram } from '../cli/run-cli.js';

const DAY = { vehicles: 5, days: 1, seed: 9 };

/** A Writable that keeps what it gets, as text. */
function collector(): Writable & { text: () => string } {
  const pieces: Buffer[] = [];
  const write = (piece: Buffer, _encoding: string, done: () => void) => {
    pieces.push(piece);
    setImmediate(done);
  };
  return Object.assign(new Writable({ write }), { text: () => Buffer.concat(pieces).toString() });
}

/** What the command prints for the same day. */
async function printed(...flags: string[]): Promise<string> {
  const args = ['stream', '--vehicles', '5', '--days', '1', '--seed', '9', '--quiet', ...flags];
  const { code, stdout, stderr } = await runCli(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

describe('the function stream', () => {
  it('writes into a Writable what the command prints, and leaves it open and without listeners', async () => {
    const to = collector();
    const before = to.listenerCount('error') + to.listenerCount('close');
    const summary = await stream({ ...DAY, to });
    const whole = await printed();
    assert.equal(to.text(), whole);
    assert.equal(summary.rows, whole.split('\n').length - 1);
    assert.equal(summary.bytes, Buffer.byteLength(whole));
    assert.equal(summary.seed, 9);
    await new Promise(setImmediate);
    assert.ok(to.writable);
    assert.equal(to.listenerCount('error') + to.listenerCount('close'), before);
  });

  it('waits for a slow reader', async () => {
    const to = new PassThrough({ highWaterMark: 1024 });
    let done = false;
    const running = stream({ ...DAY, to }).then(() => {
      done = true;
      to.end();
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(done, false);
    const lines = await text(to);
    await running;
    assert.equal(lines, await printed());
  });

  it('says how far it came when it is aborted, and goes on from there', async () => {
    const first = collector();
    const stopping = new AbortController();
    const onProgress = () => stopping.abort();
    const options = { ...DAY, startAt: new Date('2027-01-01T00:00:00Z') };
    let stopped: StreamError | undefined;
    await assert.rejects(stream({ ...options, to: first, rate: 500, signal: stopping.signal, onProgress }), (error) => {
      assert.ok(error instanceof StreamError);
      assert.deepEqual([error.code, error.exitCode], ['INTERRUPTED', 130]);
      stopped = error;
      return true;
    });
    assert.equal(stopped?.delivered, first.text().split('\n').length - 1);
    assert.ok(stopped.delivered > 0 && stopped.position !== undefined);
    const plain = collector();
    await stream({ ...DAY, to: plain, resumeFrom: stopped.position });
    const whole = await printed();
    assert.ok(whole.endsWith(plain.text()));
    assert.equal(plain.text().split('\n').length + stopped.delivered, whole.split('\n').length);
  });

  it('ends an endless stream with the reason of an abort', async () => {
    const reason = new FleetgenError('ENOUGH', 'enough', 143);
    const aborted = new AbortController();
    setTimeout(() => aborted.abort(reason), 500);
    await assert.rejects(stream({ vehicles: 3, to: collector(), signal: aborted.signal }), { exitCode: 143 });
    await assert.rejects(stream({ vehicles: 3, to: collector(), signal: AbortSignal.abort(reason) }), reason);
    const plain = { code: 'INTERRUPTED', exitCode: 130 };
    await assert.rejects(stream({ vehicles: 3, to: collector(), signal: AbortSignal.abort() }), plain);
  });

  it('fails with the error of the Writable', async () => {
    let writes = 0;
    const write = (_piece: Buffer, _encoding: string, done: (error?: Error) => void) =>
      done(++writes > 1 ? new Error('the disk is full') : undefined);
    const failing = stream({ vehicles: 20, days: 5, to: new Writable({ write }) });
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof StreamError);
      assert.equal(error.code, 'WRITE_FAILED');
      assert.match(error.message, /^cannot write the Writable: the disk is full; \d+ messages are delivered; /);
      assert.ok(error.delivered > 0);
      return true;
    });
    const stuck = new Writable({ write: () => {} });
    setTimeout(() => stuck.destroy(), 300);
    await assert.rejects(stream({ ...DAY, to: stuck }), { code: 'WRITE_FAILED', exitCode: 1 });
  });

  it('replays a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
    try {
      const from = join(folder, 'fleet.parquet');
      await generate({ ...DAY, to: from });
      const to = collector();
      await stream({ from, to });
      assert.equal(to.text(), await printed());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes a scenario by its name', async () => {
    const to = collector();
    await stream({ rows: 10, scenario: 'autonomous', to });
    assert.ok('perception_confidence' in JSON.parse(to.text().split('\n')[0]!));
  });

  it('writes to standard output when asked, and nothing else', async () => {
    const program = (
      to: string,
    ) => `const { stream } = await import(${JSON.stringify(import.meta.resolve('#src/index.js'))});
      const { Writable } = await import('node:stream');
      await stream({ rows: 3, to: ${to} });`;
    const run = (to: string) => runProgram(process.execPath, ['--input-type=module', '-e', program(to)]);
    const silent = await run('new Writable({ write: (piece, encoding, done) => done() })');
    assert.deepEqual(silent, { code: 0, stdout: '', stderr: '' });
    const { code, stdout, stderr } = await run(`'-'`);
    assert.deepEqual([code, stdout.split('\n').length, stderr], [0, 4, '']);
  });

  const kafka = 'kafka://127.0.0.1:1/fleet';
  for (const [options, message] of [
    [{}, /^to is null: give kafka:\/\/host:port\/topic, a Writable, or - for standard output$/],
    [{ to: 5 }, /^to is 5: /],
    [{ to: 'fleet.csv' }, /^--to "fleet.csv" is not a target that stream knows/],
    [{ to: '-', speeed: 5 }, /^unknown option "speeed": did you mean speed\?$/],
    [{ to: '-', range: [0, 5] }, /^unknown option "range"/],
    [{ to: '-', speed: 0 }, /^speed is 0: give a factor above 0/],
    [{ to: '-', speed: '60x' }, /^speed is "60x": give a factor/],
    [{ to: '-', rate: 0.5 }, /^rate is 0.5: give messages per second/],
    [{ to: '-', speed: 2, rate: 10 }, /both set the pace: give one of them$/],
    [{ to: '-', batchEveryMs: 5 }, /needs a pace/],
    [{ to: '-', rate: 5, batchEveryMs: 0 }, /^batchEveryMs is 0: give a whole number from 1 to 3600000, such as 5000$/],
    [{ to: '-', startAt: 'noon' }, /^startAt is "noon": give now or a valid Date$/],
    [{ to: '-', resumeFrom: new Date(Number.NaN) }, /^resumeFrom is an object: give a valid Date$/],
    [{ to: '-', workers: 2 }, /^--workers has no effect on standard output/],
    [{ to: collector(), kafka: {} }, /^the option kafka has no effect on a Writable/],
    [{ to: '-', from: 'x.csv', rows: 5 }, /^--rows has no effect with this --from: it is for --from simulate$/],
    [{ to: '-', table: 't' }, /^--table has no effect/],
    [{ to: '-', rows: 'x' }, /^rows is "x": give a whole number/],
    [{ to: '-', onProgress: 1 }, /^onProgress is 1: give a function$/],
    [{ to: '-', signal: 1 }, /^signal is 1: give an AbortController's signal$/],
    [{ to: kafka, kafka: 5 }, /^kafka is 5: give an object of options$/],
    [{ to: kafka, kafka: { compresion: 'lz4' } }, /^unknown option "compresion": did you mean compression\?$/],
    [
      { to: kafka, kafka: { compression: 'zstd' } },
      /^kafka.compression is "zstd": give one of none, gzip, snappy, lz4$/,
    ],
    [{ to: kafka, kafka: { createTopic: {} } }, /^kafka.createTopic.partitions is null: give a whole number from 1/],
    [{ to: kafka, kafka: { tls: 'on' } }, /^kafka.tls is "on": give an object of options$/],
    [
      { to: kafka, kafka: { sasl: { mechanism: 'plain', user: 'u', password: 7 } } },
      /^kafka.sasl needs a mechanism \(plain/,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(options, (key, value) => (key === 'to' && typeof value === 'object' ? 'Writable' : value))}`, () =>
      assert.rejects(stream(options as unknown as StreamOptions), { exitCode: 2, message }));
  }
});
