import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { COMPRESSIONS } from '#src/kafka/kafka-spec.js';
import { encodeHeaders, RecordBatch } from '#src/kafka/record-batch.js';

const TIMES = fc.integer({ min: 0, max: 4_000_000_000_000 });
const MESSAGE = fc.record({ time: TIMES, key: fc.string(), value: fc.string({ maxLength: 3000 }) });

describe('record batch', () => {
  for (const compression of COMPRESSIONS) {
    it(`is readable by an independent reader with compression ${compression}`, () => {
      fc.assert(
        fc.property(
          fc.array(MESSAGE, { minLength: 1, maxLength: 200 }),
          fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
          fc.nat(),
          (messages, headers, sequence) => {
            const batch = new RecordBatch(64, encodeHeaders(headers));
            for (const { time, key, value } of messages) {
              // The value is in the middle of a larger buffer.
              const source = Buffer.from(`<${value}>`);
              batch.add(time, Buffer.from(key), source, 1, source.length - 1);
            }
            const bytes = batch.finish({ id: 77n, epoch: 3 }, sequence, compression);
            const read = readRecordsBatch(Reader.from(bytes));
            assert.equal(read.length, bytes.length - 12);
            assert.equal(read.magic, 2);
            assert.equal(read.producerId, 77n);
            assert.equal(read.producerEpoch, 3);
            assert.equal(read.firstSequence, sequence);
            assert.equal(read.lastOffsetDelta, messages.length - 1);
            assert.equal(read.maxTimestamp, BigInt(Math.max(...messages.map(({ time }) => time))));
            assert.deepEqual(
              read.records.map((record) => ({
                time: Number(read.firstTimestamp + record.timestampDelta),
                key: String(record.key),
                value: String(record.value),
                offset: record.offsetDelta,
              })),
              messages.map((message, offset) => ({ ...roundTrip(message), offset })),
            );
            for (const record of read.records) {
              const found = record.headers as unknown as [Buffer, Buffer][];
              assert.deepEqual(
                found.map(([name, text]) => [String(name), String(text)]),
                Object.entries(headers).map(([name, text]) => [utf8(name), utf8(text)]),
              );
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('starts from scratch after clear', () => {
    const batch = new RecordBatch(64, encodeHeaders({}));
    batch.add(5, Buffer.from('a'), Buffer.from('first'), 0, 5);
    batch.clear();
    batch.add(9, Buffer.from('b'), Buffer.from('second'), 0, 6);
    const read = readRecordsBatch(Reader.from(batch.finish({ id: 1n, epoch: 0 }, 0, 'none')));
    assert.deepEqual(
      read.records.map(({ value }) => String(value)),
      ['second'],
    );
    assert.equal(read.firstTimestamp, 9n);
  });
});

/** A text that is not valid Unicode does not survive encoding. */
function utf8(text: string): string {
  return Buffer.from(text).toString();
}

function roundTrip({ time, key, value }: { time: number; key: string; value: string }) {
  return { time, key: utf8(key), value: utf8(value) };
}
