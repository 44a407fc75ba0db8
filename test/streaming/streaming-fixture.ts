/** A broker, an embedded PostgreSQL and a folder for one test file, all on loopback and all removed after it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type CliResult, runCli } from '../cli/run-cli.js';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

export interface StreamingParts {
  readonly folder: string;
  /** host:port of the broker. */
  readonly broker: string;
  /** Of the embedded server, with password. */
  readonly databaseUrl: string;
  /** A fleetgen command; fails the test unless it exits with 0. */
  cli(...args: string[]): Promise<CliResult>;
  /** Runs a file under scripts/, with the homes of these services; any exit code. */
  script(path: string, args: readonly string[], env?: Environment): Promise<CliResult>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function startParts(): Promise<StreamingParts> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-streaming-'));
  // The embedded server may run as another user, who needs access.
  await chmod(folder, 0o755);
  const env = { FLEETGEN_HOME: join(folder, 'postgres'), FLEETGEN_KAFKA_HOME: join(folder, 'kafka') };
  const script = (path: string, args: readonly string[], more: Environment = {}) =>
    runScript(path, args, folder, { ...env, ...more });
  const cli = async (...args: string[]) => succeeded(args, await runCli(args, { cwd: folder, env }));
  const stop = async () => {
    await script('kafka.sh', ['reset']);
    await runCli(['db', 'reset', '--yes'], { cwd: folder, env });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const started = succeeded(['kafka.sh', 'start'], await script('kafka.sh', ['start', '--port', '0']));
    const databaseUrl = (await cli('db', 'url')).stdout.trim();
    const query = (sql: string) => queryOnce(databaseUrl, sql);
    return { folder, broker: started.stdout.trim(), databaseUrl, cli, script, query, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function runScript(
  path: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CliResult> {
  const child = spawn(join(SCRIPTS, path), args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function succeeded(command: readonly string[], result: CliResult): CliResult {
  assert.equal(result.code, 0, `${command.join(' ')}: ${result.stderr}`);
  return result;
}

async function queryOnce(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
