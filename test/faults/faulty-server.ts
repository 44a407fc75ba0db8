/** A real server for one test that can be crashed and restarted during a load. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbedded } from '#src/embedded/open.js';
import { resetEmbedded } from '#src/embedded/stop.js';
import { query, value } from '../integration/postgres-fixture.js';

export interface FaultyServer {
  readonly home: string;
  readonly url: string;
  /** Makes an empty database and returns its URL. */
  database(): Promise<string>;
  /**
   * Kills one backend of the database that copies rows; the server then drops all others and whatever it has not
   * flushed, and recovers. False when there was none.
   */
  crash(url: string): Promise<boolean>;
  /** Immediate stop, a while without a server, and a start on the same port. */
  restart(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultyServer(): Promise<FaultyServer> {
  const home = await mkdtemp(join(tmpdir(), 'fleetgen-faults-'));
  let server = await openEmbedded({ home });
  const { url } = server;
  const folder = String(await value(url, 'SHOW data_directory'));
  let made = 0;
  return {
    home,
    url,
    async database() {
      const name = `test_${++made}`;
      await query(url, `CREATE DATABASE ${name}`);
      return url.replace(/[^/]*$/, name);
    },
    async crash(database) {
      const pid = await value(database, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%' LIMIT 1").catch(
        () => undefined,
      );
      if (typeof pid !== 'number') return false;
      process.kill(pid, 'SIGKILL');
      return true;
    },
    async restart(downMs) {
      const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGQUIT');
      while (await isAlive(pid)) await sleep(10);
      await sleep(downMs);
      const before = server;
      server = await openEmbedded({ home });
      if (server.url !== before.url) throw new Error('the server came back on another port');
    },
    async stop() {
      await server.stop();
      await resetEmbedded(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    // A zombie process still exists, but has no command line.
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')) !== '';
  } catch {
    return false;
  }
}
