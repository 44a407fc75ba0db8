/** Blocks: computable in any order, and continuous with their neighbours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  BLOCK_HOURS,
  BLOCK_MS,
  BLOCK_STEPS,
  type Conditions,
  ConditionsCache,
  STEP_MS,
  stateAt,
  ZONE_COUNT,
} from '#src/world/conditions/conditions.js';
import {
  conditionsWorld,
  FIRST_BLOCK,
  mean,
  RAINY,
  SNOWY,
  scenarioOf,
  standardError,
  temperatureAt,
} from './fixture.js';

const EXAMPLES = ['default', 'winter-storm', 'night-taxi', 'failing-devices', 'dirty', 'tiny', 'autonomous'];
/** Any seed, and any block from 1970 to 2149. */
const anySeed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyBlock = fc.integer({ min: 0, max: 2340 });

describe('a block', async () => {
  const world = conditionsWorld(await scenarioOf('default'));
  const regions = world.regions.length;

  it('is the same whichever blocks were computed before', () => {
    fc.assert(
      fc.property(
        anySeed,
        fc.nat(regions - 1),
        anyBlock,
        fc.array(fc.tuple(fc.nat(regions - 1), anyBlock), { maxLength: 2 }),
        (seed, region, block, before) => {
          const used = new ConditionsCache(world, seed);
          for (const [r, b] of before) used.get(r, b);
          assert.deepEqual(used.get(region, block), new ConditionsCache(world, seed).get(region, block));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('of a region does not depend on the other regions', async () => {
    const scenario = await scenarioOf('default', ['regions.berlin=null', 'regions.chicago=null']);
    const few = new ConditionsCache(conditionsWorld(scenario), 7);
    const munich = Object.keys(scenario.regions).indexOf('munich');
    assert.deepEqual(few.get(munich, 700), new ConditionsCache(world, 7).get(1, 700));
  });

  it('differs between seeds, regions and times', () => {
    const seen = new Set<string>();
    for (const seed of [0, 1, 2 ** 32]) {
      const cache = new ConditionsCache(world, seed);
      for (let region = 0; region < regions; region++) {
        for (const block of [0, 1]) seen.add(cache.get(region, FIRST_BLOCK + block).index.join());
      }
    }
    assert.equal(seen.size, 3 * regions * 2);
  });

  it('begins in the state, temperature and traffic in which the one before it ended', () => {
    fc.assert(
      fc.property(anySeed, fc.nat(regions - 1), anyBlock, (seed, region, block) => {
        const cache = new ConditionsCache(world, seed);
        const [a, b] = [cache.get(region, block), cache.get(region, block + 1)];
        assert.equal(a.temperatureDeci[BLOCK_HOURS], b.temperatureDeci[0]);
        const last = a.changeMs.length - 1;
        if (b.changeMs[0]! < (b.changeMs[1] ?? 0) - 1) {
          assert.equal(a.changeWeather[last], b.changeWeather[0]);
          assert.deepEqual(a.changeTraffic.slice(last * ZONE_COUNT), b.changeTraffic.slice(0, ZONE_COUNT));
        }
        for (let zone = 0; zone < ZONE_COUNT; zone++) {
          const at = (of: typeof a, step: number) => of.index[step * ZONE_COUNT + zone]!;
          const step = at(b, 0) - at(a, BLOCK_STEPS - 1);
          // Where an incident builds up or dissolves, the steps beside the seam are as large.
          const before = Math.abs(at(a, BLOCK_STEPS - 1) - at(a, BLOCK_STEPS - 2));
          const after = Math.abs(at(b, 1) - at(b, 0));
          const max = Math.max(15, before + 3, after + 3);
          assert.ok(Math.abs(step) <= max, `zone ${zone}: traffic jumps by ${step} hundredths`);
        }
      }),
      // An incident dissolves.
      { numRuns: 25, examples: [[22, 4, 1264]] },
    );
  });

  it('has states that ascend, differ, and agree with its steps', () => {
    fc.assert(
      fc.property(anySeed, fc.nat(regions - 1), anyBlock, (seed, region, block) => {
        const c = new ConditionsCache(world, seed).get(region, block);
        assert.equal(c.changeMs[0], block * BLOCK_MS);
        for (let k = 1; k < c.changeMs.length; k++) {
          assert.ok(c.changeMs[k]! > c.changeMs[k - 1]! && Number.isInteger(c.changeMs[k]!));
          assert.ok(c.changeMs[k]! < (block + 1) * BLOCK_MS);
          assert.ok(!sameState(c, k, k - 1), `state ${k} is the one before`);
        }
        for (let step = 0; step < BLOCK_STEPS; step++) {
          const state = stateAt(c, block * BLOCK_MS + (step + 0.5) * STEP_MS);
          assert.equal(c.changeWeather[state], c.weather[step]);
          for (let zone = 0; zone < ZONE_COUNT; zone++) {
            const index = c.index[step * ZONE_COUNT + zone]!;
            const level = c.changeTraffic[state * ZONE_COUNT + zone]!;
            const { mediumAbove, highAbove } = world.traffic;
            // The index is rounded to hundredths.
            assert.ok(level < 1 || index >= Math.round(mediumAbove * 100), `${index} is not medium`);
            assert.ok(level < 2 || index >= Math.round(highAbove * 100), `${index} is not high`);
            assert.ok(level > 0 || index <= Math.round(mediumAbove * 100), `${index} is not low`);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it('has snow below the temperature of snow and rain above it, at every change', () => {
    const cache = new ConditionsCache(world, 3);
    let wet = 0;
    for (let block = FIRST_BLOCK; block < FIRST_BLOCK + 4; block++) {
      const c = cache.get(3, block);
      for (let k = 0; k + 1 < c.changeMs.length; k++) {
        if (c.changeWeather[k] !== RAINY && c.changeWeather[k] !== SNOWY) continue;
        wet++;
        const degrees = temperatureAt(c, (c.changeMs[k]! + c.changeMs[k + 1]!) / 2);
        const snow = degrees < world.weather.snowBelowDeci / 10;
        assert.equal(c.changeWeather[k] === SNOWY, snow, `${degrees} degrees`);
      }
    }
    assert.ok(wet > 100, `${wet} states`);
  });

  it('changes as often in its first hours as in all', () => {
    const excess: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const c = new ConditionsCache(world, seed).get(seed % regions, FIRST_BLOCK + seed);
      const changes = weatherChanges(c);
      const early = changes.filter((ms) => ms < c.changeMs[0]! + 24 * 3600000).length;
      excess.push(early - changes.length / 28);
    }
    const z = mean(excess) / standardError(excess);
    assert.ok(Math.abs(z) < 4, `${mean(excess)} more changes on first days, z ${z}`);
  });

  it('takes under 120 KB', () => {
    const cache = new ConditionsCache(world, 11);
    for (let region = 0; region < regions; region++) {
      const { jammers: _, ...arrays } = cache.get(region, FIRST_BLOCK + region);
      const bytes = Object.values(arrays).reduce((sum, array) => sum + array.byteLength, 0);
      assert.ok(bytes < 120_000, `${bytes} bytes`);
    }
  });

  for (const name of EXAMPLES) {
    it(`of the scenario ${name} has valid codes and plausible temperatures`, async () => {
      const scenario = conditionsWorld(await scenarioOf(name));
      const cache = new ConditionsCache(scenario, 1);
      for (let region = 0; region < scenario.regions.length; region++) checkValues(cache.get(region, FIRST_BLOCK));
    });
  }

  it('has the same properties anywhere on the globe', async () => {
    const centre = fc.tuple(
      fc.double({ min: -89, max: 89, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
    );
    const scenario = await scenarioOf('default');
    const berlin = world.regions[0]!;
    fc.assert(
      fc.property(
        centre,
        anyBlock,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ([latitude, longitude], block, share) => {
          const months = (value: number): number[] => Array.from({ length: 12 }, () => value);
          const region = {
            ...berlin,
            latitude,
            longitude,
            precipitation: months(share),
            fog: months((1 - share) / 2),
            sunshine: months(share),
          };
          checkValues(new ConditionsCache({ ...world, regions: [region] }, 5).get(0, block));
        },
      ),
      { numRuns: 15 },
    );
    assert.ok(scenario.regions.berlin !== undefined);
  });

  it('is continuous across the 180th meridian', () => {
    const at = (longitude: number): Conditions => {
      const region = { ...world.regions[0]!, longitude };
      return new ConditionsCache({ ...world, regions: [region] }, 5).get(0, FIRST_BLOCK);
    };
    const [west, east] = [at(-179.999), at(179.999)];
    const differing = west.weather.filter((code, i) => code !== east.weather[i]).length;
    assert.ok(differing < 0.01 * BLOCK_STEPS, `${differing} steps differ`);
  });
});

describe('jammers', async () => {
  const world = conditionsWorld(
    await scenarioOf('default', ['sensors.jamming.per_week=90', 'sensors.jamming.minutes=300']),
  );

  it('continue across the border of a block, identically in both blocks', () => {
    let over = 0;
    for (let seed = 0; seed < 12; seed++) {
      const cache = new ConditionsCache(world, seed);
      const [before, after] = [cache.get(0, FIRST_BLOCK), cache.get(0, FIRST_BLOCK + 1)];
      const border = (FIRST_BLOCK + 1) * BLOCK_MS;
      const ends = before.jammers.filter(({ untilMs }) => untilMs > border);
      assert.deepEqual(
        after.jammers.filter(({ fromMs }) => fromMs < border),
        ends,
      );
      over += ends.length;
    }
    assert.ok(over > 4, `${over} of 12`);
  });

  it('are sorted by their start', () => {
    const { jammers } = new ConditionsCache(world, 1).get(2, FIRST_BLOCK);
    assert.ok(jammers.length > 50);
    for (let i = 1; i < jammers.length; i++) assert.ok(jammers[i]!.fromMs >= jammers[i - 1]!.fromMs);
  });
});

function sameState({ changeWeather, changeTraffic }: Conditions, k: number, l: number): boolean {
  if (changeWeather[k] !== changeWeather[l]) return false;
  for (let zone = 0; zone < ZONE_COUNT; zone++) {
    if (changeTraffic[k * ZONE_COUNT + zone] !== changeTraffic[l * ZONE_COUNT + zone]) return false;
  }
  return true;
}

/** When the weather changes. */
function weatherChanges({ changeMs, changeWeather }: Conditions): number[] {
  return [...changeMs].filter((_, k) => k > 0 && changeWeather[k] !== changeWeather[k - 1]);
}

function checkValues(c: Conditions): void {
  assert.equal(c.weather.length, BLOCK_STEPS);
  assert.equal(c.index.length, BLOCK_STEPS * ZONE_COUNT);
  assert.equal(c.temperatureDeci.length, BLOCK_HOURS + 1);
  assert.equal(c.changeWeather.length, c.changeMs.length);
  assert.equal(c.changeTraffic.length, c.changeMs.length * ZONE_COUNT);
  assert.ok(c.changeMs.every(Number.isFinite));
  assert.ok(c.weather.every((code) => code <= 4) && c.changeWeather.every((code) => code <= 4));
  assert.ok(c.changeTraffic.every((code) => code <= 2) && c.index.every((index) => index <= 250));
  assert.ok(c.temperatureDeci.every((deci) => Math.abs(deci) < 600));
}
