// Compiles src/ to dist/, which is what ships, and then tests, benchmarks and scripts, which import it, to build/. Each
// is built in a temporary folder and then moved into place file by file, so that a fleetgen that is running or starting
// meanwhile never misses an existing module or reads a partial one; if src/ does not compile, both stay unchanged.
// Other files are added to the code: the default scenario, also as JSON, which starts a run 0.1 s sooner than parsing
// YAML each time; the shipped scenarios; the roads of their regions, compiled; the offsets of all time zones; the
// JSON Schema of scenario files; and the validators that are compiled from it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import moment from 'moment-timezone';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const fresh = mkdtempSync(join(root, '.build-'));
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));

const shipped = join(fresh, 'dist');
compile('tsconfig.json', shipped);
await addAssets();
replace(join(root, 'dist'), shipped);
chmodSync(join(root, 'dist/cli.js'), 0o755);
const tests = join(fresh, 'build');
compile('tsconfig.test.json', tests);
replace(join(root, 'build'), tests);

/**
 * @param {string} project
 * @param {string} outDir
 */
function compile(project, outDir) {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const flags = ['-p', join(root, project), '--outDir', outDir];
  const { status } = spawnSync(tsc, flags, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(1);
}

async function addAssets() {
  const from = join(root, 'src/scenario');
  const to = join(shipped, 'scenario');
  copyFileSync(join(from, 'default.yaml'), join(to, 'default.yaml'));
  const scenario = parse(readFileSync(join(from, 'default.yaml'), 'utf8'));
  writeFileSync(join(to, 'default.json'), JSON.stringify(scenario));
  cpSync(join(from, 'examples'), join(to, 'examples'), { recursive: true });
  const { scenarioSchema } = await import(pathToFileURL(join(to, 'schema/schema.js')).href);
  writeFileSync(join(to, 'scenario.schema.json'), `${JSON.stringify(scenarioSchema('file'), null, 2)}\n`);
  writeFileSync(
    join(to, 'check/validators.cjs'),
    validators({ file: scenarioSchema('file'), whole: scenarioSchema('whole') }),
  );
  writeFileSync(join(to, 'time-zones.ndjson'), timeZones());
  await addRoads([undefined, ...readdirSync(join(to, 'examples')).map((name) => join(to, 'examples', name))]);
}

/**
 * What src/scenario/check/schema-validation.ts loads: a CommonJS module that exports a compiled validator by the name of each
 * schema, which saves every run with a scenario the second that compiling them takes.
 *
 * @param {Record<string, object>} schemas
 */
function validators(schemas) {
  const ajv = new Ajv2020({ verbose: true, messages: false, allowUnionTypes: true, code: { source: true } });
  ajv.addKeyword('patternErrorMessage');
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  const code = standaloneCode.default(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
  // A sixth of it, and nothing reads it.
  return code.replaceAll(/schemaPath:"[^"]*",/g, '');
}

/**
 * What src/scenario/model/time-zones.ts reads, as lines of JSON: the line number of each zone by its lower-case name,
 * then the distinct zones.
 */
function timeZones() {
  const lines = new Map();
  const names = {};
  for (const name of moment.tz.names()) {
    const { untils, offsets } = moment.tz.zone(name) ?? {};
    const seconds = untils.map((ms) => (ms ?? Infinity) / 1000);
    const line = JSON.stringify({ lengths: seconds.map((s, i) => s - (seconds[i - 1] ?? 0)), offsets });
    if (!lines.has(line)) lines.set(line, lines.size + 1);
    names[name.toLowerCase()] = lines.get(line);
  }
  return [JSON.stringify(names), ...lines.keys()].join('\n');
}

/** @param {(string | undefined)[]} paths Paths of scenario files; undefined is the default scenario. */
async function addRoads(paths) {
  const load = (/** @type {string} */ path) => import(pathToFileURL(join(shipped, path)).href);
  const { loadScenario } = await load('scenario/read/load-scenario.js');
  const { compileRegionRoads, roadsKey, roadsName } = await load('world/roads/compile-roads.js');
  const { toMemoryImage } = await load('world/roads/memory-image.js');
  const { roadsFilePath } = await load('scenario/roads/shipped-roads.js');
  for (const path of paths) {
    const { scenario } = await loadScenario(path);
    const { regions, roads } = scenario;
    for (const [name, region] of Object.entries(regions)) {
      const key = roadsKey(name, region, roads);
      const file = roadsFilePath(roadsName(name, key));
      mkdirSync(dirname(file), { recursive: true });
      if (!existsSync(file)) writeFileSync(file, toMemoryImage(key, compileRegionRoads(name, region, roads)));
    }
  }
}

/**
 * Makes the contents of one folder equal to the other's, without touching identical files.
 *
 * @param {string} existing
 * @param {string} made
 */
function replace(existing, made) {
  const names = filesOf(made);
  const changed = names.filter((name) => !read(join(existing, name))?.equals(readFileSync(join(made, name))));
  for (const name of changed) mkdirSync(dirname(join(existing, name)), { recursive: true });
  for (const name of changed) renameSync(join(made, name), join(existing, name));
  const kept = new Set(names);
  for (const name of filesOf(existing)) if (!kept.has(name)) rmSync(join(existing, name), { force: true });
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
