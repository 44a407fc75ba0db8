/** A TCP proxy in front of a server that injects network faults. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface Proxy {
  readonly port: number;
  /** Delays every chunk by this long, in both directions. */
  delay(ms: number): void;
  /** Blackholes the existing connections without telling either side; new ones work. */
  freeze(): void;
  /** Resets both sides of every connection. */
  reset(): void;
  /** From now on a connection is reset once its client has sent so many bytes, those before included. */
  cutAfter(bytes: number): void;
  /** Closes the server's side without telling the client: a half-open connection. */
  halfOpen(): void;
  close(): void;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

export async function openProxy(port: number): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let delayMs = 0;
  let maxBytes = Number.POSITIVE_INFINITY;
  const late = () =>
    new Transform({
      transform: (piece, _encoding, done) => {
        if (delayMs === 0) done(null, piece);
        else setTimeout(() => done(null, piece), delayMs);
      },
    });
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const pair = { client, upstream };
    pairs.add(pair);
    for (const socket of [client, upstream]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => pairs.delete(pair));
    }
    let sent = 0;
    client.on('data', ({ length }) => {
      sent += length;
      if (sent > maxBytes) resetPair(pair);
    });
    client.pipe(late()).pipe(upstream);
    upstream.pipe(late()).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const resetPair = ({ client, upstream }: Pair) => {
    for (const socket of [client, upstream]) socket.resetAndDestroy();
  };
  const hold = (socket: Socket) => socket.unpipe().pause();
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      delayMs = ms;
    },
    freeze: () => {
      for (const { client, upstream } of pairs) [client, upstream].forEach(hold);
    },
    reset: () => {
      pairs.forEach(resetPair);
    },
    cutAfter: (bytes) => {
      maxBytes = bytes;
    },
    halfOpen: () => {
      for (const { client, upstream } of pairs) {
        hold(upstream);
        upstream.destroy();
        hold(client);
      }
    },
    close: () => {
      server.close();
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
    },
  };
}
