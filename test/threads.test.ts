import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { runProgram } from './cli/run-cli.js';

/** Two sets of threads, one after the other, whose hot functions V8 names as it compiles them. */
const PROGRAM = `
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { startThreads } from ${JSON.stringify(new URL('../src/threads.js', import.meta.url).href)};
const thread = (name) => new Worker(\`
  function \${name}(x) { let sum = x; for (let i = 0; i < 100; i++) sum = (sum * 31 + i) % 1000003; return sum; }
  let total = 0;
  for (let k = 0; k < 3e5; k++) total += \${name}(k);
  console.log(\${name}.name, total);\`, { eval: true });
const ended = (threads) => Promise.all(threads.map((worker) => once(worker, 'exit')));
const cores = availableParallelism();
const start = (name, count) => ended(startThreads(count, () => Array.from({ length: count }, () => thread(name)), (threads) => threads));
await start('onEveryCore', cores);
await ended([thread('plain')]);
if (cores > 1) await start('onOneCore', 1);
`;

describe('startThreads', () => {
  it('compiles in the threads where each core has one, and changes nothing for threads that are started later', async () => {
    const { code, stdout, stderr } = await runProgram(process.execPath, [
      '--trace-opt',
      '--input-type=module',
      '-e',
      PROGRAM,
    ]);
    assert.equal(code, 0, stderr);
    const modes = (name: string) =>
      new Set(
        [...stdout.matchAll(new RegExp(`compiling method .*${name} .*mode: ConcurrencyMode::k(\\w+)`, 'g'))].map(
          (match) => match[1],
        ),
      );
    assert.deepEqual(modes('onEveryCore'), new Set(['Synchronous']));
    assert.deepEqual(modes('plain'), new Set(['Concurrent']));
    if (availableParallelism() > 1) assert.deepEqual(modes('onOneCore'), new Set(['Concurrent']));
  });

  const onlyNode20 =
    !process.version.startsWith('v20.') &&
    'the fault is of Node 20, and Node 22 hangs under this flag with any threads';
  it('lets threads end while the compiler still allocates for them', {
    skip: onlyNode20,
    timeout: 60_000,
  }, async () => {
    // Stands for the compiler: V8's own test of tasks that allocate beside a thread, at any time.
    const program = `
      import { once } from 'node:events';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { Worker } from 'node:worker_threads';
      import { startThreads } from ${JSON.stringify(new URL('../src/threads.js', import.meta.url).href)};
      const busy = \`
        import { parentPort } from 'node:worker_threads';
        const kept = Array.from({ length: 60 }, () => [new Float64Array(1e5), Array.from({ length: 2000 }, (_, q) => ({ q }))]);
        parentPort.on('message', () => kept.length);
        parentPort.postMessage(1);\`;
      for (let round = 0; round < 20; round++) {
        const threads = startThreads(4, () => Array.from({ length: 4 }, () => new Worker(busy, { eval: true })), (all) => all);
        await Promise.all(threads.map((worker) => once(worker, 'message')));
        await sleep(round);
        await Promise.all(threads.map((worker) => worker.terminate()));
      }
      console.log('ended');`;
    const flags = ['--stress-concurrent-allocation', '--input-type=module', '-e', program];
    const { code, stdout, stderr } = await runProgram(process.execPath, flags);
    assert.equal(stdout, 'ended\n', stderr);
    assert.equal(code, 0);
  });
});
