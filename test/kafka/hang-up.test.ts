/** A broker that expects TLS, or plaintext, closes the connection: every form of that gives the same message. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { startClis } from '../cli/run-cli.js';

const HANG_UPS: Readonly<Record<string, (socket: Socket) => void>> = {
  'an end at once': (socket) => socket.end(),
  'a reset at once': (socket) => socket.resetAndDestroy(),
  'an end at the first bytes': (socket) => socket.once('data', () => socket.end()),
  'a reset at the first bytes': (socket) => socket.once('data', () => socket.resetAndDestroy()),
};

describe('stream into a broker that hangs up', () => {
  const clis = startClis();
  after(() => clis.close());

  for (const [how, hangUp] of Object.entries(HANG_UPS)) {
    for (const [flags, wanted] of [
      [[], '--tls or --sasl'],
      [['--tls'], '--sasl or --tls-cert and --tls-key or no TLS'],
    ] as const) {
      it(`says which options may be needed after ${how} (${flags[0] ?? 'no TLS'})`, async () => {
        const server = createServer((socket) => {
          socket.on('error', () => {});
          hangUp(socket);
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        const to = `kafka://127.0.0.1:${(server.address() as AddressInfo).port}/t`;
        const { code, stderr } = await clis.run(['stream', '--rows', '10', '--to', to, ...flags]);
        server.close();
        assert.equal(stderr, `fleetgen: ${to} closed the connection: it may need ${wanted}, or be starting up\n`);
        assert.equal(code, 1);
      });
    }
  }
});
