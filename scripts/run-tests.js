// Runs the compiled tests: node scripts/run-tests.js unit|statistics|integration|faults|streaming|readers|python|all. The runner gets
// files, not folders, because Node 20 and newer versions disagree on what a folder means.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const testFolder = fileURLToPath(new URL('../build/test/', import.meta.url));
const chosen = process.argv[2] ?? 'unit';
// The folders of test/ that a group of its own runs, with real servers or tools or on many records; the rest is unit.
const groups = {
  statistics: ['simulate/world', 'verify/realism'],
  integration: ['integration'],
  faults: ['faults'],
  streaming: ['streaming'],
  readers: ['readers'],
  python: ['python'],
};
const choices = ['unit', ...Object.keys(groups), 'all'];
const isIn = (file) => (folder) => file.startsWith(join(folder, sep));
const groupOf = (file) => Object.keys(groups).find((group) => groups[group].some(isIn(file))) ?? 'unit';

if (!choices.includes(chosen)) fail(`Unknown kind of tests "${chosen}": give one of ${choices.join(', ')}.`);
if (!existsSync(testFolder)) fail('There are no compiled tests: npm run build makes them.');

const files = readdirSync(testFolder, { recursive: true })
  .filter((file) => file.endsWith('.test.js') && (chosen === 'all' || groupOf(file) === chosen))
  .sort()
  .map((file) => join(testFolder, file));
if (files.length === 0) fail(`There are no ${chosen} tests.`);

// Tests with servers share the machine's cores with them: one file at a time.
const concurrency = ['unit', 'statistics'].includes(chosen) ? [] : ['--test-concurrency=1'];
const setup = `--import=${pathToFileURL(join(testFolder, 'tune-threads.js')).href}`;
const { status, signal } = spawnSync(
  process.execPath,
  [setup, '--test', '--test-reporter=spec', ...concurrency, ...files],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
if (signal) fail(`The test runner was ended by ${signal}.`);
process.exitCode = status ?? 1;

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
