import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseStreamOptions, type StreamArguments } from '#src/commands/stream/stream-options.js';
import { openSource, type SimulatedSource } from '#src/stream/feeds/open-feed.js';
import { streamRequest } from '#src/stream/stream-request.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const KAFKA = { to: 'kafka://h:1/t' };

function parse(given: StreamArguments, env: Record<string, string> = {}) {
  return streamRequest(parseStreamOptions(given, NOW, env), undefined);
}

function spec(given: StreamArguments, env: Record<string, string> = {}) {
  const { target } = parse({ ...KAFKA, vehicles: '1', days: '1', ...given }, env);
  assert.equal(target.kind, 'kafka');
  return (target as Extract<typeof target, { kind: 'kafka' }>).spec;
}

function simulated(given: StreamArguments) {
  const { source } = parse(given);
  assert.equal(source.kind, 'request');
  return source as Extract<typeof source, { kind: 'request' }>;
}

describe('options of stream', () => {
  it('continues day after day with 100 vehicles, at full speed, to standard output by default', async () => {
    const options = parse({});
    assert.deepEqual(options.target, { kind: 'stdout' });
    const source = simulated({});
    assert.equal(source.endless, true);
    assert.equal(source.request.vehicles, 100);
    const opened = await openSource(source, undefined);
    assert.equal(opened.source.kind, 'simulate');
    const { rows, days } = opened.source as SimulatedSource;
    assert.deepEqual([rows, days], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    assert.deepEqual(options.pace, { speed: Infinity, rate: Infinity, batchEveryMs: 0 });
  });

  it("ends after the requested rows, or the fleet's days", async () => {
    const planned = async (given: StreamArguments) =>
      (await openSource(simulated(given), undefined)).source as SimulatedSource;
    assert.equal((await planned({ rows: '5000' })).rows, 5000);
    const day = await planned({ vehicles: '3', days: '1' });
    assert.equal(day.days, 1);
    assert.equal(day.rows, day.dataset.rows);
  });

  it('accepts a file extension in any case', () => {
    for (const from of ['x.csv', 'x.csv.gz', 'X.CSV', '/a/X.Csv.GZ']) {
      const { source } = parse({ from });
      assert.ok(source.kind === 'file' && source.path === from);
    }
    assert.throws(() => parse({ from: 's3://bucket/x.csv' }), { exitCode: 2, message: /not a source/ });
  });

  it('reads the pace flags', () => {
    const pace = (given: StreamArguments) => parse({ vehicles: '1', days: '1', ...given }).pace;
    assert.equal(pace({ speed: '60x' }).speed, 60);
    assert.equal(pace({ speed: '0.5x' }).speed, 0.5);
    assert.equal(pace({ speed: 'max' }).speed, Infinity);
    assert.equal(pace({ rate: '5000/s' }).rate, 5000);
    assert.equal(pace({ rate: '1_000' }).rate, 1000);
    assert.equal(pace({ speed: '1x', 'batch-every': '5s' }).batchEveryMs, 5000);
  });

  it('reads the time that an interrupted stream printed', () => {
    const printed = '2026-01-05T08:15:30.250Z';
    const given = { vehicles: '1', days: '1', 'resume-from': printed, 'start-at': printed };
    assert.equal(parse(given).resumeFrom, Date.parse(printed));
    assert.equal(parse(given).startAt, Date.parse(printed));
    assert.equal(parse({ ...given, 'start-at': 'now' }).startAt, 'now');
  });

  it('reads a start relative to now', () => {
    const startAt = (found: string) => parse({ vehicles: '1', days: '1', 'start-at': found }).startAt;
    assert.equal(startAt('now-18h'), NOW.getTime() - 18 * 3_600_000);
    assert.equal(startAt('now-90m'), NOW.getTime() - 5_400_000);
    assert.equal(startAt('now-2d'), NOW.getTime() - 172_800_000);
  });

  it('takes user names from flags or the environment, but never passwords from flags', async () => {
    const FLEETGEN_KAFKA_PASSWORD = 'p';
    const given = { sasl: 'scram-sha-256', 'sasl-user': 'ann' };
    const expected = { mechanism: 'scram-sha-256', user: 'ann', password: 'p' };
    assert.deepEqual(spec(given, { FLEETGEN_KAFKA_PASSWORD }).sasl, expected);
    const all = { FLEETGEN_KAFKA_SASL: 'scram-sha-256', FLEETGEN_KAFKA_USER: 'ann', FLEETGEN_KAFKA_PASSWORD };
    assert.deepEqual(spec({}, all).sasl, expected);
    const folder = await mkdtemp(join(tmpdir(), 'fleetgen-test-'));
    try {
      await writeFile(join(folder, 'password'), 'p\n');
      assert.deepEqual(spec({ ...given, 'sasl-password-file': join(folder, 'password') }).sasl, expected);
      await writeFile(join(folder, 'ca.pem'), 'PEM');
      assert.deepEqual(spec({ 'tls-ca': join(folder, 'ca.pem') }).tls, { ca: 'PEM' });
    } finally {
      await rm(folder, { recursive: true });
    }
    assert.deepEqual(spec({ tls: true }).tls, {});
    assert.equal(spec({}).tls, undefined);
    assert.equal(spec({}).sasl, undefined);
  });

  const refused: [name: string, given: StreamArguments, message: RegExp][] = [
    ['a speed without a factor', { speed: '60' }, /--speed "60" is not valid/],
    ['a speed of 0', { speed: '0x' }, /--speed "0x"/],
    ['a rate of 0', { rate: '0/s' }, /--rate "0\/s"/],
    ['both a speed and a rate', { speed: '2x', rate: '10/s' }, /give one of them/],
    ['bursts without a pace', { 'batch-every': '5s' }, /needs a pace/],
    ['a start other than now', { 'start-at': 'noon' }, /--start-at/],
    ['a start without a unit', { 'start-at': 'now-18' }, /--start-at "now-18" .*now-18h/],
    ['a start that is not a calendar date', { 'start-at': '2026-02-30T00:00:00Z' }, /--start-at "2026-02-30/],
    ['a day of 25 hours', { 'resume-from': '2026-01-05T24:30:00Z' }, /--resume-from "2026-01-05T24/],
    ['midnight as hour 24', { 'resume-from': '2026-01-05T24:00:00Z' }, /--resume-from "2026-01-05T24/],
    ['a time in another format', { 'resume-from': '2026-01-05' }, /--resume-from/],
    ['a topic to create with standard output', { 'create-topic': 'partitions=6' }, /--create-topic has no effect/],
    ['several workers on standard output', { workers: '2' }, /--workers has no effect/],
    ['a topic without partitions', { ...KAFKA, 'create-topic': 'partitions=0' }, /--create-topic/],
    ['an unknown compression', { ...KAFKA, compression: 'zstd' }, /--compression/],
    ['an unknown mechanism', { ...KAFKA, sasl: 'gssapi', 'sasl-user': 'a' }, /--sasl/],
    ['a user without a mechanism', { ...KAFKA, 'sasl-user': 'a' }, /needs --sasl/],
    ['a user without a password', { ...KAFKA, sasl: 'plain', 'sasl-user': 'a' }, /FLEETGEN_KAFKA_PASSWORD/],
    ['a missing CA file', { ...KAFKA, 'tls-ca': '/nonexistent/ca' }, /--tls-ca/],
    ['a flag given twice', { seed: ['1', '2'] }, /given twice/],
    ['rows of a replay', { from: 'x.csv', rows: '10' }, /--rows has no effect/],
    ['a table of a simulation', { table: 't' }, /--table has no effect/],
    ['an unknown kind of source', { from: 'mysql://u:secret@h/d' }, /mysql:\/\/\*\*\*@h/],
  ];
  for (const [name, given, message] of refused) {
    it(`refuses ${name}`, () => {
      const small = given.from === undefined ? { vehicles: '1', days: '1' } : {};
      assert.throws(() => parse({ ...small, ...given }), { exitCode: 2, message });
    });
  }
});
