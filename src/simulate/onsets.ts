/**
 * Events that begin: one draw decides that something does, a table says what. What the speed doesn't allow right now
 * waits for the next record that does, so that the realised rate stays the asked one. An onset can trigger others.
 */
import { CAUSES } from '../columns/truth.js';
import {
  ALERT,
  BRAKING,
  DELAY,
  type EventTables,
  FAULT,
  GPS_LOSS,
  HARSH,
  KNOWN_EVENTS,
  LANE_CHANGE,
  SPEEDING,
} from '../world/event-tables.js';
import type { Place } from './place.js';
import type { VehicleDay } from './vehicle-day.js';

export const CHANCE = CAUSES.indexOf('chance');
export const CANYON_CAUSE = CAUSES.indexOf('canyon');

/** Harsh acceleration happens below this speed (but for those who mean to be too fast), and where the interval ends at most this much slower (tenths of km/h). */
const HARSH_BELOW = 1000;
const HARSH_BELOW_SPEEDING = 1400;
const HARSH_SLACK = 30;
/** More of one kind don't wait. */
const MOST_WAITING = 255;
/** Peaks in hundredths of m/s2: 3 m/s2 and an exponential tail. */
const PEAK = 300;
const BRAKING_TAIL = 75;
const HARSH_TAIL = 45;
/** A crash stops the vehicle within one interval; its peak in hundredths of m/s2. */
const CRASH_PEAK = 1500;
const CRASH_TAIL = 900;

export class Onsets {
  /** Number of events that wait. */
  pending = 0;
  /** What apply() made happen in this record. */
  peak = 0;
  laneChange = 0;
  alert = 0;
  /** By event: why its current, or last, occurrence happened (a code of the dataset's causes). */
  readonly cause: Uint8Array;
  /** How many of each kind wait. */
  private readonly waiting: Uint8Array;
  private readonly order: readonly number[];
  private readonly tables: EventTables;

  constructor(private readonly day: VehicleDay) {
    this.tables = day.world.events;
    const events = this.tables.names.length;
    this.cause = new Uint8Array(events);
    this.waiting = new Uint8Array(events);
    this.order = sourcesFirst(this.tables);
  }

  /** The objects whose numbers last from record to record. */
  stateful(): readonly object[] {
    return [this, this.cause, this.waiting];
  }

  startDay(): void {
    this.pending = 0;
    this.waiting.fill(0);
  }

  /** `draw` is below the place's threshold: which event begins? */
  draw(draw: number, place: Place): void {
    const { cumulative } = this.day.surroundings;
    const at = place.row * this.waiting.length;
    let event = 0;
    while (draw >= cumulative[at + event]!) event++;
    // A spell under way just goes on.
    if (event === SPEEDING && this.day.tooFast === 1 && this.day.speedingTicks > 0) return;
    const canyonEvent = place.row >= 9 ? GPS_LOSS : -1;
    this.wait(event, event === canyonEvent ? CANYON_CAUSE : CHANCE);
  }

  /** Lets waiting events happen where the speeds allow; returns the new speed. `free`: the speed may still change. */
  apply(place: Place, speed: number, next: number, free: boolean, timeMs: number): number {
    let result = next;
    for (const event of this.order) {
      if (this.waiting[event] === 0) continue;
      if (event === BRAKING) {
        if (!free || speed < this.tables.minSpeedDeci[BRAKING]!) continue;
        result = this.brake(speed, next);
      } else if (event === HARSH) {
        if (this.peak !== 0 || next < speed - HARSH_SLACK || next === 0) continue;
        if (speed >= (this.day.speedingTicks > 0 ? HARSH_BELOW_SPEEDING : HARSH_BELOW)) continue;
        this.peak = PEAK + Math.floor(this.day.draws.exponential() * HARSH_TAIL);
      } else {
        if (Math.max(speed, result) < this.tables.minSpeedDeci[event]!) continue;
        if (event === SPEEDING && this.isSpeeding(place, speed)) continue;
        this.begin(event, timeMs);
      }
      this.waiting[event]!--;
      this.pending--;
      // Speeding and the loss of GPS bring nothing about before they show.
      if (event !== SPEEDING && event !== GPS_LOSS) this.trigger(event, place);
    }
    return result;
  }

  /** A crash: the vehicle stands in the next record. */
  crash(): void {
    this.peak = -(CRASH_PEAK + Math.floor(this.day.draws.exponential() * CRASH_TAIL));
    this.alert = 1;
    const collision = CAUSES.indexOf('collision');
    this.cause[BRAKING] = collision;
    this.cause[ALERT] = collision;
  }

  private wait(event: number, cause: number): void {
    this.cause[event] = cause;
    if (this.waiting[event] === MOST_WAITING) return;
    this.pending++;
    this.waiting[event]!++;
  }

  private begin(event: number, timeMs: number): void {
    const { day } = this;
    const { draws } = day;
    const mean = this.tables.durationSeconds[event]!;
    if (event === LANE_CHANGE) this.laneChange = 1;
    else if (event === ALERT) this.alert = 1;
    else if (event === SPEEDING) {
      day.tooFast = 0;
      day.speedingTicks = day.ticksOf(draws.exponential() * mean);
      day.speedingFactor = 1.02 + this.tables.tolerance + draws.exponential() * 0.06;
    } else if (event === GPS_LOSS) day.gpsLostTicks = day.ticksOf(draws.exponential() * mean);
    else if (event === FAULT) day.faultTicks = day.ticksOf(draws.exponential() * mean);
    else if (event === DELAY) {
      if (timeMs >= day.heldUntilMs) day.holdUntil(timeMs + draws.exponential() * mean * 1000, timeMs);
    } else {
      if (day.ownTicks[event - KNOWN_EVENTS] === 0) day.ownActive++;
      day.ownTicks[event - KNOWN_EVENTS] = mean > 0 ? day.ticksOf(draws.exponential() * mean) : 1;
    }
  }

  /** Whether a spell of speeding is still to end, or hardly over: another would not be seen to begin. */
  private isSpeeding(place: Place, speed: number): boolean {
    return this.day.speedingTicks > 0 || speed > place.limit * (1 + this.tables.tolerance);
  }

  /** A second or two of hard braking within one interval. */
  private brake(speed: number, next: number): number {
    const { day } = this;
    const size = PEAK + Math.floor(day.draws.exponential() * BRAKING_TAIL);
    const interval = day.intervalMs / 1000;
    const seconds = Math.min(interval, 1.5) * (0.5 + 0.5 * day.draws.uniform());
    this.peak = -size;
    const after = Math.max(0, Math.min(next, speed - Math.floor(size * 0.36 * seconds)));
    return Math.max(after, speed - Math.floor(size * 0.36 * interval));
  }

  /** Draws what the onset of an event brings about. */
  trigger(event: number, place: Place): void {
    const context = this.day.surroundings.weather * 9 + (place.row % 9);
    for (const trigger of this.tables.triggers[event]!) {
      if (this.day.draws.uniform() < trigger.chance[context]!) this.wait(trigger.event, CAUSES.length + event);
    }
  }
}

/** Events in an order in which those that trigger come before what they trigger: both can happen in one record. */
function sourcesFirst(tables: EventTables): number[] {
  const order: number[] = [];
  const visit = (event: number): void => {
    if (order.includes(event)) return;
    tables.triggers.forEach((triggers, source) => {
      if (source !== event && triggers.some((trigger) => trigger.event === event)) visit(source);
    });
    order.push(event);
  };
  tables.names.forEach((_, event) => {
    visit(event);
  });
  return order;
}
