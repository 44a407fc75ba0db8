import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { from as copyFrom } from 'pg-copy-streams';
import type { Load, LoadTarget } from '#src/sinks/load-target.js';
import type { ShardSink } from '#src/sinks/shard-sink.js';
import {
  connect,
  csvOf,
  dataset,
  loadOf,
  loadShard,
  query,
  relations,
  sendRows,
  sinkOf,
  startServer,
  type TestServer,
  target,
  value,
} from '../../postgres-fixture.js';

const COPYING = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()`;

describe('a sink into PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  let place: LoadTarget;
  let sink: ShardSink;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const open = async (load: Load, proxyFolder?: string) => {
    url = await server.database();
    place = target(proxyFolder === undefined ? url : `${url.replace(/@[^/]*/, '@')}?host=${proxyFolder}`);
    await place.open(load);
    sink = sinkOf(place, load);
  };
  const buildTable = async () => (await relations(url)).find((name) => /^fleet__new_[0-9a-f]{8}$/.test(name))!;

  it('returns no buffer while its bytes are queued, however small and slow', async (t) => {
    const proxy = await stallingProxy(() => Number(new URL(url).port));
    t.after(() => proxy.close());
    const data = dataset(10_000);
    const load = loadOf(data, 0, data.rows, data.rows);
    await open(load, proxy.folder);
    await sink.begin(load.shards[0]!);
    while ((await query(url, COPYING)).length === 0);
    proxy.stall();
    let pieces = 0;
    const write: ShardSink['write'] = (buffer, length) => {
      pieces++;
      return sink.write(buffer, length);
    };
    const sending = sendRows({ write }, data, load.shards[0]!, 3001);
    sending.catch(() => undefined);
    for (let before = -1; before !== pieces; ) {
      before = pieces;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    proxy.resume();
    await sink.commit(await sending);
    await sink.close();
    const built = await buildTable();
    await query(url, `CREATE TABLE expected (LIKE "${built}")`);
    const client = await connect(url);
    const copy = client.query(copyFrom('COPY expected FROM STDIN WITH (FORMAT csv)'));
    await pipeline([Buffer.from(csvOf(data, 0, data.rows))], copy);
    await client.end();
    assert.equal(await value(url, `SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE "${built}") d`), '0');
    assert.equal(await value(url, `SELECT count(*) FROM "${built}"`), String(data.rows));
    await place.abort();
  });

  it('uses a bounded number of buffers', async () => {
    const load = loadOf(dataset(4000), 0, 4000, 4000);
    await open(load);
    await sink.begin(load.shards[0]!);
    const bytes = csvOf(load.dataset, 0, 4000);
    const seen = new Set<Uint8Array>();
    let buffer = new Uint8Array(4096);
    for (let at = 0; at < bytes.length; at += 4096) {
      seen.add(buffer);
      buffer.set(bytes.subarray(at, at + 4096));
      buffer = await sink.write(buffer, Math.min(4096, bytes.length - at));
    }
    assert.ok(seen.size <= 4, `${seen.size} buffers`);
    await sink.commit({ rows: 4000, bytes: bytes.length, digest: '' });
    await sink.close();
    await place.abort();
  });

  it('stores nothing of a shard with invalid bytes, and continues with the next', async () => {
    const load = loadOf(dataset(1000));
    await open(load);
    await sink.begin(load.shards[0]!);
    const failing = async () => {
      let buffer = new Uint8Array(65536);
      const good = csvOf(load.dataset, 0, 200);
      buffer.set(good);
      buffer = await sink.write(buffer, good.length);
      buffer.set(Buffer.from('not,a,row\n'));
      buffer = await sink.write(buffer, 10);
      // The server's answer may arrive during a further write or the commit.
      for (let i = 0; i < 20; i++) buffer = await sink.write(buffer, 10);
      await sink.commit({ rows: 221, bytes: 0, digest: '' });
    };
    await assert.rejects(failing(), { exitCode: 1, message: /invalid input syntax for type bigint: "not"/ });
    await sink.abort();
    await loadShard(sink, load.dataset, load.shards[1]!);
    await sink.close();
    assert.deepEqual(await query(url, 'SELECT range_from FROM fleetgen_shard'), [{ range_from: '500' }]);
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '500');
    await place.abort();
  });

  it('does not commit when the server counted a different number of rows', async () => {
    const load = loadOf(dataset(500));
    await open(load);
    await sink.begin(load.shards[0]!);
    const digest = await sendRows(sink, load.dataset, load.shards[0]!, 65536);
    await assert.rejects(sink.commit({ ...digest, rows: 501 }), { exitCode: 1, message: /took 500 of the 501 rows/ });
    await sink.abort();
    assert.equal(await value(url, 'SELECT count(*) FROM fleetgen_shard'), '0');
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '0');
    await place.abort();
  });

  it('reports that its backend was terminated, and works again after an abort', async () => {
    const load = loadOf(dataset(500));
    await open(load);
    await sink.begin(load.shards[0]!);
    let buffer = await sink.write(new Uint8Array(65536), 0);
    while ((await query(url, COPYING)).length === 0);
    await query(url, `SELECT pg_terminate_backend(pid) FROM (${COPYING}) c`);
    const writing = async () => {
      while (true) buffer = await sink.write(buffer, 0);
    };
    await assert.rejects(writing(), { exitCode: 1, code: 'PG_CONNECTION_LOST' });
    await sink.abort();
    await loadShard(sink, load.dataset, load.shards[0]!);
    await sink.close();
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '500');
    await place.abort();
  });

  it('ends a waiting write when it is aborted, and leaves no backend', async (t) => {
    const stuck = await stallingProxy(() => Number(new URL(url).port));
    t.after(() => stuck.close());
    const load = loadOf(dataset(500));
    await open(load, stuck.folder);
    await sink.begin(load.shards[0]!);
    while ((await query(url, COPYING)).length === 0);
    stuck.stall();
    const writing = async () => {
      let buffer = new Uint8Array(1 << 20).fill(0x31);
      while (true) buffer = await sink.write(buffer, buffer.length);
    };
    const failed = assert.rejects(writing(), { exitCode: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sink.abort();
    await failed;
    await place.abort();
    while ((await query(url, COPYING)).length > 0);
  });
});

interface Proxy {
  /** The folder of its socket, under the default port's name. */
  readonly folder: string;
  /** From now on nothing that the client sends is read. */
  stall(): void;
  resume(): void;
  close(): void;
}

/** Forwards bytes in both directions from a Unix socket: TCP's buffers can hold more than a test should send. */
async function stallingProxy(port: () => number): Promise<Proxy> {
  const pairs: { client: Socket; upstream: Socket }[] = [];
  const server = createServer((client) => {
    const upstream = connectSocket(port(), '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
    pairs.push({ client, upstream });
  });
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-proxy-'));
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  return {
    folder,
    stall: () => {
      for (const { client, upstream } of pairs) client.unpipe(upstream).pause();
    },
    resume: () => {
      for (const { client, upstream } of pairs) client.pipe(upstream);
    },
    close: () => {
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
