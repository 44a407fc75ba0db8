/**
 * How often each event begins, compared with the scenario's rate, in every context: the exposure is the time that the
 * records spent there, the variance that of vehicle-days. With the truth table only random onsets are compared.
 */

import { HOUR_MS } from '../../../base/time.js';
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../../columns/telemetry.js';
import { dayOfTrip, vehicleDayOf } from '../../../columns/trip-id.js';
import { CAUSES } from '../../../columns/truth.js';
import { DRIVER_STYLES } from '../../../columns/vehicle.js';
import type { Dataset } from '../../../plan/dataset.js';
import { contextOf, type EventTables, SPEEDING } from '../../../world/tables/event-tables.js';
import { type Check, check, digits, tooFew } from '../check.js';
import { CheckedArray, CodeMap, valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { type Ratio, ratioOf } from '../statistics.js';
import { ExpectedRates, spanningEvents } from './expected-rates.js';

/**
 * Onsets that the speed doesn't allow wait for the next record that does, or never happen, and some move into another
 * context. The longer the interval, the more: shares per second of it, and minimums.
 */
export const SHIFTED_SHARE = 0.004;
const MIN_SHIFTED_SHARE = 0.03;
const SHIFTED_BETWEEN_CONTEXTS = 0.01;
const MIN_SHIFTED_BETWEEN_CONTEXTS = 0.1;
/** Share of all onsets that show in a neighbouring context: a record has the position at the end of its interval. */
const BORDER_SHARE = 0.002;
/** With fewer expected onsets, a level is not significant. */
const MIN_EXPECTED = 25;
const CHANCE = CAUSES.indexOf('chance');
/**
 * Records represent the interval before them. A trip's first has none, and of its last interval half is driven on
 * average.
 */
const TRIP_START = -0.5;
/** Turns and traffic end a spell of speeding early: after this share of its length. */
const SPELL_DRIVEN = 0.25;

/** Events that also begin because of the place, the clock or the device, which no column shows. */
const EVENTS_WITH_OTHER_CAUSES = ['speeding_event', 'gps_loss_event', 'network_delay_event'];

/** These events, and those that the loss of GPS triggers. */
export function eventsWithHiddenCauses({ names, triggers }: EventTables): readonly string[] {
  const targets = new CodeMap(triggers);
  const events = new CodeMap(names.map((name, event) => ({ name, triggers: targets.of(event) })));
  const found = [...EVENTS_WITH_OTHER_CAUSES];
  const follow = (event: number): void => {
    for (const trigger of events.of(event).triggers) {
      const { name } = events.of(trigger.event);
      if (found.includes(name)) continue;
      found.push(name);
      follow(trigger.event);
    }
  };
  follow(names.indexOf('gps_loss_event'));
  return found;
}

interface Dimension {
  readonly name: string;
  readonly levels: readonly string[];
  /** Position of its first level among the levels of all dimensions. */
  readonly from: number;
}

export class EventRatesObserver implements Observer {
  private readonly names: readonly string[];
  private readonly lasts: readonly boolean[];
  private readonly rates: ExpectedRates;
  private readonly otherwise: readonly string[];
  private readonly dimensions: CodeMap<Dimension>;
  private readonly levels: number;
  /** By event * levels + level: of the current vehicle-day, and of all. */
  private readonly dayFound: CheckedArray;
  private readonly dayAsked: CheckedArray;
  private readonly found: CheckedArray;
  private readonly asked: CheckedArray;
  private readonly squares: CheckedArray;
  /** The current context: its level in each dimension, its records, and those in which an event lasted anyway. */
  private readonly at: number[] = [];
  private contextKey = -1;
  private records = 0;
  private readonly continued: CheckedArray;
  private dayKey = -1;
  private withTruth = false;

  constructor(private readonly dataset: Dataset) {
    const { events, devices } = dataset.world;
    this.names = events.names;
    this.otherwise = eventsWithHiddenCauses(events);
    this.lasts = spanningEvents(dataset);
    this.rates = new ExpectedRates(dataset.world);
    const named: [string, readonly string[]][] = [
      ['all', ['']],
      ['weather', WEATHERS],
      ['traffic', TRAFFIC_DENSITIES],
      ['road', ROAD_TYPES],
      ['hour', Array.from({ length: 24 }, (_, hour) => `${hour} h`)],
      ['driver', DRIVER_STYLES],
      ['device', devices.map(({ name }) => name)],
    ];
    let from = 0;
    this.dimensions = new CodeMap(
      named.map(([name, levels]) => {
        from += levels.length;
        return { name, levels, from: from - levels.length };
      }),
    );
    this.levels = from;
    const cells = this.names.length * from;
    this.dayFound = CheckedArray.ofLength(cells);
    this.dayAsked = CheckedArray.ofLength(cells);
    this.found = CheckedArray.ofLength(cells);
    this.asked = CheckedArray.ofLength(cells);
    this.squares = CheckedArray.ofLength(cells);
    this.continued = CheckedArray.ofLength(this.names.length);
  }

  add(step: Step): void {
    this.enter(step);
    this.records += step.sameTrip ? 1 : TRIP_START;
    if (!step.eventful) return;
    const { events, lastEvents, truth } = step;
    for (let e = 0; e < this.names.length; e++) {
      if (this.lasts[e] && lastEvents[e] === 1) this.continued.add(e);
      else if (events[e] === 1 && (truth === undefined || truth.causeOf(e) === CHANCE)) {
        for (const level of this.at) this.dayFound.add(e * this.levels + level);
      }
    }
  }

  checks(): Check[] {
    this.endContext();
    this.endDay();
    return this.names.flatMap((name, e) => this.checksOf(name, e));
  }

  private checksOf(name: string, event: number): Check[] {
    const seconds = this.dataset.intervalMs / 1000;
    const atLeast = !this.withTruth && this.otherwise.includes(name);
    const parts = [...this.dimensions].slice(1);
    const base = event * this.levels;
    if (this.asked.get(base) === 0 && this.found.get(base) === 0) return [];
    const total = this.ratio(base);
    const expected = `${digits(this.asked.get(base))} onsets${atLeast ? ' or more' : ''}`;
    const text = `${this.found.get(base)}, ${shown(total)}`;
    if (this.asked.get(base) < MIN_EXPECTED) return [tooFew('events', name, expected, text)];
    const agrees = (ratio: Ratio, slack: number): boolean =>
      ratio.high >= 1 - slack && (atLeast || ratio.low <= 1 + slack);
    const unseen = name === 'speeding_event' ? unobservedSpellShare(this.dataset) : 0;
    const checks = [
      check(
        'events',
        name,
        expected,
        text,
        agrees(total, unseen + Math.max(MIN_SHIFTED_SHARE, SHIFTED_SHARE * seconds)),
      ),
    ];
    for (const { name: dimension, levels, from } of parts) {
      const judged = levels
        .map((level, i) => ({ level, ratio: this.ratio(base + from + i), asked: this.asked.get(base + from + i) }))
        .filter(({ asked }) => asked >= MIN_EXPECTED);
      if (judged.length < 2) continue;
      const moved = BORDER_SHARE * seconds * this.asked.get(base);
      const waited = Math.max(MIN_SHIFTED_BETWEEN_CONTEXTS, SHIFTED_BETWEEN_CONTEXTS * seconds);
      const bad = judged.find(({ ratio, asked }) => !agrees(ratio, unseen + waited + moved / asked));
      const worst = bad ?? judged.reduce((a, b) => (Math.abs(a.ratio.value - 1) > Math.abs(b.ratio.value - 1) ? a : b));
      const farthest = `${worst.level} ${shown(worst.ratio)}`;
      checks.push(check('events', `${name} by ${dimension}`, 'as asked', farthest, bad === undefined));
    }
    return checks;
  }

  private ratio(cell: number): Ratio {
    return ratioOf(this.found.get(cell), this.asked.get(cell), this.squares.get(cell));
  }

  /** Follows changes of the context; within one the rates stay the same. */
  private enter(step: Step): void {
    const { record, facts, truth } = step;
    const day = vehicleDayOf(record.tripId);
    const context = contextOf(record.weather, record.traffic, record.roadType);
    const battery = record.battery;
    const temperature = record.temperature;
    const key = (context * 24 + record.hour) * 4 + (battery < 300 ? 2 : 0) + (temperature < -50 ? 1 : 0);
    if (day === this.dayKey && key === this.contextKey) return;
    this.endContext();
    if (day !== this.dayKey) this.endDay();
    this.dayKey = day;
    this.contextKey = key;
    this.withTruth = truth !== undefined;
    const { device } = facts;
    // An hour outside the day fails a separate check.
    const hour = Math.max(0, Math.min(23, record.hour));
    const calendarDay = dayOfTrip(record.tripId);
    this.rates.at({
      vehicleClass: facts.vehicleClass,
      context,
      hour,
      driverLog: facts.driverLog,
      device,
      ageYears: (calendarDay - facts.commissioned) / 365.25,
      wear: facts.wear(calendarDay),
      battery,
      temperature,
    });
    const levels = [0, record.weather, record.traffic, record.roadType, hour, facts.style, device];
    for (const [d, level] of levels.entries()) this.at[d] = this.dimensions.of(d).from + level;
  }

  private endContext(): void {
    const rates = this.withTruth ? this.rates.own : this.rates.all;
    const hours = this.dataset.intervalMs / HOUR_MS;
    for (let e = 0; e < this.names.length; e++) {
      const asked = rates.get(e) * hours * (this.records - this.continued.get(e));
      for (const level of this.at) this.dayAsked.add(e * this.levels + level, asked);
    }
    this.continued.fill(0);
    this.records = 0;
  }

  private endDay(): void {
    const { dayFound, dayAsked, found, asked, squares } = this;
    for (const [cell, askedToday] of dayAsked.values.entries()) {
      const foundToday = dayFound.get(cell);
      const difference = foundToday - askedToday;
      if (askedToday === 0 && difference === 0) continue;
      found.add(cell, foundToday);
      asked.add(cell, askedToday);
      squares.add(cell, difference * difference);
    }
    dayFound.fill(0);
    dayAsked.fill(0);
  }
}

/** Share of the spells of speeding that begin and end between two records, if their lengths are exponential. */
export function unobservedSpellShare({ intervalMs, world }: Dataset): number {
  const meanS = SPELL_DRIVEN * valueAt(world.events.durationSeconds, SPEEDING);
  const x = intervalMs / 1000 / meanS;
  return 1 - (1 - Math.exp(-x)) / x;
}

function shown({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} times [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
