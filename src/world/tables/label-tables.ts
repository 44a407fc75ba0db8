/** The log-odds of risk_label, in hundredths: from the context. The part of the events is in event-tables.ts. */
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import type { Label } from '../../scenario/model/scenario.js';

export interface LabelTables {
  /** By context (weather * 3 + traffic) * 3 + road; the base included. */
  readonly context: Int32Array;
  readonly night: number;
  /** Per unit of the driver's log factor. */
  readonly driver: number;
  /** Per tenth of a km/h over the limit. */
  readonly perDeciOverLimit: number;
}

export function compileLabel(label: Label): LabelTables {
  const centi = (logit: number): number => Math.round(logit * 100);
  return {
    context: Int32Array.from(
      WEATHERS.flatMap((w) =>
        TRAFFIC_DENSITIES.flatMap((t) =>
          ROAD_TYPES.map((r) => centi(label.base + label.weather[w] + label.traffic[t] + label.road[r])),
        ),
      ),
    ),
    night: centi(label.night),
    driver: label.driver * 100,
    perDeciOverLimit: label.speed_over_limit * 10,
  };
}
