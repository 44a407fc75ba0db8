/**
 * Events that the scenario has trigger one another come together, or within some seconds, more often than by chance. A
 * driver may be warned before the brakes bite, so at short intervals the triggered event may show first.
 */

import { vehicleDayOf } from '../../columns/trip-id.js';
import { CAUSES } from '../../columns/truth.js';
import type { Dataset } from '../../plan/dataset.js';
import { contextOf } from '../../world/tables/event-tables.js';
import { type Check, check, digits, tooFew } from './check.js';
import { CheckedArray, CodeMap, valueAt } from './checked-arrays.js';
import { eventsWithHiddenCauses, SHIFTED_SHARE, unobservedSpellShare } from './events/event-rates.js';
import { canHaveEvent, spanningEvents } from './events/expected-rates.js';
import type { Observer, Step } from './records/step.js';
import { CRITICAL_Z } from './statistics.js';

/** With fewer expected pairs the result is not significant. */
const MIN_PAIRS = 20;
/** The conditions of the triggered event may arise later, or not before the day ends. */
const MIN_TRIGGERED = 0.85;
/** This share of the expected ones comes at once. */
const MIN_TOGETHER = 0.5;

/**
 * Where a larger share of a vehicle-day's records begin the event, many intervals hold it twice, and a record shows
 * one.
 */
const MAX_OF_DAY = 0.05;

/** Events this close are together. */
const TOGETHER_MS = 3000;

const CHANCE = CAUSES.indexOf('chance');

/**
 * Of most events only what was drawn or triggered goes on to trigger something; lateness, dead zones and crashes don't.
 */
function triggers(event: string, cause: number): boolean {
  return event === 'gps_loss_event' || cause === CHANCE || cause >= CAUSES.length;
}

interface Pair {
  readonly source: number;
  readonly sourceName: string;
  readonly target: number;
  readonly chance: Float64Array;
  /** Records near the source; targets there. */
  near: number;
  together: number;
  /** Onsets that the source should have caused, and, with the truth table, did. */
  asked: number;
  caused: number;
  /** The same for the current vehicle-day, and onsets of the source. */
  askedToday: number;
  causedToday: number;
  onsetsToday: number;
}

export class PairsObserver implements Observer {
  private readonly pairs: Pair[];
  private readonly records: CheckedArray;
  private readonly otherwise: readonly string[];
  private readonly lasts: readonly boolean[];
  /** By event: records since it was last there, in this trip; it is near in as many before and after. */
  private readonly since: CheckedArray;
  private readonly before: number;
  private readonly after: number;
  private all = 0;
  private dayKey = -1;
  private recordsToday = 0;
  private withTruth = false;

  constructor(private readonly dataset: Dataset) {
    const { events } = dataset.world;
    this.otherwise = eventsWithHiddenCauses(events);
    this.lasts = spanningEvents(dataset);
    this.records = CheckedArray.ofLength(events.names.length);
    this.since = CheckedArray.ofLength(events.names.length, Number.POSITIVE_INFINITY);
    const near = Math.ceil(TOGETHER_MS / dataset.intervalMs);
    this.before = dataset.intervalMs > TOGETHER_MS ? 0 : near;
    this.after = near;
    const names = new CodeMap(events.names);
    this.pairs = events.triggers.flatMap((triggers, source) =>
      triggers.map(({ event, chance }) => ({
        source,
        sourceName: names.of(source),
        target: event,
        chance,
        near: 0,
        together: 0,
        asked: 0,
        caused: 0,
        askedToday: 0,
        causedToday: 0,
        onsetsToday: 0,
      })),
    );
  }

  add(step: Step): void {
    const { record, events, lastEvents, truth } = step;
    const day = vehicleDayOf(record.tripId);
    if (day !== this.dayKey) this.endDay();
    this.dayKey = day;
    this.all++;
    this.recordsToday++;
    this.withTruth = truth !== undefined;
    if (!step.sameTrip) this.since.fill(Number.POSITIVE_INFINITY);
    for (let e = 0; e < this.since.length; e++) this.since.add(e);
    for (const pair of this.pairs)
      if (this.since.get(pair.source) <= this.after && events[pair.source] === 0) pair.near++;
    if (!step.eventful) return;
    for (const [e, held] of events.entries()) this.records.add(e, held);
    const { vehicleClass } = step.facts;
    const began = (e: number): boolean => events[e] === 1 && !(this.lasts[e] && lastEvents[e] === 1);
    for (const pair of this.pairs) {
      const here = events[pair.source] === 1;
      if (here) pair.near++;
      if (here && this.since.get(pair.source) > 1) {
        pair.near += this.before;
        if (events[pair.target] === 0 && this.since.get(pair.target) <= this.before) pair.together++;
      }
      if (events[pair.target] === 1 && (here || this.since.get(pair.source) <= this.after)) pair.together++;
      const onset = began(pair.source);
      if (onset) pair.onsetsToday++;
      if (!canHaveEvent(vehicleClass, pair.target)) continue;
      if (onset && (truth === undefined || triggers(pair.sourceName, truth.causeOf(pair.source)))) {
        pair.askedToday += valueAt(pair.chance, contextOf(record.weather, record.traffic, record.roadType));
      }
      if (truth === undefined) continue;
      if (began(pair.target) && truth.causeOf(pair.target) === CAUSES.length + pair.source) pair.causedToday++;
    }
    for (let e = 0; e < this.since.length; e++) if (events[e] === 1) this.since.set(e, 0);
  }

  private endDay(): void {
    for (const pair of this.pairs) {
      if (pair.onsetsToday <= MAX_OF_DAY * this.recordsToday) {
        pair.asked += pair.askedToday;
        pair.caused += pair.causedToday;
      }
      pair.askedToday = 0;
      pair.causedToday = 0;
      pair.onsetsToday = 0;
    }
    this.recordsToday = 0;
  }

  checks(): Check[] {
    this.endDay();
    return this.pairs.map((pair) => this.checkOf(pair));
  }

  private checkOf({ source, sourceName, target, near, together, asked, caused }: Pair): Check {
    const { names } = this.dataset.world.events;
    const name = `${names[source]} brings ${names[target]}`;
    const byChance = (near * this.records.get(target)) / Math.max(1, this.all);
    const lift = together / Math.max(byChance, 1e-9);
    const found = `together ${together} times, ${digits(lift)} times chance`;
    if (this.withTruth) {
      const expected = `${digits(asked)} caused`;
      const text = `${caused} caused, ${found}`;
      if (asked < MIN_PAIRS) return tooFew('pairs', name, expected, text);
      const half = CRITICAL_Z * Math.sqrt(asked);
      // Unrecorded causes trigger events, too.
      const unseen = names[source] === 'speeding_event' ? unobservedSpellShare(this.dataset) : 0;
      // A record has the context at its interval's end, which may differ from that of the cause.
      const moved = (SHIFTED_SHARE * this.dataset.intervalMs) / 1000;
      const max = (asked * (1 + moved)) / (1 - unseen);
      return check('pairs', name, expected, text, caused > MIN_TRIGGERED * asked - half && caused < max + half);
    }
    const expected = 'more often than by chance';
    if (asked < MIN_PAIRS || this.otherwise.includes(sourceName)) return tooFew('pairs', name, expected, found);
    const min = MIN_TOGETHER * asked - CRITICAL_Z * Math.sqrt(MIN_TOGETHER * asked);
    return check('pairs', name, expected, found, together > Math.max(byChance, min));
  }
}
