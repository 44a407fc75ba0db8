import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { runProgram } from '../cli/run-cli.js';

/** Sets of threads, one after the other, whose hot functions V8 names as it compiles them. */
const PROGRAM = `
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { startThreads } from ${JSON.stringify(import.meta.resolve('#src/threads/start-threads.js'))};
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

  // Node 20 aborts where its compiler meets the limit in a thread that ends, which is too rare to wait for.
  const skip = !process.version.startsWith('v20.') && 'other versions of Node neither need nor all heed the limit';
  it('keeps threads clear of the limit at which V8 marks old objects', { skip }, async () => {
    const marked = async (thread: string) => {
      const program = `
        import { once } from 'node:events';
        import { Worker } from 'node:worker_threads';
        import { startThreads } from ${JSON.stringify(import.meta.resolve('#src/threads/start-threads.js'))};
        const busy = \`
          const kept = [];
          let sum = 0;
          for (let i = 0; i < 40; i++) {
            kept.push(Array.from({ length: 1e5 }, (_, q) => q + 0.5));
            for (let k = 0; k < 3e5; k++) sum += { k, sum }.k;
            for (let k = 0; k < 200; k++) sum += new Array(5000).fill(k).length;
          }\`;
        const make = () => new Worker(busy, { eval: true });
        await once(${thread}, 'exit');`;
      const flags = ['--trace-gc', '--input-type=module', '-e', program];
      const { code, stdout, stderr } = await runProgram(process.execPath, flags);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Scavenge/);
      return stdout.split('Mark-Compact').length - 1;
    };
    assert.equal(await marked('startThreads(1, make, (worker) => [worker])'), 0);
    assert.ok((await marked('make()')) > 0);
  });
});
