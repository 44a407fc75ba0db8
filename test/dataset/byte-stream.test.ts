import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { type ByteStreamOptions, FleetgenError, type OpenDataset, openDataset } from '#src/index.js';
import { CLI } from '../cli/run-cli.js';

const ROWS = 100_000;
const run = promisify(execFile);

/** Threads that the process runs now, beside its own. */
function workers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;
}

/** Whatever error closes it. */
async function closed(stream: Readable): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('the bytes of an opened dataset', () => {
  let dataset: OpenDataset;
  before(async () => {
    dataset = await openDataset({ rows: ROWS, seed: 3, firstRecordId: 10 });
  });

  const choices: [options: ByteStreamOptions, flags: string][] = [
    [{ format: 'csv' }, '--format csv'],
    [{ format: 'csv', header: false, workers: 1 }, '--format csv --no-header'],
    [{ format: 'ndjson' }, '--format ndjson'],
    [
      { format: 'parquet', codec: 'none', decimals: true, rowGroupRows: 20_000 },
      '--format parquet --codec none --decimals --row-group-rows 20000',
    ],
    [{ format: 'arrow' }, '--format arrow'],
  ];
  for (const [options, flags] of choices) {
    it(`are those of generate --to - ${flags}`, async () => {
      const args = `generate --rows ${ROWS} --seed 3 --first-record-id 10 --to - --quiet ${flags}`;
      const told = { encoding: 'buffer', maxBuffer: 1e9 } as const;
      const { stdout } = await run(process.execPath, [CLI, ...args.split(' ')], told);
      assert.equal(sha256(await buffer(dataset.stream(options))), sha256(stdout));
    });
  }

  it('are a table of Arrow', async () => {
    const table = await tableFromIPC(dataset.arrow());
    assert.equal(table.numRows, ROWS);
    const fields = table.schema.fields.map(({ name }) => name);
    assert.deepEqual(
      fields,
      dataset.columns.map(({ name }) => name),
    );
  });

  it('wait for a slow reader', async () => {
    const stream = dataset.stream({ format: 'ndjson', workers: 1 });
    await once(stream, 'readable');
    await sleep(1500);
    const held = stream.readableLength;
    assert.ok(held > 0 && held <= 1024 * 1024, `${held} bytes wait for their reader`);
    assert.equal((await buffer(stream)).length, (await buffer(dataset.stream({ format: 'ndjson' }))).length);
  });

  it('end with their threads when the reader stops', async () => {
    const idle = workers();
    const stream = dataset.stream({ format: 'csv' });
    for await (const piece of stream) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.ok(stream.destroyed);
    await closed(stream);
    assert.equal(workers(), idle);
  });

  it('end when the writer behind them fails', async () => {
    const full = new Writable({ write: (_piece, _encoding, done) => done(new Error('the disk is full')) });
    const stream = dataset.stream({ format: 'csv' });
    await assert.rejects(pipeline(stream, full), /the disk is full/);
    await closed(stream);
  });

  it('start no thread before they are read', async () => {
    const idle = workers();
    const stream = dataset.stream({ format: 'csv' });
    await sleep(50);
    assert.equal(workers(), idle);
    stream.destroy();
    await once(stream, 'close');
  });

  it('end with the reason of an abort, before, while and without being read', async () => {
    const reason = new FleetgenError('ENOUGH', 'enough', 1);
    await assert.rejects(buffer(dataset.stream({ format: 'csv', signal: AbortSignal.abort(reason) })), reason);
    const stopping = new AbortController();
    const stream = dataset.stream({ format: 'csv', signal: stopping.signal });
    await once(stream, 'readable');
    stopping.abort();
    await assert.rejects(buffer(stream), { code: 'INTERRUPTED', exitCode: 130 });
    const unread = new AbortController();
    const waiting = dataset.stream({ format: 'csv', signal: unread.signal });
    unread.abort(reason);
    const [error] = await once(waiting, 'error');
    assert.equal(error, reason);
  });

  it('can be none', async () => {
    const empty = await openDataset({ rows: 10, range: [5, 5] });
    const header = `${empty.columns.map(({ name }) => name).join(',')}\n`;
    assert.equal((await buffer(empty.stream({ format: 'csv' }))).toString(), header);
  });

  it('refuse options that make no sense', () => {
    for (const [options, message] of [
      [{}, /^format is null: give one of csv, ndjson, parquet, arrow$/],
      [{ format: 'xml' }, /^format is "xml": give one of/],
      [{ format: 'csv', codec: 'none' }, /^CSV has no codec: leave out --codec$/],
      [{ format: 'csv', workers: 0 }, /^workers is 0: give a whole number/],
      [{ format: 'csv', signal: true }, /^signal is true: give an AbortController's signal$/],
      [{ format: 'csv', columns: ['speed_kmh'] }, /^unknown option "columns"/],
      [undefined, /^stream's argument is undefined/],
    ] as const) {
      assert.throws(() => dataset.stream(options as ByteStreamOptions), { exitCode: 2, code: 'BAD_OPTION', message });
    }
  });
});
