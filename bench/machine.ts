/** Where figures come from: without it nobody can judge them. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Of the last minute, before the run. */
  readonly loadAverage: number;
  /** Of the working directory; ends in + when files differ from it. */
  readonly commit?: string;
}

export function machineFacts(): Machine {
  const commit = gitCommit();
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    loadAverage: Math.round(loadavg()[0]! * 100) / 100,
    ...(commit === undefined ? {} : { commit }),
  };
}

function gitCommit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+');
  } catch {
    // No git, or no repository: an unpacked archive.
    return undefined;
  }
}
