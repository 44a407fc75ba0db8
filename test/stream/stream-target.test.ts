import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStreamTarget } from '#src/stream/stream-target.js';

describe('stream target', () => {
  it('is standard output, or brokers and a topic', () => {
    assert.deepEqual(parseStreamTarget('-'), { kind: 'stdout' });
    assert.deepEqual(parseStreamTarget('kafka://a:1,b,[::1]:9093/fleet.v1'), {
      kind: 'kafka',
      brokers: ['a:1', 'b:9092', '[::1]:9093'],
      topic: 'fleet.v1',
    });
  });

  const refused: [text: string, message: RegExp][] = [
    ['postgresql://u:secret@h/db', /not a target that stream knows/],
    ['kafka://host:9092', /has no valid topic/],
    ['kafka://host:9092/a b', /has no valid topic/],
    ['kafka://host:9092/a/b', /not a target/],
    ['kafka://host:99999/t', /no broker "host:99999"/],
    ['kafka:///t', /not a target/],
    ['kafka://user:secret@host/t', /contains a user/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${text} without repeating a password`, () => {
      assert.throws(
        () => parseStreamTarget(text),
        (error: Error) => message.test(error.message) && !error.message.includes('secret'),
      );
    });
  }
});
