/** The machine and the state of the checkout that is measured on it. */
import { execFileSync } from 'node:child_process';
import { type Machine, machineFacts } from '#src/bench/measure/machine.js';

export interface Checkout extends Machine {
  /** Commit of the working directory; ends in + if files differ from it. */
  readonly commit?: string;
}

export function checkoutFacts(): Checkout {
  const commit = gitCommit();
  return { ...machineFacts(), ...(commit === undefined ? {} : { commit }) };
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
