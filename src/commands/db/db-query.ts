/** `fleetgen db query`: SQL in, rows out, in bounded memory however many there are. */
import { text } from 'node:stream/consumers';
import { type FleetgenError, requestError, runError } from '../../base/errors.js';
import { standardOutput } from '../../base/standard-output.js';
import { openEmbedded } from '../../embedded/open.js';
import { connectClient } from '../../pg/client.js';
import { serverError } from '../../pg/server-error.js';
import { createJsonPrinter } from './db-json.js';
import { ResultReader } from './db-results.js';
import { createTablePrinter } from './db-table.js';

const DEFAULT_WIDTH = 80;

/**
 * Runs one or more statements on the embedded server. Throws FleetgenError; for invalid SQL with the server's message.
 */
export async function runQuery(argument: string | undefined, json: boolean): Promise<void> {
  // yargs gives a lone dash, the usual name of standard input, as an empty argument.
  const sql = argument || (process.stdin.isTTY ? '' : await text(process.stdin));
  if (sql.trim() === '') throw requestError('SQL_EMPTY', 'db query needs SQL, as in: fleetgen db query "select 1"');
  if (/^\s*\\/.test(sql)) {
    throw requestError('SQL_BACKSLASH', `${sql.trim().split(/\s/)[0]} is for psql, not SQL: use fleetgen db psql`);
  }
  const out = standardOutput();
  const server = await openEmbedded({ stays: true });
  try {
    const client = await connectClient({ ...server.connection, applicationName: 'fleetgen db query' });
    // The user's own SQL should see the rows that the role sees, as in psql.
    await client.query('RESET row_security');
    client.on('notice', (notice) => process.stderr.write(`${notice.message ?? ''}\n`));
    const printer = json ? createJsonPrinter() : createTablePrinter(terminalWidth());
    const reader = new ResultReader(sql, printer, out);
    try {
      client.query(reader);
      await reader.done;
    } finally {
      await client.end();
    }
  } catch (error) {
    throw sqlError(error) ?? serverError(error, 'the embedded PostgreSQL');
  } finally {
    await server.stop();
  }
}

function terminalWidth(): number {
  return process.stdout.columns || Number(process.env.COLUMNS) || DEFAULT_WIDTH;
}

interface DatabaseError {
  readonly message: string;
  readonly severity?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
}

/** Undefined for errors that are not about the SQL: a lost connection, a server shutting down. */
function sqlError(error: unknown): FleetgenError | undefined {
  const { message, severity, code = '', detail, hint, position } = error as DatabaseError;
  if (severity === undefined || /^(57P|08|53)/.test(code)) return undefined;
  const parts = [
    `SQL: ${message}`,
    position === undefined ? '' : ` (character ${position} of the SQL)`,
    detail === undefined ? '' : ` (${detail})`,
    hint === undefined ? '' : `; ${hint}`,
  ];
  return runError('SQL_FAILED', parts.join('').replace(/\s*\n\s*/g, ' '), error);
}
