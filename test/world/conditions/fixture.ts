/** Conditions of scenarios, and helpers to evaluate them. */

import type { Scenario } from '#src/scenario/model/scenario.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { compileWorld } from '#src/world/compile-world.js';
import { compileConditions } from '#src/world/conditions/compile-conditions.js';
import { BLOCK_MS, blockOf, type Conditions, STEP_MS } from '#src/world/conditions/conditions.js';
import type { ConditionsWorld } from '#src/world/conditions/conditions-world.js';

export const FIRST_BLOCK = blockOf(Date.parse('2026-01-05T00:00:00Z'));
export const [SUNNY, CLOUDY, RAINY, FOGGY, SNOWY] = [0, 1, 2, 3, 4];

export async function scenarioOf(name: string, sets: readonly string[] = []): Promise<Scenario> {
  return (await resolveScenario(name, [...sets])).scenario;
}

export function conditionsWorld(scenario: Scenario): ConditionsWorld {
  const networks = compileWorld(scenario, 10000).regions.map(({ network }) => network);
  return compileConditions(scenario, networks);
}

/** The step of the block that contains a time. */
export function stepOf(utcMs: number): number {
  return Math.floor((utcMs - blockOf(utcMs) * BLOCK_MS) / STEP_MS);
}

/** Temperature at a time within a block, in degrees. */
export function temperatureAt({ temperatureDeci }: Conditions, utcMs: number): number {
  const x = (utcMs - blockOf(utcMs) * BLOCK_MS) / 3600000;
  const hour = Math.floor(x);
  return (temperatureDeci[hour]! + (x - hour) * (temperatureDeci[hour + 1]! - temperatureDeci[hour]!)) / 10;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** The standard error of the mean of independent values. */
export function standardError(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return Math.sqrt(sum / (values.length - 1) / values.length);
}

export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
