/** The warnings and errors of `stream` for a topic that will drop or reject messages. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { runCli } from '../cli/run-cli.js';
import { type Broker, consume, startBroker, startStream } from './kafka-fixture.js';

const OLD = ['--rows', '50', '--start', '2026-01-05'];
const WEEK = { 'retention.ms': '604800000', 'retention.bytes': '-1' };

let broker: Broker;
let admin: Admin;
before(async () => {
  // A broker whose defaults are as bad for telemetry as they can be.
  const config = join(tmpdir(), `fleetgen-broker-${process.pid}.properties`);
  await writeFile(
    config,
    'log.cleanup.policy=compact\nlog.retention.bytes=1000\nlog.message.timestamp.before.max.ms=1000\n',
  );
  broker = await startBroker('--config', config);
  await rm(config);
  admin = new Admin({ clientId: 'topics-test', bootstrapBrokers: [broker.address] });
});
after(async () => {
  await admin?.close();
  await broker?.stop();
});

async function topic(name: string, configs: Readonly<Record<string, string>>): Promise<void> {
  const all = {
    'cleanup.policy': 'delete',
    'message.timestamp.before.max.ms': '9223372036854775807',
    'message.timestamp.after.max.ms': '3600000',
    ...configs,
  };
  const list = Object.entries(all).map(([key, value]) => ({ name: key, value }));
  await admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs: list });
}

async function said(name: string, args: readonly string[], exit = 0): Promise<string> {
  const { code, stderr } = await startStream([...args, '--to', broker.url(name)]).result;
  assert.equal(code, exit, stderr);
  return stderr;
}

describe('stream into a topic that does not keep everything', () => {
  it('warns of a retention shorter than the age of the records, simulated or replayed', async () => {
    await topic('week', WEEK);
    assert.match(await said('week', OLD), /keeps messages for 7 days after the time of their event.*2026-01-0/);
    const file = join(broker.folder, 'old.csv');
    const generated = await runCli(['generate', ...OLD, '--quiet', '--to', file]);
    assert.equal(generated.code, 0, generated.stderr);
    assert.match(
      await said('week', ['--from', file]),
      /keeps messages for 7 days after the time of their event.*2026-01-0/,
    );
    assert.doesNotMatch(await said('week', ['--from', file, '--start-at', 'now']), /keeps/);
  });

  it('does not warn of a topic with LogAppendTime', async () => {
    await topic('appended', { ...WEEK, 'message.timestamp.type': 'LogAppendTime' });
    assert.doesNotMatch(await said('appended', OLD), /keeps|compacted/);
  });

  it('warns of a size-limited topic', async () => {
    await topic('small', { 'retention.ms': '-1', 'retention.bytes': '1000000' });
    assert.match(await said('small', OLD), /keeps about 1000000 bytes of a partition.*retention\.bytes to -1/);
  });

  it('warns of a compacted topic', async () => {
    await topic('newest', { 'cleanup.policy': 'compact' });
    assert.match(await said('newest', OLD), /compacted.*newest message of each vehicle/);
    await topic('both', { ...WEEK, 'cleanup.policy': 'compact,delete' });
    const both = await said('both', OLD);
    assert.match(both, /compacted/);
    assert.match(both, /keeps messages for 7 days/);
  });

  it("creates topics that accept and keep everything, whatever the broker's defaults", async () => {
    const stderr = await said('made', [...OLD, '--create-topic', 'partitions=1']);
    assert.doesNotMatch(stderr, /keeps|compacted/);
    assert.equal((await consume(broker, 'made')).length, 50);
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: 'made' }];
    const [found] = await admin.describeConfigs({ resources });
    const value = (name: string) => found?.configs.find((config) => config.name === name)?.value;
    assert.equal(value('cleanup.policy'), 'delete');
    assert.equal(value('retention.ms'), '-1');
    assert.equal(value('retention.bytes'), '-1');
  });
});

describe('stream into a topic that rejects its timestamps', () => {
  it('says how far ahead they are, and how to fix it', async () => {
    await topic('hour', {});
    const fast = ['--vehicles', '20', '--resume-from', '2026-01-05T08:00:00Z', '--start-at', 'now', '--speed', '3600x'];
    const stderr = await said('hour', fast, 1);
    assert.match(stderr, /run ahead of the clock/);
    assert.match(
      stderr,
      /refused messages whose times are \d+ min ahead of the clock.*message\.timestamp\.after\.max\.ms/,
    );
    assert.doesNotMatch(stderr, /use .*--start-at now/);
  });

  it('says how far behind they are, and how to fix it', async () => {
    await topic('recent', { 'message.timestamp.before.max.ms': '3600000' });
    assert.match(
      await said('recent', OLD, 1),
      /refused messages whose times are \d+ days behind the clock.*before\.max\.ms.*--start-at/,
    );
  });
});
