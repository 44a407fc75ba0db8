/** Where --metrics-port listens: the metrics of a run are only served locally unless an address is given. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces, platform } from 'node:os';
import { describe, it } from 'node:test';
import { openListeners } from '#src/commands/generate/run-listeners.js';

/** IPv4 addresses of this machine other than 127.0.0.1. Linux has all of 127.0.0.0/8. */
const OTHERS = [
  ...(platform() === 'linux' ? ['127.0.0.2'] : []),
  ...Object.values(networkInterfaces())
    .flatMap((all) => (all ?? []).filter((one) => !one.internal && one.family === 'IPv4'))
    .map((one) => one.address),
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

describe('--metrics-port', () => {
  it('listens only on 127.0.0.1 by default', async () => {
    const port = await freePort();
    const listeners = await openListeners({ 'metrics-port': String(port) }, () => {});
    try {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      assert.equal(response.status, 200);
      assert.match(await response.text(), /^fleetgen_rows_total 0$/m);
      for (const address of [...OTHERS, '::1']) assert.equal(await answers(address, port), false, address);
    } finally {
      listeners.close();
    }
    assert.equal(await answers('127.0.0.1', port), false);
  });

  it('listens on the address it is given', async () => {
    const port = await freePort();
    const listeners = await openListeners({ 'metrics-port': `0.0.0.0:${port}` }, () => {});
    try {
      for (const address of ['127.0.0.1', ...OTHERS]) assert.equal(await answers(address, port), true, address);
    } finally {
      listeners.close();
    }
  });

  for (const text of ['', ':9464', '0', '65536', '9464x', '127.0.0.1:', '-1', '1e3']) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.rejects(
        openListeners({ 'metrics-port': text }, () => {}),
        { code: 'BAD_OPTION', exitCode: 2 },
      ));
  }
});
