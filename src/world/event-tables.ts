/** Rates of driving events by context, from the scenario's base rates and factors. */
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../columns/telemetry.js';
import { DRIVING_EVENTS, type Scenario } from '../scenario/scenario.js';

/** Contexts are numbered (weather * 3 + traffic) * 3 + road. */
export const CONTEXTS = 45;

export interface EventTables {
  /** Onsets per hour of driving: event * CONTEXTS + context, for the middle driver by day. */
  readonly perHour: Float64Array;
  /** By event. */
  readonly night: readonly number[];
  readonly driverExponent: readonly number[];
  readonly speedingSeconds: number;
  readonly speedingTolerance: number;
  /** Chance by context that a hard braking raises a collision alert. */
  readonly alertOnBraking: Float64Array;
}

export function contextOf(weather: number, traffic: number, road: number): number {
  return (weather * 3 + traffic) * 3 + road;
}

export function compileEvents(scenario: Scenario): EventTables {
  const { events } = scenario;
  const perHour = new Float64Array(DRIVING_EVENTS.length * CONTEXTS);
  const alertOnBraking = new Float64Array(CONTEXTS);
  WEATHERS.forEach((weather, w) => {
    TRAFFIC_DENSITIES.forEach((traffic, t) => {
      ROAD_TYPES.forEach((road, r) => {
        const context = contextOf(w, t, r);
        DRIVING_EVENTS.forEach((event, e) => {
          const rate = events[event];
          perHour[e * CONTEXTS + context] =
            rate.per_hour * rate.weather[weather] * rate.traffic[traffic] * rate.road[road];
        });
        const alert = events.collision_alert;
        alertOnBraking[context] = Math.min(
          0.9,
          events.alert_on_braking * alert.weather[weather] * alert.traffic[traffic],
        );
      });
    });
  });
  return {
    perHour,
    night: DRIVING_EVENTS.map((event) => events[event].night),
    driverExponent: DRIVING_EVENTS.map((event) => events[event].driver),
    speedingSeconds: events.speeding_seconds,
    speedingTolerance: events.speeding_tolerance,
    alertOnBraking,
  };
}
