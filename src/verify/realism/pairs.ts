/** Events that the scenario has trigger one another come together, or one record apart, more often than by chance. */

import { CAUSES } from '../../columns/truth.js';
import type { Dataset } from '../../plan/dataset.js';
import { contextOf } from '../../world/event-tables.js';
import { type Check, check, digits, tooFew } from './check.js';
import { beginOtherwise } from './event-rates.js';
import { DECIDING_Z } from './statistics.js';
import type { Observer, Step } from './step.js';

/** Fewer pairs expected say nothing. */
const LEAST_PAIRS = 20;
/** What the triggered event needs may come later, or not before the day ends. */
const LEAST_TRIGGERED = 0.85;
/** Of those asked for, this share comes at once. */
const LEAST_TOGETHER = 0.5;

const CHANCE = CAUSES.indexOf('chance');

/** Of most events only what was drawn or triggered goes on to trigger something; lateness, dead zones and crashes don't. */
function triggers(event: string, cause: number): boolean {
  return event === 'gps_loss_event' || cause === CHANCE || cause >= CAUSES.length;
}

interface Pair {
  readonly source: number;
  readonly target: number;
  readonly chance: Float64Array;
  /** Records with the source in them or in the one before; those that also have the target. */
  near: number;
  together: number;
  /** Onsets that the source should have caused, and, with the truth table, did. */
  asked: number;
  caused: number;
}

export class Pairs implements Observer {
  private readonly pairs: Pair[];
  private readonly records: Float64Array;
  private readonly otherwise: readonly string[];
  private all = 0;
  private withTruth = false;

  constructor(private readonly dataset: Dataset) {
    const { events } = dataset.world;
    this.otherwise = beginOtherwise(events);
    this.records = new Float64Array(events.names.length);
    this.pairs = events.triggers.flatMap((triggers, source) =>
      triggers.map(({ event, chance }) => ({
        source,
        target: event,
        chance,
        near: 0,
        together: 0,
        asked: 0,
        caused: 0,
      })),
    );
  }

  add(step: Step): void {
    const { rows, row, events, lastEvents, truth } = step;
    this.all++;
    this.withTruth = truth !== undefined;
    if (!step.eventful) return;
    for (let e = 0; e < this.records.length; e++) this.records[e]! += events[e]!;
    const { names, durationSeconds: lasting } = this.dataset.world.events;
    const began = (e: number): boolean => events[e] === 1 && (lasting[e] === 0 || lastEvents[e] === 0);
    for (const pair of this.pairs) {
      const near = (events[pair.source]! | lastEvents[pair.source]!) === 1;
      if (near) pair.near++;
      if (near && events[pair.target] === 1) pair.together++;
      if (
        began(pair.source) &&
        (truth === undefined || triggers(names[pair.source]!, truth.causes[pair.source]![row]!))
      ) {
        pair.asked += pair.chance[contextOf(rows.weather[row]!, rows.traffic[row]!, rows.roadType[row]!)]!;
      }
      if (truth === undefined) continue;
      if (began(pair.target) && truth.causes[pair.target]![row] === CAUSES.length + pair.source) pair.caused++;
    }
  }

  checks(): Check[] {
    return this.pairs.map((pair) => this.checkOf(pair));
  }

  private checkOf({ source, target, near, together, asked, caused }: Pair): Check {
    const { names } = this.dataset.world.events;
    const name = `${names[source]} brings ${names[target]}`;
    const byChance = (near * this.records[target]!) / Math.max(1, this.all);
    const lift = together / Math.max(byChance, 1e-9);
    const found = `together ${together} times, ${digits(lift)} times chance`;
    if (this.withTruth) {
      const expected = `${digits(asked)} caused`;
      const text = `${caused} caused, ${found}`;
      if (asked < LEAST_PAIRS) return tooFew('pairs', name, expected, text);
      const half = DECIDING_Z * Math.sqrt(asked);
      return check('pairs', name, expected, text, caused > LEAST_TRIGGERED * asked - half && caused < asked + half);
    }
    const expected = 'more often than by chance';
    if (asked < LEAST_PAIRS || this.otherwise.includes(names[source]!)) return tooFew('pairs', name, expected, found);
    const least = LEAST_TOGETHER * asked - DECIDING_Z * Math.sqrt(asked);
    return check('pairs', name, expected, found, together > Math.max(byChance, least));
  }
}
