import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RowDigest } from '#src/sinks/row-digest.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function digestOf(...pieces: readonly Uint8Array[]): string {
  const digest = new RowDigest('csv');
  for (const piece of pieces) digest.add(piece);
  return digest.end().digest;
}

describe('the digest of rows', () => {
  // Computed with `openssl mac`, as described in the header of row-digest.ts.
  for (const [text, mac] of [
    ['', 'e5827237a6208397be378da2826a819f'],
    ['fleetgen', '09245d60f914526a91584f11bfe52cc0'],
    ['x'.repeat(100_000), '3e520edd17557de3f0d271941b1ccb1b'],
  ] as const) {
    it(`is the GMAC that openssl computes of ${text.length} bytes`, () => {
      assert.equal(digestOf(latin1(text)), `csv-gmac:${mac}`);
    });
  }

  it('names the format of the rows', () => {
    const digest = new RowDigest('pgbinary');
    digest.add(latin1('fleetgen!'), 8);
    assert.deepEqual(digest.end(), { bytes: 8, digest: 'pgbinary-gmac:09245d60f914526a91584f11bfe52cc0' });
  });

  it('does not depend on how the bytes are divided, and differs after any change', () => {
    const bytes = fc.uint8Array({ minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (all, cut, at, change) => {
        const whole = digestOf(all);
        const middle = cut % all.length;
        assert.equal(digestOf(all.subarray(0, middle), all.subarray(middle)), whole);
        const changed = Uint8Array.from(all);
        changed[at % all.length]! ^= change;
        assert.notEqual(digestOf(changed), whole);
        assert.notEqual(digestOf(all.subarray(1)), whole);
      }),
    );
  });
});
