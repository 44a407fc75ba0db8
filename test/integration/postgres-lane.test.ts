import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { from as copyFrom } from 'pg-copy-streams';
import type { ShardSink } from '../../src/sinks/sink.js';
import type { Load, LoadTarget } from '../../src/sinks/target.js';
import {
  connect,
  csvOf,
  dataset,
  laneOf,
  loadOf,
  loadShard,
  query,
  relations,
  sendRows,
  startServer,
  type TestServer,
  target,
  value,
} from './postgres-fixture.js';

const COPYING = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()`;

describe('a lane into PostgreSQL', () => {
  let server: TestServer;
  let url: string;
  let place: LoadTarget;
  let lane: ShardSink;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const open = async (load: Load, through?: string) => {
    url = await server.database();
    place = target(through === undefined ? url : url.replace(/@[^/]*/, `@${through}`));
    await place.open(load);
    lane = laneOf(place, load);
  };
  const buildTable = async () => (await relations(url)).find((name) => /^fleet__new_[0-9a-f]{8}$/.test(name))!;

  it('hands no buffer back while its bytes still wait, however small and slow', async () => {
    const slow = await slowProxy(() => Number(new URL(url).port));
    const data = dataset(6000);
    const load = loadOf(data, 0, 6000, 6000);
    await open(load, slow.address);
    try {
      await lane.begin(load.shards[0]!);
      const digest = await sendRows(lane, data, load.shards[0]!, 3001);
      await lane.commit(digest);
      await lane.close();
      await query(url, `CREATE TABLE expected (LIKE "${await buildTable()}")`);
      const client = await connect(url);
      const copy = client.query(copyFrom('COPY expected FROM STDIN WITH (FORMAT csv)'));
      await pipeline([Buffer.from(csvOf(data, 0, 6000))], copy);
      await client.end();
      const difference = `TABLE expected EXCEPT ALL TABLE "${await buildTable()}"`;
      assert.equal(await value(url, `SELECT count(*) FROM (${difference}) d`), '0');
      assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '6000');
    } finally {
      await place.abort();
      slow.close();
    }
  });

  it('uses a bounded number of buffers', async () => {
    const load = loadOf(dataset(4000), 0, 4000, 4000);
    await open(load);
    await lane.begin(load.shards[0]!);
    const bytes = csvOf(load.dataset, 0, 4000);
    const seen = new Set<Uint8Array>();
    let buffer = new Uint8Array(4096);
    for (let at = 0; at < bytes.length; at += 4096) {
      seen.add(buffer);
      buffer.set(bytes.subarray(at, at + 4096));
      buffer = await lane.write(buffer, Math.min(4096, bytes.length - at));
    }
    assert.ok(seen.size <= 4, `${seen.size} buffers`);
    await lane.commit({ rows: 4000, bytes: bytes.length, sha256: '' });
    await lane.close();
    await place.abort();
  });

  it('stores nothing of a shard whose bytes are bad, and goes on with the next', async () => {
    const load = loadOf(dataset(1000));
    await open(load);
    await lane.begin(load.shards[0]!);
    const failing = async () => {
      let buffer = new Uint8Array(65536);
      const good = csvOf(load.dataset, 0, 200);
      buffer.set(good);
      buffer = await lane.write(buffer, good.length);
      buffer.set(Buffer.from('not,a,row\n'));
      buffer = await lane.write(buffer, 10);
      // The server's answer comes whenever it comes: more writes, or the commit, meet it.
      for (let i = 0; i < 20; i++) buffer = await lane.write(buffer, 10);
      await lane.commit({ rows: 221, bytes: 0, sha256: '' });
    };
    await assert.rejects(failing(), { exitCode: 1, message: /invalid input syntax for type bigint: "not"/ });
    await lane.abort();
    await loadShard(lane, load.dataset, load.shards[1]!);
    await lane.close();
    assert.deepEqual(await query(url, 'SELECT range_from FROM fleetgen_shard'), [{ range_from: '500' }]);
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '500');
    await place.abort();
  });

  it('does not commit when the server counted other rows than were sent', async () => {
    const load = loadOf(dataset(500));
    await open(load);
    await lane.begin(load.shards[0]!);
    const digest = await sendRows(lane, load.dataset, load.shards[0]!, 65536);
    await assert.rejects(lane.commit({ ...digest, rows: 501 }), { exitCode: 1, message: /stored 500 of the 501 rows/ });
    await lane.abort();
    assert.equal(await value(url, 'SELECT count(*) FROM fleetgen_shard'), '0');
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '0');
    await place.abort();
  });

  it('says so when its backend is ended, and works again after an abort', async () => {
    const load = loadOf(dataset(500));
    await open(load);
    await lane.begin(load.shards[0]!);
    let buffer = await lane.write(new Uint8Array(65536), 0);
    while ((await query(url, COPYING)).length === 0);
    await query(url, `SELECT pg_terminate_backend(pid) FROM (${COPYING}) c`);
    const writing = async () => {
      while (true) buffer = await lane.write(buffer, 0);
    };
    await assert.rejects(writing(), { exitCode: 1, code: 'PG_CONNECTION_LOST' });
    await lane.abort();
    await loadShard(lane, load.dataset, load.shards[0]!);
    await lane.close();
    assert.equal(await value(url, `SELECT count(*) FROM "${await buildTable()}"`), '500');
    await place.abort();
  });

  it('ends a write that waits when it is aborted, and leaves no backend', async () => {
    const stuck = await slowProxy(() => Number(new URL(url).port));
    const load = loadOf(dataset(500));
    await open(load, stuck.address);
    await lane.begin(load.shards[0]!);
    stuck.stall();
    const writing = async () => {
      let buffer = new Uint8Array(1 << 20).fill(0x31);
      while (true) buffer = await lane.write(buffer, buffer.length);
    };
    const failed = assert.rejects(writing(), { exitCode: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await lane.abort();
    await failed;
    stuck.close();
    await place.abort();
    while ((await query(url, COPYING)).length > 0);
  });
});

interface Proxy {
  /** host:port */
  readonly address: string;
  /** From now on nothing that the client sends is read. */
  stall(): void;
  close(): void;
}

/** Passes bytes on both ways, the client's in pieces of 2000 with a turn of the event loop between them. */
async function slowProxy(port: () => number): Promise<Proxy> {
  const sockets: Socket[] = [];
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connectSocket(port(), '127.0.0.1');
    sockets.push(client, upstream);
    upstream.pipe(client);
    const inPieces = async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        for (let at = 0; at < piece.length; at += 2000) {
          yield piece.subarray(at, at + 2000);
          await new Promise((resolve) => setImmediate(resolve));
        }
        while (stalled) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    upstream.on('error', () => undefined);
    client.on('error', () => undefined);
    pipeline(client, inPieces, upstream).catch(() => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall: () => {
      stalled = true;
    },
    close: () => {
      stalled = false;
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
