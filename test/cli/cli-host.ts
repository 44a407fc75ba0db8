/**
 * A process that runs the command line again and again, as `runClis` of run-cli.ts asks: a short command mostly spends
 * its time starting Node.js and loading modules, and here only cli.js itself is loaded again each time. What ends the
 * process ends the command.
 */
import { CLI, type CliResult } from './run-cli.js';

export interface CliRequest {
  readonly args: readonly string[];
  readonly cwd?: string;
}

class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

const EVENTS = ['uncaughtException', 'unhandledRejection', 'SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const home = process.cwd();
let runs = 0;

process.exit = (code) => {
  throw new Exit(Number(code ?? process.exitCode ?? 0));
};

async function run({ args, cwd }: CliRequest): Promise<CliResult> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (piece: string | Uint8Array, ...rest: unknown[]) => {
      said[name] += typeof piece === 'string' ? piece : Buffer.from(piece).toString();
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
  process.chdir(cwd ?? home);
  process.argv = [process.execPath, CLI, ...args];
  process.exitCode = undefined;
  try {
    await import(`${import.meta.resolve('#src/cli.js')}?${runs++}`);
    return { code: Number(process.exitCode ?? 0), ...said };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { code: error.code, ...said };
  } finally {
    for (const event of EVENTS) process.removeAllListeners(event);
    for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
    process.exitCode = undefined;
  }
}

// One request at a time: the next is sent when this one is answered.
process.on('message', (request: CliRequest) => {
  run(request).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ code: null, stdout: '', stderr: String(error) }),
  );
});
