/**
 * Inconsistencies between a scenario's events: triggers of unknown events or in a cycle, more braking than
 * driving.
 */

import type { EventSpec, Scenario, TriggerSpec } from '../model/scenario.js';
import { type Problem, problemAt, unknownNameText } from './problem.js';

type Events = Scenario['events'];

/**
 * Hard brakings per hour, of the middle driver where they are most likely; a trip with many more can't keep its plan.
 */
const MAX_BRAKING_PER_HOUR = 15;

export function* eventProblems(events: Events): Generator<Problem> {
  for (const [name, { triggers = {} }] of Object.entries(events)) {
    for (const target of Object.keys(triggers)) {
      if (Object.hasOwn(events, target)) continue;
      yield problemAt(['events', name, 'triggers', target], unknownNameText(target, Object.keys(events), 'event'));
    }
  }
  for (const name of Object.keys(events)) {
    const circle = findCycleFrom(events, name, [name]);
    if (circle === undefined) continue;
    const [, target] = circle;
    yield {
      path: ['events', name, 'triggers', target],
      atKey: true,
      message: `events.${name} would trigger itself in a cycle (${circle.join(' -> ')}): remove one of these triggers`,
    };
  }
  const braking = worstPerHour(events, 'braking_event');
  if (braking > MAX_BRAKING_PER_HOUR) {
    const found = `begins up to ${braking.toFixed(1)} times an hour, by itself (per_hour and its factors) and by triggers`;
    yield problemAt(['events', 'braking_event', 'per_hour'], `${found}: bring that to ${MAX_BRAKING_PER_HOUR} or less`);
  }
}

/**
 * Maximum onset rate of an event, with all its factors and those of its triggers at their maxima. There are no cycles.
 */
function worstPerHour(events: Events, name: string, known = new Map<string, number>()): number {
  const before = known.get(name);
  if (before !== undefined) return before;
  const { per_hour, weather, traffic, road, hours } = events[name]!;
  let rate = per_hour * maximum(weather) * maximum(traffic) * maximum(road) * Math.max(...(hours ?? [1]));
  for (const [source, { triggers = {} }] of Object.entries(events)) {
    const trigger = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
    if (trigger !== undefined) rate += worstPerHour(events, source, known) * worstChance(trigger);
  }
  known.set(name, rate);
  return rate;
}

function worstChance({ chance, weather, traffic }: TriggerSpec): number {
  return Math.min(1, chance * maximum(weather) * maximum(traffic));
}

/** A context without a factor has 1. */
function maximum(factors: Readonly<Record<string, number>> = {}): number {
  return Math.max(1, ...Object.values(factors));
}

/** The chain of triggers that leads from an event back to itself; the number of events is small. */
function findCycleFrom(
  events: Events,
  home: string,
  chain: readonly [string, ...string[]],
  seen = new Set<string>(),
): readonly [string, ...string[], string] | undefined {
  const triggers: EventSpec['triggers'] = events[chain.at(-1)!]?.triggers ?? {};
  for (const target of Object.keys(triggers)) {
    if (target === home) return [...chain, target];
    if (seen.has(target)) continue;
    seen.add(target);
    const circle = findCycleFrom(events, home, [...chain, target], seen);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
