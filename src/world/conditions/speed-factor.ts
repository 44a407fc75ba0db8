/** The effect of weather and the traffic index on the speed on a road. */
import { WEATHERS } from '../../columns/telemetry.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import { INDEX_VALUES } from './blocks.js';

/** Where low traffic begins to slow, as a share of the index from which it is medium (declared). */
const FREE = 0.7;
/**
 * Where high traffic is as slow as the scenario says: this share of medium's width above its lower bound (declared).
 */
const DENSE = 0.4;
/** Speed in a standstill jam as a share of that in high traffic (declared). */
const SLOWEST = 0.55;

/**
 * Factor on speed by weather * (INDEX_VALUES) + index in hundredths: weather.speed times a line through traffic.speed,
 * which the middle of a density class roughly has. It never rises with the index.
 */
export function speedFactors({ weather, traffic }: Scenario): Float64Array {
  const { medium_above: medium, high_above: high } = traffic;
  const width = Math.max(0.05, high - medium);
  const { speed } = traffic;
  const free = { index: medium * FREE, factor: speed.low };
  const middle = { index: medium + width / 2, factor: Math.min(speed.low, speed.medium) };
  const dense = { index: medium + width * (1 + DENSE), factor: Math.min(speed.low, speed.medium, speed.high) };
  const factorOf = (index: number): number => {
    if (index <= free.index) return free.factor;
    const [from, to] = index <= middle.index ? [free, middle] : [middle, dense];
    const slope = (to.factor - from.factor) / (to.index - from.index);
    return Math.max(dense.factor * SLOWEST, from.factor + slope * (index - from.index));
  };
  return Float64Array.from(
    WEATHERS.flatMap((w) => Array.from({ length: INDEX_VALUES }, (_, i) => weather.speed[w] * factorOf(i / 100))),
  );
}
