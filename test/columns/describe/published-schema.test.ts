/**
 * The JSON Schema that `fleetgen schema` prints for a scenario, validated against the messages that `fleetgen stream`
 * sends for it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { schemaText } from '#src/commands/schema-command.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';
import { SHIPPED } from '#src/scenario/read/shipped.js';
import { drain, feedOf, smallDataset } from '../../stream/messages.js';

async function published(from: string, sets: readonly string[] = []) {
  const { scenario } = await loadScenario(from, sets);
  const ajv = new Ajv2020({
    allowUnionTypes: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
  });
  const validate = ajv.compile(JSON.parse(schemaText('json', 'public', 'fleet_telemetry', scenario)));
  const messages = await drain(feedOf(smallDataset({ scenario, days: from === 'tiny' ? 2 : 1 })));
  return { validate, messages: messages.map(({ line }) => JSON.parse(line)) };
}

const known = new Map<string, ReturnType<typeof published>>();
/** What is published of a shipped scenario; made once. */
function shipped(name: string): ReturnType<typeof published> {
  const made = known.get(name) ?? published(name);
  known.set(name, made);
  return made;
}

function refused(validate: ValidateFunction, messages: readonly unknown[]): string[] {
  return messages.flatMap((message) => {
    if (validate(message)) return [];
    return validate.errors!.map(({ instancePath, message: says }) => `${instancePath} ${says}`);
  });
}

describe('the published JSON Schema', () => {
  for (const name of Object.keys(SHIPPED)) {
    it(`takes every message of ${name}`, async () => {
      const { validate, messages } = await shipped(name);
      assert.ok(messages.length > 3000);
      assert.deepEqual([...new Set(refused(validate, messages))], []);
    });
  }

  it('is as narrow as the scenario', async () => {
    const dirty = await shipped('dirty');
    const clean = await shipped('default');
    assert.ok(dirty.messages.some((message) => message.sensor_battery_pct > 100));
    assert.deepEqual([...new Set(refused(clean.validate, dirty.messages))], ['/sensor_battery_pct must be <= 100']);
    const [message] = clean.messages;
    for (const wrong of [{ hour_of_day: 24 }, { latitude: 91 }, { risk_score: 1.5 }, { network_delay_ms: -1e9 }]) {
      assert.equal(refused(clean.validate, [{ ...message, ...wrong }]).length, 1, JSON.stringify(wrong));
    }
  });

  it("has the ranges of the scenario's custom metrics and accepts a clock that runs ahead", async () => {
    const { validate, messages } = await published('autonomous', [
      'metrics.lidar_range_m.range=[100, 190]',
      'devices.clock_skew={per_1000_days: 900, seconds: 9000, most_minutes: 5}',
    ]);
    assert.deepEqual([...new Set(refused(validate, messages))], []);
    assert.ok(messages.some(({ network_delay_ms }) => network_delay_ms < 0));
    assert.ok(messages.some(({ lidar_range_m }) => lidar_range_m === 190));
    assert.deepEqual(refused(validate, [{ ...messages[0], lidar_range_m: 190.1 }]), ['/lidar_range_m must be <= 190']);
  });
});
