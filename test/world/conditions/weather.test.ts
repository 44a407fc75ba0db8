/** Weather: spells, shares of months, fronts that travel, temperatures that neighbours share. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  BLOCK_HOURS,
  BLOCK_STEPS,
  type Conditions,
  ConditionsCache,
  STEP_MS,
} from '#src/world/conditions/conditions.js';
import { solarHour } from '#src/world/conditions/temperature.js';
import {
  CLOUDY,
  conditionsWorld,
  correlation,
  FIRST_BLOCK,
  FOGGY,
  mean,
  RAINY,
  SNOWY,
  SUNNY,
  scenarioOf,
  standardError,
} from './fixture.js';

const HOUR_MS = 3600000;
const STEPS_PER_HOUR = HOUR_MS / STEP_MS;
/** Six years and a half. */
const BLOCKS = 84;

const scenario = await scenarioOf('default');
const world = conditionsWorld(scenario);
const names = Object.keys(scenario.regions);
const [BERLIN, MUNICH, MADRID, WARSAW, CHICAGO] = ['berlin', 'munich', 'madrid', 'warsaw', 'chicago'].map((name) =>
  names.indexOf(name),
) as [number, number, number, number, number];

describe('weather', () => {
  /** By region, block after block. */
  let blocks: Conditions[][];
  before(() => {
    const cache = new ConditionsCache(world, 42);
    blocks = names.map((_, r) => Array.from({ length: BLOCKS }, (_, b) => cache.get(r, FIRST_BLOCK + b)));
  });

  it('comes in spells of the requested lengths', () => {
    const hours = [0, 0, 0, 0];
    const spells = [0, 0, 0, 0];
    for (const region of blocks) {
      let [kind, sinceMs] = [-1, 0];
      for (const { changeMs, changeWeather } of region) {
        changeMs.forEach((ms, k) => {
          const next = changeWeather[k] === SNOWY ? RAINY : changeWeather[k]!;
          if (next === kind) return;
          if (kind >= 0) {
            hours[kind]! += (ms - sinceMs) / HOUR_MS;
            spells[kind]!++;
          }
          [kind, sinceMs] = [next, ms];
        });
      }
    }
    const { sunny, cloudy, precipitation, foggy } = scenario.weather.spell_hours;
    for (const [kind, asked] of [sunny, cloudy, precipitation, foggy].entries()) {
      const found = hours[kind]! / spells[kind]!;
      assert.ok(Math.abs(found / asked - 1) < 0.15, `kind ${kind}: ${found} hours, asked ${asked}`);
    }
  });

  it('has the monthly shares of the scenario', () => {
    for (const [r, region] of blocks.entries()) {
      const { precipitation, fog, sunshine } = world.regions[r]!;
      const asked = (share: (month: number) => number): number => mean(Array.from({ length: 12 }, (_, m) => share(m)));
      const found = (kinds: readonly number[]): number[] =>
        region.map(({ weather }) => weather.filter((code) => kinds.includes(code)).length / BLOCK_STEPS);
      const wet = asked((m) => precipitation[m]!);
      const sun = asked((m) => sunshine[m]! * (1 - precipitation[m]! - fog[m]!));
      // Blocks are nearly independent; 4 standard errors of their mean, seasons included.
      for (const [kinds, share] of [
        [[RAINY, SNOWY], wet],
        [[FOGGY], asked((m) => fog[m]!)],
        [[SUNNY], sun],
      ] as const) {
        const shares = found(kinds);
        const error = Math.abs(mean(shares) - share);
        assert.ok(error < 4 * standardError(shares), `${names[r]} ${kinds}: ${mean(shares)}, asked ${share}`);
      }
    }
  });

  it("is wetter in the scenario's wet months", () => {
    const share = (months: readonly number[]): number =>
      mean(
        blocks[MADRID]!.flatMap(({ weather, changeMs }) =>
          months.includes(new Date(changeMs[0]! + 14 * 24 * HOUR_MS).getUTCMonth())
            ? [weather.filter((code) => code === RAINY || code === SNOWY).length / BLOCK_STEPS]
            : [],
        ),
      );
    assert.ok(share([10, 11, 0]) > 2 * share([6, 7]), `winter ${share([10, 11, 0])}, summer ${share([6, 7])}`);
  });

  it('is foggy at night and in the morning', () => {
    const byHour = new Float64Array(24);
    for (const [r, region] of blocks.entries()) {
      for (const { weather, changeMs } of region) {
        weather.forEach((code, step) => {
          const hour = solarHour(world.regions[r]!, (changeMs[0]! + step * STEP_MS) / HOUR_MS);
          if (code === FOGGY) byHour[Math.floor(hour)]!++;
        });
      }
    }
    const total = byHour.reduce((a, b) => a + b, 0);
    const day = byHour.slice(11, 21).reduce((a, b) => a + b, 0);
    assert.ok(day < 0.2 * total, `${day / total} of the fog between 11 and 21 o'clock`);
  });

  it('changes at any minute of the hour', () => {
    let [onTheHour, changes] = [0, 0];
    for (const { changeMs, changeWeather } of blocks.flat()) {
      changeMs.forEach((ms, k) => {
        if (k === 0 || changeWeather[k] === changeWeather[k - 1]) return;
        changes++;
        if ((ms + HOUR_MS / 60) % HOUR_MS < HOUR_MS / 30) onTheHour++;
      });
    }
    const error = Math.sqrt(changes * (1 / 30) * (29 / 30));
    assert.ok(Math.abs(onTheHour - changes / 30) < 4 * error, `${onTheHour} of ${changes} within a minute of the hour`);
  });

  it('goes from sun to rain by way of clouds', () => {
    let [fromSun, fromClouds] = [0, 0];
    for (const { changeWeather } of blocks.flat()) {
      changeWeather.forEach((code, k) => {
        if (k === 0 || (code !== RAINY && code !== SNOWY)) return;
        if (changeWeather[k - 1] === SUNNY) fromSun++;
        if (changeWeather[k - 1] === CLOUDY) fromClouds++;
      });
    }
    assert.ok(fromSun < 0.02 * fromClouds, `${fromSun} from sun, ${fromClouds} from clouds`);
  });

  it('reaches Munich some hours after Berlin, Madrid seldom the same, Chicago never', () => {
    const wet = blocks.map((region) =>
      region.flatMap(({ weather }) =>
        Array.from({ length: BLOCK_HOURS }, (_, h) =>
          weather[h * STEPS_PER_HOUR]! % 2 === 0 && weather[h * STEPS_PER_HOUR]! > 0 ? 1 : 0,
        ),
      ),
    );
    const atLag = (a: number, b: number, lag: number): number =>
      correlation(wet[a]!.slice(48, -48), wet[b]!.slice(48 + lag, wet[b]!.length - 48 + lag));
    const lags = Array.from({ length: 97 }, (_, i) => i - 48);
    const best = (a: number, b: number): number =>
      lags.reduce((found, lag) => (atLag(a, b, lag) > atLag(a, b, found) ? lag : found));
    const lag = best(BERLIN, MUNICH);
    assert.ok(lag >= 1 && lag <= 12, `Munich follows ${lag} hours later`);
    assert.ok(atLag(BERLIN, MUNICH, lag) > 0.25, `${atLag(BERLIN, MUNICH, lag)}`);
    assert.ok(Math.abs(atLag(BERLIN, MADRID, 0)) < 0.15);
    assert.ok(Math.max(...lags.map((l) => atLag(BERLIN, CHICAGO, l))) < 0.06);
  });

  it('has temperatures correlated with the previous day and between neighbours, as published', () => {
    const anomalies = blocks.map((region) => {
      const days = region.flatMap(({ temperatureDeci }) =>
        Array.from({ length: 28 }, (_, d) => mean(temperatureDeci.subarray(d * 24, d * 24 + 24)) / 10),
      );
      return withoutSeasons(days);
    });
    const between = (a: number, b: number): number => correlation(anomalies[a]!, anomalies[b]!);
    for (const [r, days] of anomalies.entries()) {
      const next = correlation(days.slice(1), days.slice(0, -1));
      assert.ok(next > 0.68 && next < 0.85, `${names[r]}: ${next} from day to day`);
    }
    const [munich, madrid] = [between(BERLIN, MUNICH), between(BERLIN, MADRID)];
    assert.ok(munich > 0.7 && munich < 0.9, `Munich ${munich}`);
    assert.ok(madrid > 0 && madrid < 0.45, `Madrid ${madrid}`);
    // Warsaw and Munich are 515 and 505 km away.
    const warsaw = between(BERLIN, WARSAW);
    assert.ok(warsaw > madrid && Math.abs(warsaw - munich) < 0.1, `Warsaw ${warsaw}`);
    assert.ok(Math.abs(between(BERLIN, CHICAGO)) < 0.15, `Chicago ${between(BERLIN, CHICAGO)}`);
  });

  it('has warm summers and afternoons, and no jump within an hour', () => {
    for (const [r, region] of blocks.entries()) {
      const byHour = new Float64Array(24);
      const byMonth = Array.from({ length: 12 }, () => [] as number[]);
      for (const { temperatureDeci, changeMs } of region) {
        for (let h = 0; h < BLOCK_HOURS; h++) {
          const ms = changeMs[0]! + h * HOUR_MS;
          byHour[Math.floor(solarHour(world.regions[r]!, ms / HOUR_MS))]! += temperatureDeci[h]!;
          byMonth[new Date(ms).getUTCMonth()]!.push(temperatureDeci[h]! / 10);
          assert.ok(Math.abs(temperatureDeci[h + 1]! - temperatureDeci[h]!) < 50, `a jump in hour ${h}`);
        }
      }
      assert.ok(byHour.indexOf(Math.max(...byHour)) >= 13 && byHour.indexOf(Math.max(...byHour)) <= 16);
      assert.ok(byHour.indexOf(Math.min(...byHour)) <= 7);
      byMonth.forEach((degrees, month) => {
        const asked = world.regions[r]!.temperatureC[month]!;
        // Some six months of four-day spells: a standard error of about 0.6 degrees.
        assert.ok(Math.abs(mean(degrees) - asked) < 2.5, `${names[r]} month ${month + 1}: ${mean(degrees)}`);
      });
    }
  });
});

/** Deviations from the mean and two annual harmonics. */
function withoutSeasons(days: readonly number[]): number[] {
  const centre = mean(days);
  const waves = [1, 2].flatMap((k) =>
    [Math.cos, Math.sin].map((wave) => (d: number) => wave((2 * Math.PI * k * d) / 365.25)),
  );
  const rest = days.map((value) => value - centre);
  const sizes = waves.map((wave) => (2 * rest.reduce((sum, value, d) => sum + value * wave(d), 0)) / rest.length);
  return rest.map((value, d) => value - waves.reduce((sum, wave, i) => sum + sizes[i]! * wave(d), 0));
}
