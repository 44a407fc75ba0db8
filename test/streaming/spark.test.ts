/**
 * The Spark job against SQL: a day of a fleet goes through Kafka and through generate, and the job's table must equal
 * the same aggregates over the generated table. FLEETGEN_STREAMING_VEHICLES sets the size of the fleet.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Producer } from '@platformatic/kafka';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { runProgram } from '../cli/run-cli.js';
import { differences, METRICS } from './expected-metrics.js';
import { type Environment, type StreamingParts, startParts } from './streaming-fixture.js';

const VEHICLES = process.env.FLEETGEN_STREAMING_VEHICLES ?? '60';
const FLEET = ['--vehicles', VEHICLES, '--days', '1'];
/** A batch takes at most a fifth of the day, and less as the partitions empty: several batches, not hundreds. */
const BATCHES = 5;
const CHART = fileURLToPath(import.meta.resolve('#src/chart/metrics-chart.js'));
const LIMIT = { timeout: 30 * 60_000 };

interface Summary {
  readonly metrics: { batches: number; messages: number; droppedBehindWatermark: number; batchesInAll: number };
  readonly dead_letters: { badMessages: number; badMessagesInAll: number };
}

describe('the Spark job', () => {
  let parts: StreamingParts;
  let records = 0;

  const job = (topic: string, table: string, more: readonly string[] = [], env: Environment = {}) =>
    parts.script(
      '../spark/fleet-metrics.sh',
      [
        ...['--bootstrap-servers', parts.broker, '--topic', topic, '--message-schema', 'record.spark.json'],
        ...['--checkpoint', `checkpoint-${table}`, '--metrics-table', table, ...more],
      ],
      // The run is too short for the optimising compiler to pay off.
      { FLEETGEN_DATABASE_URL: parts.databaseUrl, JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1', ...env },
    );
  const finished = async (...args: Parameters<typeof job>): Promise<Summary & { lines: string[] }> => {
    const { code, stdout, stderr } = await job(...args);
    assert.equal(code, 0, stderr);
    return { ...JSON.parse(stdout), lines: stderr.split('\n').filter((line) => line.includes(': batch ')) };
  };
  const assertEqualToSql = async (table: string, carried?: string) => {
    const [{ rows, ...differing } = {}] = await parts.query(differences(table, carried));
    assert.ok(Number(rows) > 0, 'there is nothing to compare');
    assert.deepEqual(differing, Object.fromEntries(METRICS.map((metric) => [metric, 0])));
  };

  before(async () => {
    parts = await startParts();
    await writeFile(join(parts.folder, 'record.spark.json'), (await parts.cli('schema', '--format', 'spark')).stdout);
    const loaded = await parts.cli('generate', ...FLEET, '--to', parts.databaseUrl, '--json');
    records = JSON.parse(loaded.stdout).rows;
    const to = ['--to', `kafka://${parts.broker}/day`, '--create-topic', 'partitions=6'];
    await parts.cli('stream', ...FLEET, ...to, '--quiet');
  }, LIMIT);
  after(async () => await parts.stop());

  it('counts a day in one batch as SQL does, including late records', LIMIT, async () => {
    const { metrics, dead_letters, lines } = await finished('day', 'one');
    const [{ rows } = {}] = await parts.query('SELECT count(*)::int AS rows FROM one');
    // Spark ends with an empty batch, which evicts the expired state.
    assert.match(
      lines[0]!,
      new RegExp(`^metrics: batch 0, ${records} messages changed ${rows} rows of one in [0-9.]+ s$`),
    );
    assert.ok(
      lines.every((line) => line.startsWith('metrics: ')),
      lines.join('\n'),
    );
    assert.equal(metrics.messages, records);
    assert.equal(metrics.droppedBehindWatermark, 0);
    assert.deepEqual(dead_letters, { badMessages: 0, badMessagesInAll: 0 });
    await assertEqualToSql('one');
    const [late] = await parts.query('SELECT sum(late_records)::int AS records FROM one');
    assert.ok(Number(late?.records) > 0, 'no record came late, so that lateness was not tried');
  });

  it('has a column for every metric and every event column', async () => {
    const found = await parts.query(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'one' ORDER BY ordinal_position",
    );
    const names = found.map((row) => row.column_name);
    const key = ['window_start', 'dimension', 'member'];
    assert.deepEqual([...names].sort(), [...key, ...METRICS].sort());
    for (const { name, kind } of TELEMETRY.columns) if (kind === 'bool') assert.ok(names.includes(`${name}s`), name);
  });

  it('counts the same in many batches, killed before and after one of them is committed', LIMIT, async () => {
    const small = ['--max-messages', String(Math.ceil(records / BATCHES))];
    for (const fault of ['metrics:staged:1', 'metrics:committed:2']) {
      const killed = await job('day', 'many', small, { FLEETGEN_METRICS_FAULT: fault });
      assert.notEqual(killed.code, 0);
      assert.match(killed.stderr, new RegExp(`dies now, at ${fault}`));
    }
    const { metrics } = await finished('day', 'many', small);
    assert.ok(metrics.batchesInAll >= BATCHES, `${metrics.batchesInAll} batches`);
    assert.equal(metrics.droppedBehindWatermark, 0);
    await assertEqualToSql('many');
    const staged = await parts.query('SELECT * FROM many_staging LIMIT 1');
    assert.deepEqual(staged, [], 'a finished job leaves no staged rows');
  });

  it('keeps bad messages as dead letters with the reason, and drops duplicates', LIMIT, async () => {
    const rows = 2000;
    const lines = (await parts.cli('stream', ...FLEET, '--rows', String(rows), '--quiet')).stdout.trim().split('\n');
    assert.equal(lines.length, rows);
    const first = JSON.parse(lines[0]!);
    const bad: [value: string | undefined, reason: RegExp][] = [
      ['{"record_id": 1, ', /^it is not JSON of the schema$/],
      [JSON.stringify({ ...first, speed_kmh: 'fast' }), /^it is not JSON of the schema$/],
      ['{}', /^it lacks record_id, vehicle_id, /],
      [JSON.stringify({ ...first, weather: null }), /^it lacks weather$/],
      [JSON.stringify({ ...first, vehicle_id: 'VEH-999999' }), /^its vehicle_id is not in the vehicle table$/],
      [JSON.stringify({ ...first, network_delay_ms: 7 }), /^received_at is not recorded_at/],
      [JSON.stringify({ ...first, ...arrival(first, 3_600_001) }), /^it came later than the declared lateness$/],
      [JSON.stringify({ ...first, ...arrival(first, -300_001) }), /^its clock runs further ahead than declared$/],
      ['\0', /^it is not JSON of the schema$/],
      [undefined, /^it is empty$/],
    ];
    const made = await parts.script('kafka.sh', [
      ...['tool', 'org.apache.kafka.tools.TopicCommand', '--bootstrap-server', parts.broker],
      ...['--create', '--topic', 'dirty', '--partitions', '1'],
    ]);
    assert.equal(made.code, 0, made.stderr);
    const half = lines.slice(0, rows / 2);
    await send(parts.broker, 'dirty', [...half, ...half, ...bad.map(([value]) => value), ...lines]);

    const { metrics, dead_letters, lines: said } = await finished('dirty', 'dirty_metrics');
    const bads = said.filter((line) => line.startsWith('dead_letters: '));
    assert.deepEqual(bads, [
      `dead_letters: batch 0, ${bad.length} of ${rows * 2 + bad.length} messages are bad: dirty_metrics_dead_letter has them and why`,
    ]);
    assert.equal(metrics.messages, rows * 2 + bad.length);
    assert.deepEqual(dead_letters, { badMessages: bad.length, badMessagesInAll: bad.length });
    await assertEqualToSql('dirty_metrics', `record_id < ${rows}`);
    const kept = await parts.query('SELECT reason, value FROM dirty_metrics_dead_letter ORDER BY message_offset');
    assert.equal(kept.length, bad.length);
    bad.forEach(([value, reason], i) => {
      assert.match(String(kept[i]?.reason), reason);
      assert.equal(kept[i]?.value === null ? undefined : String(kept[i]?.value), value);
    });
  });

  it('names an empty setting', LIMIT, async () => {
    const { code, stderr } = await job('day', 'none', [], { FLEETGEN_DATABASE_URL: '' });
    assert.equal(code, 2);
    assert.match(stderr, /error: FLEETGEN_DATABASE_URL is empty: it must be postgresql:/);
    const chart = await runProgram(process.execPath, [CHART], { env: { FLEETGEN_DATABASE_URL: '' } });
    assert.equal(chart.code, 2);
    assert.match(chart.stderr, /^metrics-chart: FLEETGEN_DATABASE_URL is empty: [^\n]*\n$/);
  });

  it('rejects connection settings that it does not support, by name', LIMIT, async () => {
    const asked = (parameters: string) => ({ FLEETGEN_DATABASE_URL: `postgresql://u:p@127.0.0.1:1/d?${parameters}` });
    const cases: [env: Environment, expected: RegExp][] = [
      [asked('hostaddr=127.0.0.9'), /asks for hostaddr, which this job can't honour: leave it out/],
      [asked('frob=1'), /asks for frob, which this job can't honour/],
      [asked('target_session_attrs=standby'), /asks for target_session_attrs=standby, and the job writes/],
      [{ ...asked(''), PGSSLCRL: '/x' }, /^fleet-metrics: PGSSLCRL is set, which this job can't honour: unset it/m],
      [{ FLEETGEN_DATABASE_URL: 'postgresql://u:p@a:1,b:2/d' }, /names several hosts/],
      [{ FLEETGEN_DATABASE_URL: 'postgresql://u:p@a:port/d' }, /must be given as postgresql:/],
    ];
    for (const [env, expected] of cases) {
      const { code, stderr } = await job('day', 'none', [], env);
      assert.match(stderr, expected);
      assert.equal(code, 2);
    }
    for (const [env, expected] of [
      [asked('frob=1'), /^metrics-chart: the PostgreSQL URL has an unknown parameter "frob"[^\n]*\n$/],
      [{ ...asked(''), PGSSLCRL: '/x' }, /^metrics-chart: PGSSLCRL is set, which fleetgen can't honour[^\n]*\n$/],
    ] as const) {
      const chart = await runProgram(process.execPath, [CHART], { env });
      assert.match(chart.stderr, expected);
      assert.equal(chart.code, 2);
    }
    const nowhere = await runProgram(process.execPath, [CHART], { env: asked('') });
    assert.match(
      nowhere.stderr,
      /^metrics-chart: no PostgreSQL answers at postgresql:\/\/u@127\.0\.0\.1:1\/d: start it[^\n]*\n$/,
    );
    assert.equal(nowhere.code, 1);
  });

  it('reports a missing topic in one line', LIMIT, async () => {
    const { code, stderr } = await job('nowhere', 'none');
    assert.equal(code, 1);
    assert.match(stderr, /^fleet-metrics: cannot read the topic nowhere at [^\n]*\n/m);
  });
});

/** The same record, arriving so many milliseconds after it was recorded. */
function arrival(record: { recorded_at: string }, delayMs: number): { network_delay_ms: number; received_at: string } {
  return { network_delay_ms: delayMs, received_at: new Date(Date.parse(record.recorded_at) + delayMs).toISOString() };
}

async function send(broker: string, topic: string, values: readonly (string | undefined)[]): Promise<void> {
  const producer = new Producer({ clientId: 'spark-test', bootstrapBrokers: [broker] });
  try {
    // The producer makes one batch of a call, and a broker takes a megabyte in one.
    for (let at = 0; at < values.length; at += 500) {
      const messages = values.slice(at, at + 500).map((value) => ({
        topic,
        partition: 0,
        ...(value !== undefined && { value: Buffer.from(value) }),
      }));
      await producer.send({ messages });
    }
  } finally {
    await producer.close();
  }
}
