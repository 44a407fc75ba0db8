/**
 * The server's main process, seen from outside through its pid file: find it, start it, stop it. A server outlives the
 * process that started it, so nothing here relies on being its parent.
 */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runError } from '../../base/errors.js';
import type { ServerUser } from './run-program.js';
import { type ProgramResult, runProgram } from './run-program.js';
import { isAlive, isServerProcess, terminateOrphans } from './server-processes.js';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False while it starts up, recovers or shuts down. */
  readonly ready: boolean;
}

const START_SECONDS = 120;
const STOP_MS = 120_000;
/** A server that is starting or recovering has nothing to finish: the next start recovers as well. */
const STARTING_STOP_MS = 1000;
const IMMEDIATE_STOP_MS = 10_000;
const POLL_MS = 10;

/** The live server of a data folder, or undefined if none runs, whatever a stale pid file says. */
export async function findPostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(pidFileOf(dataFolder), 'utf8').catch(() => '');
  // Line 1 is the process id, 4 the port, 8 the state; the rest describes sockets and shared memory.
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!isAlive(pid) || !(await isServerProcess(pid, dataFolder))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Waits until a server that was found starting up is ready. Throws FleetgenError if it ends or takes too long, and the
 * signal's reason.
 */
export async function waitUntilReady(dataFolder: string, signal?: AbortSignal): Promise<Postmaster> {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const found = await findPostmaster(dataFolder);
    if (found?.ready) return found;
    if (found === undefined || Date.now() > deadline) {
      throw startError(await lastComplaint(logIn(dataFolder), 0));
    }
    await sleep(POLL_MS);
  }
}

export interface StartOptions {
  readonly binFolder: string;
  /** The folder of data/ and the settings file. */
  readonly instanceFolder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  /** Name of the settings file in the instance folder. */
  readonly settingsFile: string;
  readonly user: ServerUser | undefined;
  /** Aborts the start and stops what was started. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the server and waits until it is ready. Throws FleetgenError with the log's last error, or the signal's
 * reason; no server is left running.
 */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const { signal } = options;
  await terminateOrphans(options.dataFolder, signal);
  await removeMisleadingPidFile(options.dataFolder);
  const logged = await sizeOf(options.logFile);
  // Names relative to the working directory: pg_ctl puts them into a shell command, where a path could break.
  signal?.throwIfAborted();
  const started = runProgram(
    join(options.binFolder, 'pg_ctl'),
    [
      ...['start', '--silent', '--wait', '--timeout', String(START_SECONDS)],
      ...['--pgdata', 'data', '--log', join('data', 'server.log')],
      ...['--options', `-c config_file=${options.settingsFile}`],
    ],
    { user: options.user, cwd: options.instanceFolder },
  );
  const outcome = await stoppedOnAbort(started, options.dataFolder, signal);
  const found = await findPostmaster(options.dataFolder);
  if (outcome.code === 0 && found?.ready && !signal?.aborted) return found;
  if (found !== undefined) await stopPostmaster(found, options.dataFolder, STARTING_STOP_MS);
  signal?.throwIfAborted();
  const said = outcome.stderr.trim().split('\n').at(0) || outcome.error?.message;
  throw startError((await lastComplaint(options.logFile, logged)) ?? said, options.logFile);
}

/**
 * pg_ctl waits for the server but doesn't stop it when killed: an abort stops the server once it has a pid file, and
 * pg_ctl then ends.
 */
async function stoppedOnAbort(
  started: Promise<ProgramResult>,
  dataFolder: string,
  signal: AbortSignal | undefined,
): Promise<ProgramResult> {
  let running = true;
  const outcome = started.finally(() => {
    running = false;
  });
  while (running && !signal?.aborted) await Promise.race([outcome, sleep(POLL_MS)]);
  while (running) {
    const found = await findPostmaster(dataFolder);
    if (found !== undefined) await stopPostmaster(found, dataFolder, STARTING_STOP_MS);
    await Promise.race([outcome, sleep(POLL_MS)]);
  }
  return await outcome;
}

/**
 * Shuts a server down: open transactions are rolled back, committed data is written to disk. After `timeoutMs`
 * (milliseconds) the shutdown is immediate, with recovery at the next start. Throws FleetgenError if the server does
 * not end.
 */
export async function stopPostmaster(
  server: Postmaster,
  dataFolder: string,
  timeoutMs = server.ready ? STOP_MS : STARTING_STOP_MS,
): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, after which it recovers from its log.
  if (await signalled(server.pid, 'SIGINT', dataFolder, timeoutMs)) return;
  if (await signalled(server.pid, 'SIGQUIT', dataFolder, IMMEDIATE_STOP_MS)) return;
  throw runError(
    'EMBEDDED_STOP',
    `the embedded PostgreSQL (pid ${server.pid}) does not stop: end it with kill -QUIT ${server.pid}`,
  );
}

async function signalled(pid: number, signal: NodeJS.Signals, dataFolder: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw runError('EMBEDDED_STOP', `pid ${pid}, the embedded PostgreSQL, belongs to another user`, error);
  }
  while (Date.now() < deadline) {
    if ((await findPostmaster(dataFolder))?.pid !== pid) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * After a reboot or in a restarted container the old process id may belong to any process; PostgreSQL would then refuse
 * to start, as it would with a damaged pid file. It removes the file of a dead process itself, after its own checks.
 */
async function removeMisleadingPidFile(dataFolder: string): Promise<void> {
  const text = await readFile(pidFileOf(dataFolder), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  const damaged = !Number.isSafeInteger(pid) || pid <= 0;
  if (damaged || (isAlive(pid) && !(await isServerProcess(pid, dataFolder))))
    await rm(pidFileOf(dataFolder), { force: true });
}

function startError(complaint: string | undefined, logFile?: string): Error {
  const where = logFile === undefined ? '' : ` (log: ${logFile})`;
  return runError(
    'EMBEDDED_START',
    `the embedded PostgreSQL did not start: ${complaint ?? 'it printed nothing'}${where}`,
  );
}

/** The message of the last line at or above ERROR, else of the last line, written after `offset` bytes of the log. */
async function lastComplaint(logFile: string, offset: number): Promise<string | undefined> {
  const file = await open(logFile, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const length = Math.min(size - offset, 65_536);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString().trim().split('\n');
    const worst = lines.findLast((line) => /\b(ERROR|FATAL|PANIC): /.test(line)) ?? lines.at(-1);
    return worst?.replace(/^.*?\b(ERROR|FATAL|PANIC|LOG): +/, '') || undefined;
  } finally {
    await file.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

function pidFileOf(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid');
}

function logIn(dataFolder: string): string {
  return join(dataFolder, 'server.log');
}
