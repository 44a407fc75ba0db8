/** Traffic: two peaks on working days without steps, a memory, holidays, incidents; and what it does to speed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZONES } from '#src/scenario/model/scenario.js';
import {
  BLOCK_STEPS,
  blockOf,
  ConditionsCache,
  INDEX_MAX,
  STEP_MS,
  ZONE_COUNT,
} from '#src/world/conditions/conditions.js';
import type { ConditionsWorld } from '#src/world/conditions/conditions-world.js';
import { speedFactors } from '#src/world/conditions/speed-factor.js';
import { effectiveWeekday, offsetAt } from '#src/world/local-time.js';
import { conditionsWorld, correlation, FIRST_BLOCK, mean, scenarioOf, standardError, stepOf } from './fixture.js';

const HOUR_MS = 3600000;
const scenario = await scenarioOf('default');
const world = conditionsWorld(scenario);
const BLOCKS = 13;

/** Computed once for all tests that read them. */
const cache = new ConditionsCache(world, 42);

/** Share of high traffic by local hour, over all regions. */
function denseByHour(weekend: boolean, zones: readonly number[]): number[] {
  const [dense, all] = [new Float64Array(24), new Float64Array(24)];
  for (const [r, region] of world.regions.entries()) {
    for (let block = FIRST_BLOCK; block < FIRST_BLOCK + BLOCKS; block++) {
      const { index, changeMs } = cache.get(r, block);
      for (let step = 0; step < BLOCK_STEPS; step++) {
        const utcMs = changeMs[0]! + (step + 0.5) * STEP_MS;
        const hour = Math.floor((utcMs + offsetAt(region.zone, utcMs)) / HOUR_MS);
        if (effectiveWeekday(Math.floor(hour / 24), region.holidays) >= 5 !== weekend) continue;
        for (const zone of zones) {
          all[hour % 24]!++;
          if (index[step * ZONE_COUNT + zone]! > world.traffic.highAbove * 100) dense[hour % 24]!++;
        }
      }
    }
  }
  return Array.from(all, (n, hour) => dense[hour]! / n);
}

describe('traffic', () => {
  const zones = ZONES.map((_, zone) => zone);

  it('has two peaks on working days and no step between hours', () => {
    const dense = denseByHour(false, zones);
    const morning = Math.max(...dense.slice(6, 9));
    const noon = Math.min(...dense.slice(9, 12));
    const evening = Math.max(...dense.slice(15, 19));
    assert.ok(morning > noon + 0.05 && evening > noon + 0.2, `${dense}`);
    assert.ok(Math.max(...dense.slice(0, 5)) < 0.01);
    dense.forEach((share, hour) => {
      assert.ok(Math.abs(share - dense[(hour + 1) % 24]!) < 0.2, `hour ${hour}: ${dense}`);
    });
  });

  it('has no morning peak on weekends', () => {
    const dense = denseByHour(true, zones);
    assert.ok(Math.max(...dense.slice(5, 9)) < 0.05 && Math.max(...dense.slice(11, 15)) > 0.15, `${dense}`);
  });

  it('is denser in zones of more weight', () => {
    const rush = (zone: string): number => denseByHour(false, [ZONES.indexOf(zone as never)])[16]!;
    assert.ok(rush('centre') > rush('radial') && rush('radial') > rush('rural'));
  });

  it('on a holiday is that of a Sunday, in its region only', async () => {
    const holiday = '2026-01-14';
    const festive = conditionsWorld({ ...scenario, time: { ...scenario.time, holidays: { berlin: [holiday] } } });
    const fromMs = Date.parse(`${holiday}T05:00:00Z`);
    const morning = (of: ConditionsWorld, seed: number): number =>
      mean(new ConditionsCache(of, seed).get(0, blockOf(fromMs)).index.subarray(...range(stepOf(fromMs), 36)));
    const differences = Array.from({ length: 8 }, (_, seed) => morning(world, seed) - morning(festive, seed));
    assert.ok(mean(differences) > 10, `${differences}`);
    for (const region of [1, 2, 3, 4]) {
      const [a, b] = [world, festive].map((of) => new ConditionsCache(of, 1).get(region, blockOf(fromMs)));
      assert.deepEqual(a, b);
    }
    const afterMs = Date.parse('2026-01-16T00:00:00Z');
    const [c, d] = [world, festive].map((of) => new ConditionsCache(of, 1).get(0, blockOf(afterMs)).index);
    assert.deepEqual(c!.subarray(stepOf(afterMs) * ZONE_COUNT), d!.subarray(stepOf(afterMs) * ZONE_COUNT));
  });

  it('has deviations with the requested memory', async () => {
    for (const minutes of [20, 40, 80]) {
      const sets = [
        `traffic.memory_minutes=${minutes}`,
        'traffic.day_spread=0',
        'traffic.incidents.per_week=0',
        'time.departures.commuter={weekday: [0.01,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}',
        'traffic.weekend_weight=1',
        'time.departures.commuter.weekend=[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]',
      ];
      const flat = conditionsWorld(await scenarioOf('default', sets));
      const kept: number[] = [];
      for (let seed = 0; seed < 6; seed++) {
        const { index } = new ConditionsCache(flat, seed).get(2, FIRST_BLOCK + 6);
        const noon = Array.from({ length: 28 }, (_, day) =>
          Array.from({ length: 120 }, (_, i) => index[(day * 288 + 96 + i) * ZONE_COUNT + 1]!),
        ).flat();
        const lag = minutes / 5;
        kept.push(correlation(noon.slice(lag), noon.slice(0, -lag)));
      }
      const error = Math.abs(mean(kept) - 0.37);
      assert.ok(error < 4 * standardError(kept) + 0.05, `${minutes} minutes: ${kept}`);
    }
  });

  it('has bad days, in all zones at once', async () => {
    const only = conditionsWorld(await scenarioOf('default', ['traffic.spread=0', 'traffic.incidents.per_week=0']));
    const cache = new ConditionsCache(only, 9);
    const noons = (zone: number): number[] =>
      Array.from({ length: 84 }, (_, day) => {
        const { index } = cache.get(4, FIRST_BLOCK + Math.floor(day / 28));
        return mean(Array.from({ length: 36 }, (_, i) => index[((day % 28) * 288 + 216 + i) * ZONE_COUNT + zone]!));
      });
    const [centre, town] = [noons(0), noons(2)];
    assert.ok(correlation(centre, town) > 0.9, `${correlation(centre, town)}`);
    assert.ok(Math.max(...centre) > 1.4 * Math.min(...centre));
  });

  it('has incidents that build up within minutes, dissolve, and occur at the requested rate', async () => {
    const without = conditionsWorld(await scenarioOf('default', ['traffic.incidents.per_week=0']));
    const often = conditionsWorld(
      await scenarioOf('default', ['traffic.incidents={per_week: 6, minutes: [20, 90], index: 0.5}']),
    );
    let [incidents, weeks] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const [a, b] = [without, often].map((of) => new ConditionsCache(of, seed).get(0, FIRST_BLOCK).index);
      for (let zone = 0; zone < ZONE_COUNT; zone++) {
        const added = Array.from(
          { length: BLOCK_STEPS },
          (_, s) => b![s * ZONE_COUNT + zone]! - a![s * ZONE_COUNT + zone]!,
        );
        assert.ok(Math.min(...added) >= 0);
        incidents += added.filter((value, s) => value > 2 && (added[s - 1] ?? 0) <= 2).length;
        weeks += 4;
        for (let s = 1; s < BLOCK_STEPS; s++) {
          assert.ok(Math.abs(added[s]! - added[s - 1]!) < 150, `a step of ${added[s]! - added[s - 1]!} hundredths`);
        }
      }
    }
    const expected = 6 * weeks;
    // Some meet and count once, some fall on empty roads.
    assert.ok(
      incidents > 0.7 * expected && incidents < expected + 4 * Math.sqrt(expected),
      `${incidents} of ${expected}`,
    );
  });
});

describe('the factor on speed', () => {
  it("never rises with the index, meets the scenario's values, and is weather times traffic", async () => {
    for (const name of ['default', 'winter-storm', 'tiny']) {
      const { weather, traffic, ...rest } = await scenarioOf(name);
      const table = speedFactors({ weather, traffic, ...rest });
      assert.equal(table.length, 5 * (INDEX_MAX + 1));
      for (let i = 0; i <= INDEX_MAX; i++) {
        if (i > 0) assert.ok(table[i]! <= table[i - 1]! && table[i - 1]! - table[i]! < 0.03, `index ${i}`);
        const snowy = table[4 * (INDEX_MAX + 1) + i]!;
        assert.ok(Math.abs(snowy - (table[i]! * weather.speed.snowy) / weather.speed.sunny) < 1e-12);
      }
      const middle = Math.round(50 * (traffic.medium_above + traffic.high_above));
      assert.equal(table[0], weather.speed.sunny * traffic.speed.low);
      assert.ok(Math.abs(table[middle]! - weather.speed.sunny * traffic.speed.medium) < 0.01);
    }
  });
});

/** Positions in the index of `steps` steps from one on. */
function range(step: number, steps: number): [number, number] {
  return [step * ZONE_COUNT, (step + steps) * ZONE_COUNT];
}
