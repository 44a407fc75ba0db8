/**
 * The events of a scenario, compiled: rates by context, durations, triggers, and what they add to the risk.
 * Built-in events come first, in the order of BUILT_IN_EVENTS; then the custom ones, in the scenario's
 * order.
 */
import { BUILT_IN_EVENTS, ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import type { EventSpec, Scenario } from '../../scenario/model/scenario.js';

/** Code of a built-in event: its position among their columns. */
export const codeOf = (name: (typeof BUILT_IN_EVENTS)[number]): number => BUILT_IN_EVENTS.indexOf(name);

/** Codes of the built-in events. */
export const BRAKING = codeOf('braking_event');
export const HARSH = codeOf('harsh_acceleration_event');
export const LANE_CHANGE = codeOf('lane_change_event');
export const SPEEDING = codeOf('speeding_event');
export const ALERT = codeOf('collision_alert');
export const FAULT = codeOf('sensor_fault_event');
export const GPS_LOSS = codeOf('gps_loss_event');
export const DELAY = codeOf('network_delay_event');
export const BUILT_IN_EVENT_COUNT = BUILT_IN_EVENTS.length;

/** Contexts are numbered (weather * 3 + traffic) * 3 + road. */
export const CONTEXTS_PER_WEATHER = 9;
export const CONTEXTS = 5 * CONTEXTS_PER_WEATHER;

export interface Trigger {
  readonly event: number;
  /** Chance by context. */
  readonly chance: Float64Array;
}

export interface EventTables {
  /** Column names by event. */
  readonly names: readonly string[];
  /** Onsets per hour of driving: event * CONTEXTS + context, for the middle driver. */
  readonly perHour: Float64Array;
  /** Factor by event * 24 + local hour. */
  readonly byHour: Float64Array;
  readonly driverExponent: readonly number[];
  readonly durationSeconds: readonly number[];
  /** Tenths of km/h. */
  readonly minSpeedDeci: readonly number[];
  readonly triggers: readonly (readonly Trigger[])[];
  /** Log-odds of risky in hundredths. */
  readonly risk: Int32Array;
  /** By event: its code in event_type, 1 for the most severe; 0 is normal. */
  readonly rank: Uint8Array;
  /**
   * By set of built-in events, bit e for event e: what they add to the risk together, and the rank of the most severe.
   */
  readonly riskOfSet: Int32Array;
  readonly rankOfSet: Uint8Array;
  /** Of speeding_event. */
  readonly tolerance: number;
}

/**
 * Minimum speeds of built-in events, in km/h (declared); those of custom events default to 0.
 */
const MIN_SPEED_KMH: Readonly<Record<string, number>> = {
  braking_event: 18,
  lane_change_event: 15,
  collision_alert: 10,
};

export function contextOf(weather: number, traffic: number, road: number): number {
  return (weather * 3 + traffic) * 3 + road;
}

/** The names of the scenario's events: built-in ones first, then custom ones. */
export function eventNames(scenario: Scenario): string[] {
  return eventsInOrder(scenario).map(({ name }) => name);
}

function eventsInOrder({ events }: Scenario): { readonly name: string; readonly spec: EventSpec }[] {
  const known: readonly string[] = BUILT_IN_EVENTS;
  return [
    ...BUILT_IN_EVENTS.map((name) => ({ name, spec: events[name]! })),
    ...Object.entries(events)
      .filter(([name]) => !known.includes(name))
      .map(([name, spec]) => ({ name, spec })),
  ];
}

/** The values of event_type: normal, then the events from the most severe on, without `_event`. */
export function eventTypes(scenario: Scenario): string[] {
  return ['normal', ...bySeverity(scenario).map((name) => name.replace(/_event$/, ''))];
}

export function compileEvents(scenario: Scenario): EventTables {
  const events = eventsInOrder(scenario);
  const names = events.map(({ name }) => name);
  const specs = events.map(({ spec }) => spec);
  const order = bySeverity(scenario);
  const perHour = new Float64Array(names.length * CONTEXTS);
  forContexts((context, weather, traffic, road) => {
    specs.forEach((spec, e) => {
      perHour[e * CONTEXTS + context] =
        spec.per_hour * (spec.weather?.[weather] ?? 1) * (spec.traffic?.[traffic] ?? 1) * (spec.road?.[road] ?? 1);
    });
  });
  const risk = Int32Array.from(specs, (spec) => Math.round((spec.risk ?? 0) * 100));
  const rank = Uint8Array.from(names, (name) => order.indexOf(name) + 1);
  const sets = Array.from({ length: 1 << BUILT_IN_EVENT_COUNT }, (_, set) => eventsOf(set));
  return {
    names,
    perHour,
    byHour: Float64Array.from(specs.flatMap((spec) => spec.hours ?? new Array<number>(24).fill(1))),
    driverExponent: specs.map((spec) => spec.driver ?? 0),
    durationSeconds: specs.map((spec) => spec.duration_seconds ?? 0),
    minSpeedDeci: events.map(({ name, spec }) => (spec.min_speed_kmh ?? MIN_SPEED_KMH[name] ?? 0) * 10),
    triggers: specs.map((spec) => compileTriggers(spec, names)),
    risk,
    rank,
    riskOfSet: Int32Array.from(sets, (set) => set.reduce((sum, e) => sum + risk[e]!, 0)),
    rankOfSet: Uint8Array.from(sets, (set) => (set.length === 0 ? 0 : Math.min(...set.map((e) => rank[e]!)))),
    tolerance: scenario.events.speeding_event?.tolerance ?? 0,
  };
}

/** The events of a set of built-in ones. */
function eventsOf(set: number): number[] {
  return BUILT_IN_EVENTS.map((_, e) => e).filter((e) => (set >> e) & 1);
}

function compileTriggers(spec: EventSpec, names: readonly string[]): Trigger[] {
  return Object.entries(spec.triggers ?? {}).map(([target, trigger]) => {
    const chance = new Float64Array(CONTEXTS);
    forContexts((context, weather, traffic) => {
      const p = trigger.chance * (trigger.weather?.[weather] ?? 1) * (trigger.traffic?.[traffic] ?? 1);
      chance[context] = Math.min(1, p);
    });
    return { event: names.indexOf(target), chance };
  });
}

/** Most severe first; the order of the columns decides between equals. */
function bySeverity(scenario: Scenario): string[] {
  return eventsInOrder(scenario)
    .sort((a, b) => b.spec.severity - a.spec.severity)
    .map(({ name }) => name);
}

type EachContext = (
  context: number,
  weather: (typeof WEATHERS)[number],
  traffic: (typeof TRAFFIC_DENSITIES)[number],
  road: (typeof ROAD_TYPES)[number],
) => void;

function forContexts(each: EachContext): void {
  WEATHERS.forEach((weather, w) => {
    TRAFFIC_DENSITIES.forEach((traffic, t) => {
      ROAD_TYPES.forEach((road, r) => {
        each(contextOf(w, t, r), weather, traffic, road);
      });
    });
  });
}
