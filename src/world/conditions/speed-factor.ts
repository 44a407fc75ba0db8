/** What weather and the traffic index do to the speed that a road is driven at. */
import { TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import type { Scenario } from '../../scenario/model/scenario.js';
import { INDEX_MAX } from './blocks.js';

/** Where low traffic begins to slow, as a share of the index from which it is medium. */
const FREE = 0.7;
/** Where high traffic is as slow as the scenario says: this share of medium's width above its lower bound. */
const DENSE = 0.4;
/** A standing jam against high traffic. */
const SLOWEST = 0.55;

/**
 * Factor on speed by weather * (INDEX_MAX + 1) + index in hundredths: weather.speed times a line through traffic.speed,
 * which the middle of a class has, roughly. It never rises with the index.
 */
export function speedFactors({ weather, traffic }: Scenario): Float64Array {
  const { medium_above: medium, high_above: high } = traffic;
  const width = Math.max(0.05, high - medium);
  const [low, middle, dense] = TRAFFIC_DENSITIES.map((t) => traffic.speed[t]) as [number, number, number];
  const x = [medium * FREE, medium + width / 2, medium + width * (1 + DENSE)];
  const y = [low, Math.min(low, middle), Math.min(low, middle, dense)];
  const factorOf = (index: number): number => {
    if (index <= x[0]!) return y[0]!;
    const part = index <= x[1]! ? 0 : 1;
    const slope = (y[part + 1]! - y[part]!) / (x[part + 1]! - x[part]!);
    return Math.max(y[2]! * SLOWEST, y[part]! + slope * (index - x[part]!));
  };
  return Float64Array.from(
    WEATHERS.flatMap((w) => Array.from({ length: INDEX_MAX + 1 }, (_, i) => weather.speed[w] * factorOf(i / 100))),
  );
}
