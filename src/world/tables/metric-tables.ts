/** The custom sensor metrics, compiled: a level by context, and the process of the deviation from it. */
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import { exp } from '../../random/exact-math.js';
import type { Scenario } from '../../scenario/model/scenario.js';

export interface MetricTable {
  readonly name: string;
  readonly decimals: number;
  /** All in units of the column's last decimal. Mean by context (weather * 3 + traffic) * 3 + road. */
  readonly level: Float64Array;
  readonly spread: number;
  readonly driftPerDay: number;
  readonly min: number;
  readonly max: number;
  /** Correlation of the deviation from one record to the next, and the share that is new. */
  readonly persistence: number;
  readonly innovation: number;
}

export function compileMetrics(scenario: Scenario, intervalMs: number): MetricTable[] {
  return Object.entries(scenario.metrics).map(([name, metric]) => {
    const decimals = metric.decimals ?? 2;
    let scale = 1;
    for (let i = 0; i < decimals; i++) scale *= 10;
    const memory = metric.memory_seconds ?? 0;
    const persistence = memory > 0 ? exp(-Math.min(700, intervalMs / 1000 / memory)) : 0;
    const level = WEATHERS.flatMap((weather) =>
      TRAFFIC_DENSITIES.flatMap((traffic) =>
        ROAD_TYPES.map((road) => {
          const added =
            (metric.weather?.[weather] ?? 0) + (metric.traffic?.[traffic] ?? 0) + (metric.road?.[road] ?? 0);
          return (metric.mean + added) * scale;
        }),
      ),
    );
    return {
      name,
      decimals,
      level: Float64Array.from(level),
      spread: metric.spread * scale,
      driftPerDay: (metric.drift_per_day ?? 0) * scale,
      min: Math.ceil(metric.range[0] * scale - 1e-9),
      max: Math.floor(metric.range[1] * scale + 1e-9),
      persistence,
      innovation: Math.sqrt(1 - persistence * persistence),
    };
  });
}
