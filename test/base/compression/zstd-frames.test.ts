import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { zstdFrames } from '#src/base/compression/zstd-frames.js';

/**
 * As the zstd command writes them: with a checksum, without one and with unknown size, and 300,000 zeros in RLE blocks.
 */
const FRAMES = [
  'KLUv/SQKUQAAaGVsbG8genN0ZM/bYJw=',
  'KLUv/QBYUQAAaGVsbG8genN0ZA==',
  'KLUv/QRYVAAAEAAAAQD7/znAAgIAEAADnwQALSjeJg==',
].map((text) => Buffer.from(text, 'base64'));
const SKIPPABLE = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function framesOf(bytes: Buffer, size: number): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for await (const frame of zstdFrames(pieces(bytes, size))) {
    const parts: Buffer[] = [];
    for await (const part of frame) parts.push(part);
    found.push(Buffer.concat(parts));
  }
  return found;
}

test('yields the frames one by one, however the input is chunked', async () => {
  const anyFrames = fc.array(fc.constantFrom(...FRAMES, SKIPPABLE), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(anyFrames, fc.integer({ min: 1, max: 60 }), async (frames, size) => {
      const expected = frames.filter((frame) => frame !== SKIPPABLE);
      assert.deepEqual(await framesOf(Buffer.concat(frames), size), expected);
    }),
  );
});

test('rejects a file that ends within a frame or continues with other data', async () => {
  for (const frame of FRAMES) {
    for (let length = 1; length < frame.length; length++) {
      await assert.rejects(framesOf(frame.subarray(0, length), 7), { code: 'ZSTD_FRAME' });
    }
    await assert.rejects(framesOf(Buffer.concat([frame, Buffer.from('more')]), 7), { code: 'ZSTD_FRAME' });
  }
});
