/** What the library changes in its host's V8. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../cli/run-cli.js';

/** Counts the flags that are set before and after `tuneThreads`, by a stand-in for node:v8. */
const program = (tuned: boolean) => `
import { mock } from 'node:test';
import v8 from 'node:v8';
import { syncBuiltinESMExports } from 'node:module';
const set = [];
mock.method(v8, 'setFlagsFromString', (flag) => { set.push(flag); });
syncBuiltinESMExports();
const { generate, tuneThreads } = await import(${JSON.stringify(import.meta.resolve('#src/index.js'))});
if (${tuned}) tuneThreads();
const { rows } = await generate({ rows: 20000, to: 'null', workers: 1 });
console.log(rows, set.length > 0);
`;

for (const tuned of [false, true]) {
  test(`generate() ${tuned ? 'sets flags of V8 once it is told that the process is its own' : "leaves the host's flags of V8 alone"}`, async () => {
    const { code, stdout, stderr } = await runProgram(process.execPath, ['--input-type=module', '-e', program(tuned)]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim(), `20000 ${tuned}`);
  });
}
