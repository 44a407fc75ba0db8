// Mutation testing with Stryker, for the maintainer: npm run mutants -- encode, or npm run mutants -- dist/encode/csv.js. Breaks the
// compiled code in a copy of the project in the temporary folder, one small change at a time, and lists the changes that the tests
// of that folder don't notice. npm run mutants -- simulate --sample 150 takes so many mutants at random, and always the same ones.
// Stryker comes by npx, because it is larger than all other development tools together.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// The newest that runs on Node.js 20.
const version = '9.6.1';
const packages = ['core', 'tap-runner'].map((name) => `--package=@stryker-mutator/${name}@${version}`);

const samplePlugin = fileURLToPath(new URL('mutant-sample.js', import.meta.url));

const golden = 'golden/golden.test.js';
/**
 * Which tests of build/test/ judge which code of dist/: few and quick ones, as each mutant costs a run of those that reach it.
 * Blank SQL is an error in every test, so that it teaches nothing.
 *
 * @type {Record<string, { code: string[], tests: string[], without?: string[] }>}
 */
const groups = {
  encode: { code: ['encode'], tests: ['encode'] },
  capacity: { code: ['plan/capacity/capacity.js', 'plan/capacity/counting.js'], tests: ['plan/capacity'] },
  plan: {
    code: ['plan'],
    tests: ['plan/capacity', 'plan/shards.test.js', 'plan/record-range.test.js', golden],
  },
  records: {
    code: ['distortions', 'radio'].map((name) => `simulate/records/${name}.js`),
    tests: ['simulate/records'],
  },
  simulate: {
    code: ['simulate'],
    tests: ['simulate/record-source.test.js', 'simulate/records', 'plan/record-range.test.js', golden],
  },
  fields: { code: ['read/field-reader.js', 'read/times.js'], tests: ['read/field-reader.test.js'] },
  read: {
    code: ['csv-rows', 'file-batches', 'open-csv', 'open-ndjson', 'record-file', 'text-lines'].map(
      (name) => `read/${name}.js`,
    ),
    tests: ['read/text-lines.test.js', 'read/open-files.test.js'],
  },
  retry: { code: ['run/retry-backoff.js'], tests: ['run/retry-backoff.test.js'] },
  ledger: {
    code: ['sinks/postgres/ledger'],
    tests: ['sinks/postgres/ledger', 'integration/postgres/ledger'],
    without: ['StringLiteral'],
  },
};

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const { values, positionals: asked } = parseArgs({ allowPositionals: true, options: { sample: { type: 'string' } } });
const sample = values.sample === undefined ? undefined : Number(values.sample);
if (sample !== undefined && !(Number.isInteger(sample) && sample > 0)) fail('--sample takes a number of mutants.');
if (!existsSync('build/test')) fail('There are no compiled tests: npm run build makes them.');
const temporary = mkdtempSync(join(tmpdir(), 'fleetgen-mutants-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
for (const what of asked.length === 0 ? Object.keys(groups) : asked) mutate(what);

/** @param {string} what A group, or a file or folder of dist/ or src/, perhaps with lines: dist/encode/csv.js:20-39. */
function mutate(what) {
  const path = what.replace(/^(src|dist)\//, '').replace(/\.ts\b/, '.js');
  const name =
    path in groups ? path : Object.keys(groups).find((name) => groups[name].code.some((code) => path.startsWith(code)));
  if (name === undefined)
    fail(`No tests are chosen for ${what}; there are some for ${Object.keys(groups).join(', ')}.`);
  const { code, tests, without = [] } = groups[name];
  const wanted = path === name ? code : [path];
  const config = join(temporary, `${name}.json`);
  const settings = {
    mutate: wanted.map((path) => `dist/${path.includes('.js') ? path : `${path}/**/*.js`}`),
    mutator: { excludedMutations: without },
    testRunner: 'tap',
    tap: {
      testFiles: tests.flatMap(filesOf),
      nodeArgs: ['--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'],
    },
    coverageAnalysis: 'perTest',
    ...(sample && { checkers: ['sample'], sample, plugins: ['@stryker-mutator/*', samplePlugin] }),
    warnings: { unknownOptions: false },
    concurrency: 1,
    dryRunTimeoutMinutes: 15,
    timeoutMS: 5000,
    // Other work on the machine slows a test down; what times out counts as noticed.
    timeoutFactor: 2.5,
    ignorePatterns: ['.build-*', '.fleetgen', 'bench-results', 'reports', '*.tgz'],
    tempDirName: temporary,
    disableTypeChecks: false,
    tsconfigFile: 'none.json',
    allowConsoleColors: false,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: join(tmpdir(), `fleetgen-mutants-${name}.json`) },
  };
  writeFileSync(config, JSON.stringify(settings));
  const started = Date.now();
  const { status } = spawnSync('npx', ['--yes', ...packages, 'stryker', 'run', config], { stdio: 'inherit' });
  console.log(
    `${what}: ${Math.round((Date.now() - started) / 60_000)} minutes; all mutants: ${settings.jsonReporter.fileName}`,
  );
  if (status !== 0) process.exitCode = 1;
}

/** @param {string} path Of a test or a folder of tests in build/test/; none if it isn't there. */
function filesOf(path) {
  const whole = join('build/test', path);
  if (!existsSync(whole)) return [];
  if (statSync(whole).isFile()) return [whole];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => relative(root, join(root, entry.parentPath, entry.name)));
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
