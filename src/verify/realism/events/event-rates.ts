/**
 * How often each event begins, against what the scenario asks for, in every context: the exposure is the time that the
 * records spent there, the variance that of vehicle-days. With the truth table only what began by chance is compared.
 */

import { HOUR_MS } from '../../../base/time.js';
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../../columns/telemetry.js';
import { dayOfTrip, vehicleDayOf } from '../../../columns/trip-id.js';
import { CAUSES } from '../../../columns/truth.js';
import { DRIVER_STYLES } from '../../../columns/vehicle.js';
import type { Dataset } from '../../../plan/dataset.js';
import { contextOf, type EventTables } from '../../../world/tables/event-tables.js';
import { type Check, check, digits, tooFew } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';
import { type Ratio, ratioOf } from '../statistics.js';
import { AskedRates, eventsThatLast } from './asked-rates.js';

/**
 * What the speed doesn't allow waits for the next record that does, or never happens, and some onsets move into another
 * context. The longer the interval, the more: shares by second of it, and at least.
 */
export const MOVED = 0.004;
const MOVED_AT_LEAST = 0.03;
const MOVED_BETWEEN_CONTEXTS = 0.01;
const MOVED_BETWEEN_CONTEXTS_AT_LEAST = 0.1;
/** Of all onsets, those that show in a neighbouring context: a record has the place at the end of its interval. */
const AT_BORDERS = 0.002;
/** With fewer onsets expected, a level says nothing. */
const LEAST_EXPECTED = 25;
const CHANCE = CAUSES.indexOf('chance');
/** Records stand for the interval before them. A trip's first has none, and its last interval is driven by half on the mean. */
const TRIP_START = -0.5;
/** Turns and traffic end a spell of speeding early: after this share of its length. */
const SPELL_DRIVEN = 0.25;

/** Events that also begin where the place, the clock or the device has them begin, which no column shows. */
const ALSO_OTHERWISE = ['speeding_event', 'gps_loss_event', 'network_delay_event'];

/** These events, and what the loss of GPS brings about wherever it is lost. */
export function beginOtherwise({ names, triggers }: EventTables): readonly string[] {
  const found = [...ALSO_OTHERWISE];
  const follow = (event: number): void => {
    for (const { event: target } of triggers[event]!) {
      if (found.includes(names[target]!)) continue;
      found.push(names[target]!);
      follow(target);
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

export class EventRates implements Observer {
  private readonly names: readonly string[];
  private readonly lasts: readonly boolean[];
  private readonly rates: AskedRates;
  private readonly otherwise: readonly string[];
  private readonly dimensions: readonly Dimension[];
  private readonly levels: number;
  /** By event * levels + level: of the vehicle-day under way, and of all. */
  private readonly dayFound: Float64Array;
  private readonly dayAsked: Float64Array;
  private readonly found: Float64Array;
  private readonly asked: Float64Array;
  private readonly squares: Float64Array;
  /** The context under way: its level in each dimension, its records, and those in which an event lasted anyway. */
  private readonly at: number[] = [];
  private contextKey = -1;
  private records = 0;
  private readonly continued: Float64Array;
  private dayKey = -1;
  private withTruth = false;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    const { events, devices } = dataset.world;
    this.names = events.names;
    this.otherwise = beginOtherwise(events);
    this.lasts = eventsThatLast(dataset);
    this.rates = new AskedRates(dataset.world);
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
    this.dimensions = named.map(([name, levels]) => {
      from += levels.length;
      return { name, levels, from: from - levels.length };
    });
    this.levels = from;
    const cells = this.names.length * from;
    this.dayFound = new Float64Array(cells);
    this.dayAsked = new Float64Array(cells);
    this.found = new Float64Array(cells);
    this.asked = new Float64Array(cells);
    this.squares = new Float64Array(cells);
    this.continued = new Float64Array(this.names.length);
  }

  add(step: Step): void {
    this.enter(step);
    this.records += step.sameTrip ? 1 : TRIP_START;
    if (!step.eventful) return;
    const { events, lastEvents, truth, row } = step;
    for (let e = 0; e < this.names.length; e++) {
      if (this.lasts[e]! && lastEvents[e] === 1) this.continued[e]!++;
      else if (events[e] === 1 && (truth === undefined || truth.causes[e]![row] === CHANCE)) {
        for (const level of this.at) this.dayFound[e * this.levels + level]!++;
      }
    }
  }

  checks(): Check[] {
    this.endContext();
    this.endDay();
    return this.names.flatMap((_, e) => this.checksOf(e));
  }

  private checksOf(event: number): Check[] {
    const name = this.names[event]!;
    const seconds = this.dataset.intervalMs / 1000;
    const atLeast = !this.withTruth && this.otherwise.includes(name);
    const [whole, ...parts] = this.dimensions;
    const base = event * this.levels;
    if (this.asked[base]! === 0 && this.found[base]! === 0) return [];
    const total = this.ratio(base + whole!.from);
    const expected = `${digits(this.asked[base]!)} onsets${atLeast ? ' or more' : ''}`;
    const text = `${this.found[base]!}, ${shown(total)}`;
    if (this.asked[base]! < LEAST_EXPECTED) return [tooFew('events', name, expected, text)];
    const agrees = (ratio: Ratio, slack: number): boolean =>
      ratio.high >= 1 - slack && (atLeast || ratio.low <= 1 + slack);
    const unseen = name === 'speeding_event' ? unseenSpells(this.dataset) : 0;
    const checks = [
      check('events', name, expected, text, agrees(total, unseen + Math.max(MOVED_AT_LEAST, MOVED * seconds))),
    ];
    for (const { name: dimension, levels, from } of parts) {
      const judged = levels
        .map((level, i) => ({ level, ratio: this.ratio(base + from + i), asked: this.asked[base + from + i]! }))
        .filter(({ asked }) => asked >= LEAST_EXPECTED);
      if (judged.length < 2) continue;
      const moved = AT_BORDERS * seconds * this.asked[base + whole!.from]!;
      const waited = Math.max(MOVED_BETWEEN_CONTEXTS_AT_LEAST, MOVED_BETWEEN_CONTEXTS * seconds);
      const bad = judged.find(({ ratio, asked }) => !agrees(ratio, unseen + waited + moved / asked));
      const worst = bad ?? judged.reduce((a, b) => (Math.abs(a.ratio.value - 1) > Math.abs(b.ratio.value - 1) ? a : b));
      const farthest = `${worst.level} ${shown(worst.ratio)}`;
      checks.push(check('events', `${name} by ${dimension}`, 'as asked', farthest, bad === undefined));
    }
    return checks;
  }

  private ratio(cell: number): Ratio {
    return ratioOf(this.found[cell]!, this.asked[cell]!, this.squares[cell]!);
  }

  /** Follows changes of the context; within one the rates stay the same. */
  private enter(step: Step): void {
    const { rows, row, vehicle, truth } = step;
    const day = vehicleDayOf(rows.trip_id[row]!);
    const context = contextOf(rows.weather[row]!, rows.traffic_density[row]!, rows.road_type[row]!);
    const battery = rows.sensor_battery_pct[row]!;
    const temperature = rows.temperature_c[row]!;
    const key = (context * 24 + rows.hour_of_day[row]!) * 4 + (battery < 300 ? 2 : 0) + (temperature < -50 ? 1 : 0);
    if (day === this.dayKey && key === this.contextKey) return;
    this.endContext();
    if (day !== this.dayKey) this.endDay();
    this.dayKey = day;
    this.contextKey = key;
    this.withTruth = truth !== undefined;
    const { facts } = this;
    const device = facts.device[vehicle]!;
    const hour = rows.hour_of_day[row]!;
    const calendarDay = dayOfTrip(rows.trip_id[row]!);
    this.rates.at({
      vehicleClass: this.dataset.world.classes[facts.vehicleClass[vehicle]!]!,
      context,
      hour,
      driverLog: facts.driverLog[vehicle]!,
      device,
      ageYears: (calendarDay - facts.commissioned[vehicle]!) / 365.25,
      wear: facts.wear(vehicle, calendarDay),
      battery,
      temperature,
    });
    const levels = [
      0,
      rows.weather[row]!,
      rows.traffic_density[row]!,
      rows.road_type[row]!,
      hour,
      facts.style[vehicle]!,
      device,
    ];
    this.dimensions.forEach(({ from }, d) => {
      this.at[d] = from + levels[d]!;
    });
  }

  private endContext(): void {
    const rates = this.withTruth ? this.rates.own : this.rates.all;
    const hours = this.dataset.intervalMs / HOUR_MS;
    for (let e = 0; e < this.names.length; e++) {
      const asked = rates[e]! * hours * (this.records - this.continued[e]!);
      for (const level of this.at) this.dayAsked[e * this.levels + level]! += asked;
      this.continued[e] = 0;
    }
    this.records = 0;
  }

  private endDay(): void {
    const { dayFound, dayAsked, found, asked, squares } = this;
    for (let cell = 0; cell < found.length; cell++) {
      const difference = dayFound[cell]! - dayAsked[cell]!;
      if (dayAsked[cell] === 0 && difference === 0) continue;
      found[cell]! += dayFound[cell]!;
      asked[cell]! += dayAsked[cell]!;
      squares[cell]! += difference * difference;
      dayFound[cell] = 0;
      dayAsked[cell] = 0;
    }
  }
}

/** Share of the spells of speeding that begin and end between two records, if their lengths are exponential. */
export function unseenSpells({ intervalMs, world }: Dataset): number {
  const { names, durationSeconds } = world.events;
  const meanS = SPELL_DRIVEN * durationSeconds[names.indexOf('speeding_event')]!;
  const x = intervalMs / 1000 / meanS;
  return 1 - (1 - Math.exp(-x)) / x;
}

function shown({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} times [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
