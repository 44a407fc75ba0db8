/** A scenario with custom events and metrics, as a user would write it from docs/scenario.md, in every output. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CliResult, runCli } from '../cli/run-cli.js';
import { readRecords } from '../encode/read-csv.js';

const SCENARIO = `
events:
  door_open_event:
    description: A door was opened while driving.
    severity: 45
    per_hour: 4
    road: { highway: 0.1 }
    risk: 0.8
  wiper_fault_event:
    severity: 35
    per_hour: 0.5
    weather: { rainy: 12, snowy: 12 }
    duration_seconds: 300
    triggers:
      phone_use_event: { chance: 0.5 }
  phone_use_event:
    severity: 95
    per_hour: 3
    driver: 1
    hours: [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5]
    duration_seconds: 40
    triggers:
      braking_event: { chance: 0.1 }
metrics:
  tyre_pressure_bar:
    description: Pressure of the front left tyre.
    unit: bar
    mean: 2.4
    spread: 0.08
    memory_seconds: 3600
    drift_per_day: -0.0001
    range: [0, 4]
  cabin_noise_db:
    mean: 58
    spread: 3
    road: { highway: 9, rural: 4 }
    weather: { rainy: 4 }
    range: [30, 110]
    decimals: 1
    unit: dB(A)
`;
const EVENTS = ['door_open_event', 'phone_use_event', 'wiper_fault_event'];
const METRICS = ['cabin_noise_db', 'tyre_pressure_bar'];
const ROWS = 60_000;

describe('custom events and metrics', () => {
  let home = '';
  const cli = (args: readonly string[]): Promise<CliResult> =>
    runCli(args, { cwd: home, env: { FLEETGEN_HOME: home } });
  const output = async (args: string): Promise<string> => {
    const { code, stdout, stderr } = await cli(args.split(' '));
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const { code, stdout, stderr } = await cli(['db', 'query', '--json', sql]);
    assert.equal(code, 0, stderr);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetgen-own-'));
    await chmod(home, 0o755);
    await writeFile(join(home, 'own.yaml'), SCENARIO);
  });
  after(async () => {
    await cli(['db', 'reset', '--yes']);
    await rm(home, { recursive: true, force: true });
  });

  it('pass the check', async () => {
    assert.equal(
      await output('scenario check own.yaml'),
      `own.yaml: ok, adds 3 events (${EVENTS.join(', ')}) and 2 metrics (${METRICS.join(', ')})\n`,
    );
  });

  it('are columns of a CSV file, with values that make sense', async () => {
    await output(`generate --scenario own.yaml --rows ${ROWS} --to own.csv --quiet`);
    const records = await readRecords(await readFile(join(home, 'own.csv'), 'utf8'));
    assert.equal(records.length, ROWS);
    for (const name of [...EVENTS, ...METRICS]) assert.ok(Object.hasOwn(records[0]!, name), name);
    const column = (name: string): string[] => records.map((record) => record[name]!);
    for (const event of EVENTS) assert.deepEqual([...new Set(column(event))].sort(), ['0', '1'], event);
    const types = new Set(column('event_type'));
    for (const type of ['door_open', 'phone_use', 'wiper_fault']) assert.ok(types.has(type), type);
    assert.ok(column('tyre_pressure_bar').every((cell) => /^\d\.\d{2}$/.test(cell)));
    assert.ok(column('cabin_noise_db').every((cell) => /^\d{2,3}\.\d$/.test(cell)));
    // The most severe of all: never hidden by another.
    const phone = column('phone_use_event');
    assert.ok(column('event_type').every((type, i) => (type === 'phone_use') === (phone[i] === '1')));
  });

  it('are columns of a PostgreSQL table, with the same values', async () => {
    await output(`generate --scenario own.yaml --rows ${ROWS} --table own --quiet`);
    const types = await query(
      `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'own'
       AND column_name IN (${[...EVENTS, ...METRICS].map((name) => `'${name}'`).join()}) ORDER BY 1`,
    );
    const typeOf = (name: string): string => (EVENTS.includes(name) ? 'boolean' : 'real');
    const expected = [...EVENTS, ...METRICS].sort().map((name) => ({ column_name: name, data_type: typeOf(name) }));
    assert.deepEqual(types, expected);

    const [found] =
      await query(`SELECT count(*)::int AS rows, ${EVENTS.map((e) => `count(*) FILTER (WHERE ${e})::int AS ${e}`).join()},
      round(avg(cabin_noise_db)::numeric, 4)::text AS noise, count(DISTINCT event_type)::int AS types FROM own`);
    const records = await readRecords(await readFile(join(home, 'own.csv'), 'utf8'));
    const count = (name: string): number => records.filter((record) => record[name] === '1').length;
    const noise = records.reduce((sum, record) => sum + Number(record.cabin_noise_db), 0) / records.length;
    assert.deepEqual(found, {
      rows: ROWS,
      ...Object.fromEntries(EVENTS.map((event) => [event, count(event)])),
      noise: noise.toFixed(4),
      types: new Set(records.map((record) => record.event_type)).size,
    });
    const comments = await query(
      "SELECT col_description('own'::regclass, attnum) AS says FROM pg_attribute WHERE attrelid = 'own'::regclass AND attname IN ('door_open_event', 'tyre_pressure_bar') ORDER BY attname",
    );
    assert.deepEqual(comments, [
      { says: 'A door was opened while driving.' },
      { says: 'Pressure of the front left tyre. Unit: bar. From 0 to 4.' },
    ]);
  });

  it('are in every format of the schema', async () => {
    const sql = await output('schema --scenario own.yaml --table own');
    for (const event of EVENTS) assert.match(sql, new RegExp(`^ {2}"${event}" boolean NOT NULL`, 'm'));
    for (const metric of METRICS) assert.match(sql, new RegExp(`^ {2}"${metric}" real NOT NULL`, 'm'));
    const { properties } = JSON.parse(await output('schema --scenario own.yaml --format json'));
    for (const event of EVENTS) assert.equal(properties[event].type, 'boolean');
    for (const metric of METRICS) assert.equal(properties[metric].type, 'number');
    for (const type of ['door_open', 'phone_use', 'wiper_fault']) assert.ok(properties.event_type.enum.includes(type));
    for (const format of ['markdown', 'spark']) {
      const text = await output(`schema --scenario own.yaml --format ${format}`);
      for (const name of [...EVENTS, ...METRICS]) assert.ok(text.includes(name), `${format}: ${name}`);
    }
  });

  it('are in the table that the printed SQL creates', async () => {
    const { code, stderr } = await cli(['db', 'query', await output('schema --scenario own.yaml --table made')]);
    assert.equal(code, 0, stderr);
    const [same] = await query(
      `SELECT count(*)::int AS different FROM (SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'own'
       EXCEPT SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = 'made') AS d`,
    );
    assert.deepEqual(same, { different: 0 });
  });
});
