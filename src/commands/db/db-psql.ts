/** Hands the terminal to the system's psql, logged in to the embedded server. */
import { spawn } from 'node:child_process';
import { runError } from '../../base/errors.js';
import { standardOutput } from '../../base/standard-output.js';
import { openEmbedded } from '../../embedded/open.js';

/** Throws FleetgenError if psql is not installed, or if its exit code is not 0. */
export async function runPsql(args: readonly string[]): Promise<void> {
  standardOutput();
  const server = await openEmbedded({ stays: true });
  const { host, port, user, password, database } = server.connection;
  // Ctrl-C at psql's prompt cancels a query there; it must not end this process.
  const listeners = process.listeners('SIGINT');
  const ignore = (): void => {};
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      // The environment, unlike arguments, is not shown to other users of the machine.
      const login = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
      const child = spawn('psql', args, { stdio: 'inherit', env: { ...withoutLibpqSettings(), ...login } });
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw runError('PSQL_FAILED', `psql ended with code ${code ?? 'none (a signal)'}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw runError(
      'PSQL_MISSING',
      'this system has no psql: use fleetgen db query "SQL", or install a PostgreSQL client',
      error,
    );
  } finally {
    process.removeListener('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
    await server.stop();
  }
}

/** PGSERVICE, PGOPTIONS and their like are meant for another server. */
function withoutLibpqSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
}
