/** Runs the compiled command line as its users do: a process of its own. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(import.meta.resolve('#src/cli.js'));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent as soon as the first byte comes on stdout. */
  readonly signalAtFirstByte?: NodeJS.Signals;
  /** Polled with the process id; SIGINT is sent once it returns true. */
  readonly signalWhen?: (pid: number) => Promise<boolean>;
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runProgram(process.execPath, [CLI, ...args], options);
}

/** The command line many times in one process, for commands that end by themselves and need no special environment. */
export interface Clis {
  run(args: readonly string[], options?: Pick<CliOptions, 'cwd'>): Promise<CliResult>;
  close(): void;
}

export function startClis(): Clis {
  const host = fork(new URL('cli-host.js', import.meta.url), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ended = once(host, 'exit').then(([code]): never => {
    throw new Error(`the host of commands has ended: ${code}`);
  });
  ended.catch(() => {});
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (args: readonly string[], cwd: string | undefined): Promise<CliResult> => {
    const answer = once(host, 'message');
    host.send({ args, cwd });
    const [result] = await Promise.race([answer, ended]);
    return result as CliResult;
  };
  return {
    run(args, { cwd } = {}) {
      const next = last.then(() => ask(args, cwd));
      last = next.catch(() => {});
      return next;
    },
    close: () => host.disconnect(),
  };
}

/** Something else that runs the command line. */
export function runProgram(program: string, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (stdout === '' && options.signalAtFirstByte) child.kill(options.signalAtFirstByte);
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  if (options.signalWhen) void interruptWhen(child, options.signalWhen);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

async function interruptWhen(child: ChildProcess, due: (pid: number) => Promise<boolean>): Promise<void> {
  while (child.exitCode === null && !(await due(child.pid!))) await sleep(50);
  child.kill('SIGINT');
}
