import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameKey, Sfc32, STREAM } from '#src/random/sfc32.js';
import { drawsOf, stateOfKey } from './reference-sfc32.js';

type Key = readonly [seed: number, subject: number, time: number, stream: number];

const WARM_UP = 12;
const STREAMS = Object.values(STREAM);
const key: fc.Arbitrary<Key> = fc.tuple(
  fc.oneof(fc.nat(50), fc.maxSafeNat(), fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1)),
  fc.oneof(fc.nat(50), fc.integer()),
  fc.oneof(fc.nat(50), fc.nat(2 ** 24 - 1), fc.constant(2 ** 24 - 1)),
  fc.constantFrom(...STREAMS),
);

/** Computed by a third program, from PractRand's definition; a change here changes every dataset. */
const VECTORS: [key: Key, draws: number[]][] = [
  [
    [0, 0, 0, 1],
    [1299785925, 4001059704, 2906380172, 1047107358, 1857996408, 3863704218],
  ],
  [
    [42, 7, 20458, 4],
    [2623743927, 1237735079, 3359644748, 3227901191, 801921709, 1481334123],
  ],
  [
    [2 ** 53 - 1, -1, 2 ** 24 - 1, 9],
    [1431816146, 376849219, 1234334046, 3070034638, 3469009856, 3636689801],
  ],
];

for (const [vector, draws] of VECTORS) {
  test(`key ${vector.join(', ')} draws the known numbers`, () => {
    assert.deepEqual(take(vector, draws.length), draws);
  });
}

test('draws the same as the reference, for any key', () => {
  fc.assert(
    fc.property(key, (k) => {
      assert.deepEqual(take(k, 40), drawsOf(stateOfKey(...k), WARM_UP, 40));
    }),
    { numRuns: 500 },
  );
});

test('fill gives the same numbers as next and continues where it stopped', () => {
  fc.assert(
    fc.property(key, fc.nat(70), fc.nat(70), (k, first, second) => {
      const random = seeded(k);
      const blocks = [new Int32Array(first), new Int32Array(second)];
      for (const block of blocks) random.fill(block);
      const filled = [...blocks[0]!, ...blocks[1]!, random.next()].map((draw) => draw >>> 0);
      assert.deepEqual(filled, take(k, first + second + 1));
    }),
  );
});

test('reseeding resets the state', () => {
  fc.assert(
    fc.property(key, key, fc.nat(20), (before, k, used) => {
      const random = seeded(before);
      for (let i = 0; i < used; i++) random.next();
      random.seed(...k);
      assert.deepEqual(drawn(random, 5), take(k, 5));
    }),
  );
});

test('different keys start in different states', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      fc.pre(a.some((part, i) => part !== b[i]));
      assert.notDeepEqual(stateOfKey(...a), stateOfKey(...b));
      // A round can be undone, so states stay apart; 128 bits of draws show it.
      assert.notDeepEqual(take(a, 4), take(b, 4));
    }),
    { numRuns: 2000 },
  );
});

test('neighbouring keys never start with equal numbers', () => {
  const seen = new Set<string>();
  let keys = 0;
  for (const seed of [0, 1, 42, 2 ** 32, 2 ** 32 + 1]) {
    for (let subject = 0; subject < 20; subject++) {
      for (let time = 20000; time < 20020; time++) {
        for (const stream of STREAMS) {
          seen.add(take([seed, subject, time, stream], 4).join());
          keys++;
        }
      }
    }
  }
  assert.equal(seen.size, keys);
});

test('the first draws of neighbouring keys are uniform and uncorrelated', () => {
  const n = 20000;
  let ones = 0;
  let product = 0;
  for (let vehicle = 0; vehicle < n; vehicle++) {
    const [draw] = take([42, vehicle, 20458, STREAM.motion], 1);
    const [neighbour] = take([42, vehicle + 1, 20458, STREAM.motion], 1);
    for (let bit = 0; bit < 32; bit++) ones += (draw! >>> bit) & 1;
    product += (draw! / 2 ** 32 - 0.5) * (neighbour! / 2 ** 32 - 0.5);
  }
  // Five standard errors: of 32 n fair bits, and of a mean of products of independent uniforms.
  assert.ok(Math.abs(ones - 16 * n) < 5 * Math.sqrt(8 * n), `${ones} ones of ${32 * n}`);
  assert.ok(Math.abs(product / n) < 5 / 12 / Math.sqrt(n), `covariance ${product / n}`);
});

test('uniform lies in [0, 1) and below(n) in 0..n-1, both from one draw', () => {
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 2 ** 21 }), (k, n) => {
      const [draw] = take(k, 1);
      assert.equal(seeded(k).uniform(), draw! / 2 ** 32);
      assert.equal(seeded(k).below(n), Number((BigInt(draw!) * BigInt(n)) >> 32n));
    }),
  );
});

test('a name has the published FNV-1a hash', () => {
  const keys = ['', 'a', 'foobar'].map((name) => nameKey(name) >>> 0);
  assert.deepEqual(keys, [0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

function seeded(k: Key): Sfc32 {
  const random = new Sfc32();
  random.seed(...k);
  return random;
}

function drawn(random: Sfc32, count: number): number[] {
  return Array.from({ length: count }, () => random.next() >>> 0);
}

function take(k: Key, count: number): number[] {
  return drawn(seeded(k), count);
}
