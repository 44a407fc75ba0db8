import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WEATHERS } from '../../src/columns/telemetry.js';
import { defaultScenario } from '../../src/scenario/load.js';
import { compileWorld } from '../../src/world/compile-world.js';
import { BLOCK_HOURS, blockOf, ConditionsCache, ZONE_COUNT } from '../../src/world/conditions.js';
import { HOUR_MS, offsetAt, weekdayOf } from '../../src/world/local-time.js';

const world = compileWorld(defaultScenario(), 10000);
const SEED = 42;
const BLOCK_2026 = blockOf(Date.parse('2026-01-05T00:00:00Z'));
const [SUNNY, CLOUDY, RAINY, FOGGY, SNOWY] = WEATHERS.map((_, code) => code);
const regions = world.regions.map((_, region) => region);
/** About three years. */
const BLOCKS = Array.from({ length: 40 }, (_, i) => BLOCK_2026 + i);
const cache = new ConditionsCache(world, SEED);

test('a block is the same whichever blocks were asked for before', () => {
  fc.assert(
    fc.property(
      fc.nat(regions.length - 1),
      fc.nat(30),
      fc.array(fc.tuple(fc.nat(regions.length - 1), fc.nat(30)), { maxLength: 4 }),
      (region, block, before) => {
        const used = new ConditionsCache(world, SEED);
        for (const [r, b] of before) used.get(r, BLOCK_2026 + b);
        assert.deepEqual(
          used.get(region, BLOCK_2026 + block),
          new ConditionsCache(world, SEED).get(region, BLOCK_2026 + block),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('seeds, regions and blocks differ in their weather', () => {
  const seen = new Set<string>();
  for (const seed of [SEED, SEED + 1]) {
    const conditions = new ConditionsCache(world, seed);
    for (const region of regions) {
      for (const block of BLOCKS.slice(0, 3)) seen.add(conditions.get(region, block).weather.join(''));
    }
  }
  assert.equal(seen.size, 2 * 3 * regions.length);
});

test('weather comes in spells of hours', () => {
  let changes = 0;
  let hours = 0;
  for (const region of regions) {
    for (const block of BLOCKS) {
      const { weather } = cache.get(region, block);
      for (let h = 1; h < BLOCK_HOURS; h++) changes += weather[h] === weather[h - 1] ? 0 : 1;
      hours += BLOCK_HOURS;
    }
  }
  const mean = hours / changes;
  assert.ok(mean > 4 && mean < 24, `a spell lasts ${mean} hours on average`);
});

test('each kind of weather has its share of the year, and snow only falls in the cold', () => {
  const share = new Float64Array(WEATHERS.length);
  let total = 0;
  let warmestSnow = Number.NEGATIVE_INFINITY;
  let coldestRain = Number.POSITIVE_INFINITY;
  for (const region of regions) {
    for (const block of BLOCKS) {
      const { weather, temperatureDeci } = cache.get(region, block);
      weather.forEach((kind, h) => {
        share[kind]!++;
        total++;
        if (kind === SNOWY) warmestSnow = Math.max(warmestSnow, temperatureDeci[h]!);
        if (kind === RAINY) coldestRain = Math.min(coldestRain, temperatureDeci[h]!);
      });
    }
  }
  const of = (kind: number): number => share[kind]! / total;
  assert.ok(of(RAINY!) + of(SNOWY!) > 0.04 && of(RAINY!) + of(SNOWY!) < 0.1, `precipitation ${share}`);
  assert.ok(of(FOGGY!) > 0.005 && of(FOGGY!) < 0.05, `fog ${share}`);
  assert.ok(of(SUNNY!) > 0.3 && of(CLOUDY!) > 0.2, `sun and clouds ${share}`);
  assert.ok(of(SNOWY!) > 0.002, `snow ${share}`);
  assert.ok(warmestSnow < coldestRain, `snow at ${warmestSnow}, rain at ${coldestRain} tenths of a degree`);
});

test('summers are warmer than winters, afternoons than nights, and no hour jumps', () => {
  for (const region of regions) {
    const { zone, temperatureC } = world.regions[region]!;
    const byMonth = Array.from({ length: 12 }, () => ({ sum: 0, hours: 0 }));
    const byHour = new Float64Array(24);
    for (const block of BLOCKS) {
      const { temperatureDeci } = cache.get(region, block);
      for (let h = 0; h < BLOCK_HOURS; h++) {
        const utc = (block * BLOCK_HOURS + h) * HOUR_MS;
        const local = new Date(utc + offsetAt(zone, utc));
        const month = byMonth[local.getUTCMonth()]!;
        month.sum += temperatureDeci[h]! / 10;
        month.hours++;
        byHour[local.getUTCHours()]! += temperatureDeci[h]!;
        assert.ok(Math.abs(temperatureDeci[h + 1]! - temperatureDeci[h]!) < 40, `a jump in hour ${h}`);
      }
    }
    byMonth.forEach(({ sum, hours }, month) => {
      assert.ok(Math.abs(sum / hours - temperatureC[month]!) < 3.5, `month ${month + 1}: ${sum / hours}`);
    });
    assert.ok(byHour[15]! > byHour[3]!);
  }
});

test('traffic is denser at rush hours than at night, and than at weekends in the morning', () => {
  for (const region of regions) {
    const { zone } = world.regions[region]!;
    const level = (weekend: boolean, hour: number): number => {
      let sum = 0;
      let count = 0;
      for (const block of BLOCKS.slice(0, 13)) {
        const { traffic } = cache.get(region, block);
        for (let h = 0; h < BLOCK_HOURS; h++) {
          const utc = (block * BLOCK_HOURS + h) * HOUR_MS;
          const local = Math.floor((utc + offsetAt(zone, utc)) / HOUR_MS);
          if (local % 24 !== hour || weekdayOf(Math.floor(local / 24)) >= 5 !== weekend) continue;
          for (let z = 0; z < ZONE_COUNT; z++) sum += traffic[h * ZONE_COUNT + z]!;
          count += ZONE_COUNT;
        }
      }
      return sum / count;
    };
    assert.ok(level(false, 17) > level(false, 3) + 0.8);
    assert.ok(level(false, 7) > level(true, 7) + 0.4);
  }
});

test('traffic on a holiday is that of a Sunday, and only in its region', () => {
  const holiday = '2026-01-14';
  const scenario = { ...defaultScenario(), time: { ...defaultScenario().time, holidays: { berlin: [holiday] } } };
  const festive = new ConditionsCache(compileWorld(scenario, 10000), SEED);
  /** Traffic by hour of a local day, over all zones, 0 to 2. */
  const dayOfTraffic = (conditions: ConditionsCache, region: number, date: string): number[] => {
    const midnight = Date.parse(`${date}T00:00:00Z`) - offsetAt(world.regions[region]!.zone, Date.parse(date));
    return Array.from({ length: 24 }, (_, hour) => {
      const time = midnight + hour * HOUR_MS;
      const { traffic } = conditions.get(region, blockOf(time));
      const at = (Math.floor(time / HOUR_MS) % BLOCK_HOURS) * ZONE_COUNT;
      return traffic.slice(at, at + ZONE_COUNT).reduce((a, b) => a + b, 0) / ZONE_COUNT;
    });
  };
  const berlin = world.regions.findIndex(({ name }) => name === 'berlin');
  const morning = (day: readonly number[]): number => day[7]! + day[8]!;
  const [ordinary, free] = [dayOfTraffic(cache, berlin, holiday), dayOfTraffic(festive, berlin, holiday)];
  assert.ok(morning(ordinary) > morning(free) + 1, `${ordinary} ${free}`);
  assert.ok(Math.abs(morning(free) - morning(dayOfTraffic(festive, berlin, '2026-01-18'))) < 0.7);
  for (const region of regions.filter((r) => r !== berlin)) {
    assert.deepEqual(dayOfTraffic(festive, region, holiday), dayOfTraffic(cache, region, holiday));
  }
  assert.deepEqual(dayOfTraffic(festive, berlin, '2026-01-15'), dayOfTraffic(cache, berlin, '2026-01-15'));
});

test('trips are never planned faster than in free traffic', () => {
  for (const region of regions) {
    for (const block of BLOCKS) {
      for (const slowdown of cache.get(region, block).slowdown)
        assert.ok(slowdown >= 1 && slowdown < 2.2, `${slowdown}`);
    }
  }
});
