/** Runs one load or plan in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildAnswer, ChildReport, ChildRequest } from './load-child.js';

const CHILD = fileURLToPath(new URL('./load-child.js', import.meta.url));

/** Throws the error of the child's load, or if the child ends without an answer. */
export function runChild(request: ChildRequest): Promise<ChildReport> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD);
    let answer: ChildAnswer | undefined;
    child.once('message', (message: ChildAnswer) => {
      answer = message;
      child.disconnect();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (answer === undefined) reject(new Error(`the measured process ended with ${signal ?? code}`));
      else if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.report);
    });
    child.send(request);
  });
}
