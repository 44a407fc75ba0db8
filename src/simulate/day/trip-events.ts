/**
 * What happens on a trip besides driving, in continuous time: onsets of events as a point process along the route,
 * events triggered by others, loss of position in tunnels and near jammers, dead zones. Composed once, before the
 * trip's first record; hard braking and harsh acceleration become part of the drive. Records only read the marks since
 * the previous record.
 */
import { CAUSES } from '../../columns/truth.js';
import type { Drive } from '../../motion/drive.js';
import {
  addHardBraking,
  addHarshAcceleration,
  firstTimeAtSpeed,
  type ManoeuvreBounds,
} from '../../motion/manoeuvres.js';
import type { Route } from '../../motion/route.js';
import { timeInSection } from '../../motion/timing.js';
import type { Dataset } from '../../plan/dataset.js';
import type { VehicleProfile } from '../../plan/vehicle/vehicle-profile.js';
import { Sfc32, STREAM } from '../../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../../random/tables.js';
import type { ConditionsCache } from '../../world/conditions/conditions.js';
import { CANYON, DEAD_ZONE, type RoadNetwork, TUNNEL } from '../../world/roads/network.js';
import {
  ALERT,
  BRAKING,
  BUILT_IN_EVENT_COUNT,
  CONTEXTS_PER_WEATHER,
  DELAY,
  type EventTables,
  FAULT,
  GPS_LOSS,
  HARSH,
  SPEEDING,
} from '../../world/tables/event-tables.js';
import { isInReach, type Jammer } from '../../world/tables/jammers.js';
import type { World } from '../../world/world.js';
import { EventMarks } from './event-marks.js';
import { CANYON_PLACE, HARD_MPS2, OnsetRates } from './onset-rates.js';
import { Surroundings } from './surroundings.js';

/** The input: the vehicle-day and its current trip. */
export interface CurrentTrip {
  readonly dataset: Pick<Dataset, 'seed'>;
  readonly world: World;
  readonly conditions: ConditionsCache;
  readonly profile: VehicleProfile;
  readonly vehicle: number;
  /** Days since 1970-01-01, and the trip's number in the day. */
  readonly day: number;
  readonly trip: number;
  /** UTC milliseconds. */
  readonly startMs: number;
  readonly route: Route;
  readonly drive: Drive;
  readonly network: RoadNetwork;
  readonly jammers: readonly Jammer[];
  /** Battery charge in percent, `seconds` into the trip. */
  batteryAt(seconds: number): number;
}

const CHANCE = CAUSES.indexOf('chance');
const CANYON_CAUSE = CAUSES.indexOf('canyon');
const TUNNEL_CAUSE = CAUSES.indexOf('tunnel');
const JAMMING_CAUSE = CAUSES.indexOf('jamming');
const COLD_START = CAUSES.indexOf('cold_start');
const DEAD_ZONE_CAUSE = CAUSES.indexOf('dead_zone');
const COLLISION_CAUSE = CAUSES.indexOf('collision');

/**
 * Peaks of events, m/s2: a minimum clear of the column's rounding, and the mean of the exponential tail above it
 * (declared).
 */
const MIN_PEAK_MPS2 = HARD_MPS2 + 0.02;
const BRAKING_TAIL_MPS2 = 0.75;
const HARSH_TAIL_MPS2 = 0.4;
/** Seconds from leaving a dead zone to the first message (declared). */
const RECONNECT_S = 20;
/** Onsets that the previous trip had no room for happen this long into the next one. */
const CARRIED_S = 30;
const MAX_WAITING = 255;
/** Length of the steps in which an arc near a jammer is scanned. */
const JAMMING_STEP_M = 150;

export class TripEvents extends EventMarks {
  /** By event: onsets for which there was no opportunity yet; carried over to the next trip. */
  readonly waiting: Uint8Array;
  /** By event: the cause of the last one. */
  readonly waitingCause: Uint8Array;
  private readonly events: EventTables;
  private readonly onsetRates: OnsetRates;
  private readonly surroundings: Surroundings;
  private readonly random = new Sfc32();
  private context = 0;
  private lostUntilS = -1;
  private bounds: { -readonly [K in keyof ManoeuvreBounds]: ManoeuvreBounds[K] } = {
    peak: 0.5,
    topSpeed: 0.5,
    tolerance: 0.5,
    acceleration: 0.5,
    variety: 0.5,
  };

  constructor(private readonly day: CurrentTrip) {
    super();
    const { world } = day;
    this.events = world.events;
    this.waiting = new Uint8Array(world.events.names.length);
    this.waitingCause = new Uint8Array(world.events.names.length);
    this.onsetRates = new OnsetRates(world);
    this.surroundings = new Surroundings(world, day.conditions);
  }

  startDay(ageYears: number, wear: number): void {
    this.onsetRates.startDay(this.day.profile, ageYears, wear);
    this.surroundings.startDay(this.day.profile);
  }

  /** Composes the events of the current trip; changes its drive. */
  compose(): void {
    const { day, random, bounds, events } = this;
    const { drive, profile, world } = day;
    random.seed(day.dataset.seed, day.vehicle, day.day * 128 + day.trip, STREAM.tripEvents);
    this.marks = 0;
    this.lostUntilS = -1;
    this.surroundings.untilMs = 0;
    bounds.topSpeed = profile.topSpeed;
    bounds.tolerance = events.tolerance;
    bounds.acceleration = profile.acceleration;
    this.look(0);
    this.context = this.contextOn(day.route.arcs[0]! >> 1);
    if (random.uniform() < world.sensors.cold_start_chance) {
      this.loseGps(0, this.exponential() * world.sensors.reacquire_seconds, COLD_START);
    }
    this.carryOver();
    this.alongTheRoute(this.spells());
    if (drive.crashSection >= 0) this.crash();
    this.sort();
  }

  private carryOver(): void {
    const { waiting } = this;
    for (let e = 0; e < waiting.length; e++) {
      for (let n = waiting[e]!; n > 0; n--) {
        waiting[e]!--;
        this.onset(e, this.random.uniform() * CARRIED_S, this.waitingCause[e]!);
      }
    }
  }

  /** Seconds into the trip at which spells of speeding show: once the speed is over the tolerance. */
  private spells(): number[] {
    const { drive } = this.day;
    const shown: number[] = [];
    for (let k = 0; k < drive.sections; k++) {
      if (drive.spell[k] === 0 || (k > 0 && drive.spell[k - 1] === 1)) continue;
      if (drive.peak[k]! <= drive.limit[k]! * (1 + this.events.tolerance)) continue;
      shown.push(drive.t0[k]! + 0.7 * drive.accelerateS[k]!);
    }
    return shown;
  }

  /**
   * Random onsets at the rates of each part of the route, events that the route itself causes, and those triggered by
   * spells of speeding.
   */
  private alongTheRoute(spells: readonly number[]): void {
    const { day, onsetRates, surroundings } = this;
    const { route, network, drive, startMs } = day;
    let hazard = this.exponential();
    let t = 0;
    let metres = 0;
    let section = 0;
    let deadUntilArc = -1;
    let spell = 0;
    surroundings.untilMs = 0;
    for (let i = 0; i < route.count; i++) {
      const edge = route.arcs[i]! >> 1;
      const flags = network.flags[edge]!;
      metres += network.lengthM[edge]!;
      // Consecutive plain edges with the same rates are treated as one.
      if (
        flags === 0 &&
        day.jammers.length === 0 &&
        i < route.count - 1 &&
        alike(network, edge, route.arcs[i + 1]! >> 1)
      )
        continue;
      while (section < drive.sections - 1 && drive.s0[section + 1]! <= metres) section++;
      const end = i === route.count - 1 ? drive.seconds : timeInSection(drive, section, metres);
      if (flags !== 0) {
        if ((flags & TUNNEL) !== 0)
          this.loseGps(t, end + this.exponential() * day.world.sensors.reacquire_seconds, TUNNEL_CAUSE);
        if ((flags & DEAD_ZONE) !== 0 && i > deadUntilArc) {
          deadUntilArc = this.deadZone(i, t);
        }
      }
      // The last record of the trip may be later than its end.
      const leaves = i === route.count - 1 ? Number.POSITIVE_INFINITY : end;
      if (day.jammers.length > 0) this.loseGpsNearJammers(route.arcs[i]!, metres - network.lengthM[edge]!, t, leaves);
      const canyon = (flags & CANYON) !== 0 ? CANYON_PLACE : 0;
      while (t < end) {
        if (startMs + t * 1000 >= surroundings.untilMs) this.look(t);
        const untilS = (surroundings.untilMs - startMs) / 1000;
        const until = Math.min(untilS, end);
        this.context = this.contextOn(edge);
        for (; spell < spells.length && spells[spell]! < until; spell++) {
          this.mark(spells[spell]!, SPEEDING, 0, CHANCE);
          this.trigger(SPEEDING, spells[spell]!);
        }
        const place = this.context % CONTEXTS_PER_WEATHER;
        const rate = onsetRates.perSecond[place + canyon]!;
        hazard -= rate * (until - t);
        while (hazard < 0) {
          this.draw(place + canyon, until + hazard / rate);
          hazard += this.exponential();
        }
        t = until;
      }
    }
  }

  /** The current context of events on an edge (event-tables.ts). */
  private contextOn(edge: number): number {
    const { surroundings, day } = this;
    const { zone, roadType } = day.network;
    const traffic = surroundings.conditions.changeTraffic[surroundings.trafficAt + zone[edge]!]!;
    return surroundings.weather * CONTEXTS_PER_WEATHER + traffic * 3 + roadType[edge]!;
  }

  /** Draws which event begins. */
  private draw(place: number, t: number): void {
    const { cumulative, perSecond } = this.onsetRates;
    const at = place * this.waiting.length;
    const u = this.random.uniform() * perSecond[place]!;
    let event = 0;
    while (u >= cumulative[at + event]! && event < this.waiting.length - 1) event++;
    this.onset(event, t, event === GPS_LOSS && place >= CANYON_PLACE ? CANYON_CAUSE : CHANCE);
  }

  /** Begins an event at the earliest time from t on that the motion allows. */
  private onset(event: number, t: number, cause: number): void {
    const { day, events } = this;
    const { drive } = day;
    if (event === BRAKING || event === HARSH) {
      const begin = this.manoeuvre(event, t);
      if (begin < 0) this.wait(event, cause);
      else {
        this.mark(begin, event, 0, cause);
        this.trigger(event, begin);
      }
      return;
    }
    const min = events.minSpeedDeci[event]! / 36;
    const begin = min > 0 ? firstTimeAtSpeed(drive, t, min) : t;
    if (begin < 0) {
      this.wait(event, cause);
      return;
    }
    if (event === GPS_LOSS) {
      this.loseGps(begin, begin + this.exponential() * events.durationSeconds[event]!, cause);
      return;
    }
    const mean = events.durationSeconds[event]!;
    const lasts = event === DELAY || event === FAULT || event >= BUILT_IN_EVENT_COUNT ? this.exponential() * mean : 0;
    this.mark(begin, event, lasts > 0 ? begin + lasts : 0, cause);
    this.trigger(event, begin);
  }

  private manoeuvre(event: number, t: number): number {
    const { day, bounds } = this;
    const { drive } = day;
    const { maxBraking, maxAcceleration } = day.world.classes[day.profile.vehicleClass]!;
    bounds.variety = this.random.uniform();
    if (event === BRAKING) {
      bounds.peak = Math.min(maxBraking, MIN_PEAK_MPS2 + this.exponential() * BRAKING_TAIL_MPS2);
      return addHardBraking(drive, t, bounds);
    }
    bounds.peak = Math.min(maxAcceleration, MIN_PEAK_MPS2 + this.exponential() * HARSH_TAIL_MPS2);
    return addHarshAcceleration(drive, t, bounds);
  }

  private wait(event: number, cause: number): void {
    this.waitingCause[event] = cause;
    if (this.waiting[event]! < MAX_WAITING) this.waiting[event]!++;
  }

  /** Draws the events that an onset triggers. */
  private trigger(event: number, t: number): void {
    for (const trigger of this.events.triggers[event]!) {
      if (this.random.uniform() < trigger.chance[this.context]!) this.onset(trigger.event, t, CAUSES.length + event);
    }
  }

  /** Marks a loss of position from t to `until`. */
  private loseGps(t: number, until: number, cause: number): void {
    const begins = t > this.lostUntilS;
    if (until > this.lostUntilS) this.lostUntilS = until;
    this.mark(t, GPS_LOSS, until, cause);
    if (begins) this.trigger(GPS_LOSS, t);
  }

  /** Scans an arc for jammers, in steps; it begins at `startM` and is driven from `t` to `end`. */
  private loseGpsNearJammers(arc: number, startM: number, t: number, end: number): void {
    const { day } = this;
    const { s0 } = day.drive;
    const lengthM = day.network.lengthM[arc >> 1]!;
    const parts = Math.ceil(lengthM / JAMMING_STEP_M);
    let section = 0;
    let begins = t;
    for (let part = 1; part <= parts; part++) {
      const metres = startM + (lengthM * part) / parts;
      while (section < day.drive.sections - 1 && s0[section + 1]! <= metres) section++;
      const ends = part === parts ? end : timeInSection(day.drive, section, metres);
      const share = (part - 0.5) / parts;
      for (const jammer of day.jammers) {
        const from = (jammer.fromMs - day.startMs) / 1000;
        const until = (jammer.untilMs - day.startMs) / 1000;
        if (until <= begins || from >= ends || !isInReach(jammer, day.network, arc >> 1, arc & 1 ? 1 - share : share))
          continue;
        const lost = Math.min(ends, until) + this.exponential() * day.world.sensors.reacquire_seconds;
        this.loseGps(Math.max(begins, from), lost, JAMMING_CAUSE);
      }
      begins = ends;
    }
  }

  /** Holds records back from t to the end of the dead zone; returns its last arc. */
  private deadZone(i: number, t: number): number {
    const { route, network, drive } = this.day;
    let metres = 0;
    let last = i;
    for (let j = 0; j < route.count; j++) {
      const edge = route.arcs[j]! >> 1;
      if (j > i && (network.flags[edge]! & DEAD_ZONE) === 0) break;
      metres += network.lengthM[edge]!;
      last = j;
    }
    let section = 0;
    while (section < drive.sections - 1 && drive.s0[section + 1]! <= metres) section++;
    const end = last === route.count - 1 ? drive.seconds : timeInSection(drive, section, metres);
    this.mark(t, DELAY, end + this.exponential() * RECONNECT_S, DEAD_ZONE_CAUSE);
    return last;
  }

  private crash(): void {
    const { drive } = this.day;
    const k = drive.crashSection;
    const t = drive.t0[k]! + drive.accelerateS[k]! + drive.cruiseS[k]!;
    this.mark(t, BRAKING, 0, COLLISION_CAUSE);
    this.mark(t, ALERT, 0, COLLISION_CAUSE);
  }

  /** Updates weather, traffic, hour, battery and frost to a time. */
  private look(t: number): void {
    const { day, surroundings, onsetRates } = this;
    const timeMs = day.startMs + t * 1000;
    surroundings.update(timeMs);
    const temperature = surroundings.temperature + surroundings.temperatureRise * (timeMs - surroundings.hourStartMs);
    onsetRates.update(surroundings.weather, surroundings.hour, temperature, day.batteryAt(t));
  }

  private exponential(): number {
    return EXPONENTIAL[this.random.next() >>> TABLE_SHIFT]!;
  }
}

/** Whether two edges have the same event rates at any time. */
function alike({ zone, roadType, flags }: RoadNetwork, edge: number, other: number): boolean {
  return flags[other] === flags[edge] && zone[other] === zone[edge] && roadType[other] === roadType[edge];
}
