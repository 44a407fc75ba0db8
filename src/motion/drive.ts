/**
 * How a trip is driven: its route cut into sections, each with a cruise speed and a speed or a stop at its end, from
 * which the time of every phase follows in closed form. Planner and simulator call the same function, so the end of a
 * trip is known when it is planned and the simulator needs no correction. The result is a function of (vehicle, date,
 * trip, time), never of the interval at which records sample it.
 */

import { HOUR_MS, HOUR_S } from '../base/time.js';
import { Sfc32, STREAM } from '../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../random/tables.js';
import {
  BLOCK_MS,
  blockOf,
  type Conditions,
  type ConditionsCache,
  INDEX_VALUES,
  STEP_MS,
  ZONE_COUNT,
} from '../world/conditions/conditions.js';
import { offsetAt } from '../world/local-time.js';
import { PRIORITY, ROUNDABOUT_ENTRY, SIGNAL } from '../world/roads/network.js';
import {
  ARC_STRIDE,
  BITS,
  CONTROL_SHIFT,
  CURVE_M,
  GIVES_WAY_SHIFT,
  HEAD,
  HEADING_END,
  HEADING_START,
  LENGTH_M,
  LIMIT_MPS,
  REACH_END,
  REACH_START,
  ROAD_SHIFT,
} from '../world/roads/region-geometry.js';
import { CONTEXTS, SPEEDING } from '../world/tables/event-tables.js';
import type { RegionWorld, World } from '../world/world.js';
import type { Crash, DriverModel } from './driver-model.js';
import { DEVIATION_MASK, DEVIATIONS, INVERSE_TAN_HALF } from './motion-tables.js';
import type { Route } from './route.js';
import { Sections } from './sections.js';
import { brakeBackwards, driveForwards } from './timing.js';

/** No bound on the speed at a node. */
const FREE = 1000;
/** Arcs whose cruise speeds differ by less are driven as one section. */
const SAME_CRUISE = 0.03;
/** Curves of a larger radius don't limit the speed. */
const CURVE_MATTERS_M = 900;
/** Turn from which a corner may limit the speed, in steps of INVERSE_TAN_HALF. */
const TURN_MATTERS = 5;
/** Speeds when giving way without a stop, when entering a roundabout, and when moving up in a queue, m/s (declared). */
const ROLL_MPS = 4.5;
const ROUNDABOUT_MPS = 6.5;
const CREEP_MPS = 2.2;
/** Lower bound on the speed in a corner, even of a U-turn, m/s (declared). */
const MIN_CORNER_MPS = 2.5;
/**
 * Queues before signals (declared): vehicles that arrive in the first share of red find one where the traffic index in
 * hundredths is above a bound. The first stop is so many metres from the line, and takes its share of the wait.
 */
const QUEUES_UNTIL = 0.4;
const QUEUES_ABOVE = 40;
const QUEUE_WAIT = 0.6;
const QUEUE_M = 18;
const QUEUE_SPREAD_M = 34;
const MIN_SECTION_M = 0.01;
/**
 * Stop-and-go traffic: seconds per stop, m/s through a wave without a stop, and least share of the cruise speed between
 * two waves (declared).
 */
const WAVE_STOP_S = { min: 1, span: 11 };
const WAVE_MPS = { min: 1.5, span: 6 };
const WAVE_MIN = 0.65;
/** Share of the top speed at which a vehicle limited by it cruises: a governed speed still fluctuates (declared). */
const TOP_SPEED_SHARE = 0.972;
const TOP_SPEED_SPREAD = 0.004;
/**
 * On some roads a governed vehicle follows a slower one or climbs a gradient: factor on how much slower its driver is
 * on that road (declared).
 */
const SLOWER_AT_TOP = 0.8;
/** How much a driver's speed differs from trip to trip, per unit of DEVIATIONS (declared). */
const TRIP_SPREAD = 0.012;
/** Approximate seconds lost per 1 m/s change of speed; used to estimate when later conditions are looked up. */
const LOST_S_PER_MPS = 0.35;
/** Spread of one driver's speeds on similar roads, as a share (declared). */
const STREET_SPREAD = 0.035;
/**
 * A corner that clearly slows a vehicle down is a separate piece, driven close to the maximum cornering speed
 * (declared).
 */
const CORNER_MATTERS = 0.9;
const CORNER_CRUISE = 0.97;
/**
 * Share of a corner's reach on either side of the vertex, where curvature is highest; further out the vehicle brakes
 * and accelerates (declared).
 */
const CORNER_SHARE = 0.45;
/** Sections are not split where less than this would remain. */
const MIN_LEFT_M = 40;
/** A spell of speeding begins only where at least this many seconds of the road lie ahead (declared). */
const SPELL_ROOM_S = 5;
/** Speed above the tolerance during a spell: minimum, and mean of the exponential part added to it (declared). */
const SPELL_MIN = 0.025;
const SPELL_MEAN = 0.06;
export class Drive extends Sections {
  private readonly random = new Sfc32();
  // The open section of the first pass.
  private openM = 0;
  private openCruise = 0;
  private openLimit = 0;
  private openSpell = 0;
  // Conditions at the current time of the first pass.
  private conditions!: Conditions;
  private conditionsUntil = 0;
  private stepAt = 0;
  private weather = 0;
  private spellRate = 0;

  constructor(
    private readonly world: World,
    private readonly seed: number,
    private readonly cache: ConditionsCache,
  ) {
    super();
  }

  /**
   * Drives the route from `startMs` (UTC milliseconds); returns the duration in seconds. `trip` is the trip's number in
   * the day.
   */
  plan(
    region: RegionWorld,
    route: Route,
    driver: DriverModel,
    startMs: number,
    vehicle: number,
    day: number,
    trip: number,
    crash?: Crash,
  ): number {
    this.random.seed(this.seed, vehicle, day * 128 + trip, STREAM.drive);
    this.salt = this.random.next() & DEVIATION_MASK;
    this.cut(region, route, driver, startMs, crash);
    brakeBackwards(this, driver);
    return driveForwards(this, driver, this.world.motion);
  }

  /** First pass: sections with their cruise speeds and the speed or wait at each end, at estimated times. */
  private cut(region: RegionWorld, route: Route, driver: DriverModel, startMs: number, crash: Crash | undefined): void {
    const { arcs: table, ints } = region.geometry;
    const { random, world } = this;
    const { arcs, count } = route;
    const { pace, cornering } = driver;
    const { speedFactor, motion } = world;
    const { traffic } = world.conditions;
    const tolerance = world.events.tolerance;
    const high = traffic.highAbove * 100;
    const mood = pace * (1 + TRIP_SPREAD * DEVIATIONS[this.salt]!);
    const fastest =
      driver.topSpeed * (TOP_SPEED_SHARE + TOP_SPEED_SPREAD * DEVIATIONS[(this.salt + 5) & DEVIATION_MASK]!);
    this.sections = 0;
    this.lengthM = route.lengthM;
    this.crashSection = -1;
    this.openM = 0;
    this.openCruise = 0;
    this.openSpell = 0;
    this.conditionsUntil = 0;
    let crashM = crash === undefined ? -1 : crash.share * route.lengthM;
    let t = motion.idleS;
    let metres = 0;
    let hazard = EXPONENTIAL[random.next() >>> TABLE_SHIFT]!;
    // A corner has one speed from begin to end: how much of it lies on the next arc, and its speed.
    let cornerM = 0;
    let cornerCruise = 0;
    let spellS = 0;
    let spellFactor = 0;
    // Onsets of spells per second on the current arc, standstill included, as the scenario's rates are per time.
    let rate = 0;
    for (let i = 0; i < count; i++) {
      const arc = arcs[i]!;
      const at = ARC_STRIDE * arc;
      const bits = ints[2 * at + BITS]!;
      const now = startMs + t * 1000;
      if (now >= this.conditionsUntil) this.look(region, now, driver);
      const index = this.conditions.index[this.stepAt + (bits & 7)]!;
      const limit = table[at + LIMIT_MPS]!;
      let lengthM = table[at + LENGTH_M]!;
      let bound = fastest;
      if (table[at + CURVE_M]! < CURVE_MATTERS_M) {
        bound = Math.min(bound, Math.max(MIN_CORNER_MPS, Math.sqrt(cornering * table[at + CURVE_M]!)));
      }
      if (cornerM > 0) {
        const c = Math.min(cornerM, lengthM / 2);
        this.extend(c, cornerCruise, this.openLimit, this.openSpell);
        metres += c;
        lengthM -= c;
        cornerM = 0;
        // A crash is moved out of the corner itself.
        if (crashM >= 0 && this.crashSection < 0 && crashM < metres) crashM = metres + MIN_LEFT_M / 40;
      }
      const whim = 1 + STREET_SPREAD * DEVIATIONS[(this.salt + (arc >> 1) * 3) & DEVIATION_MASK]!;
      const free = limit * mood * whim * speedFactor[this.weather * INDEX_VALUES + index]!;
      const usual = Math.min(
        free,
        bound,
        free > fastest && whim < 1 ? fastest * (1 - SLOWER_AT_TOP * (1 - whim)) : bound,
      );
      let cruise = usual;
      if (spellS > 0) {
        cruise = Math.min(bound, limit * spellFactor);
        const room = spellS * cruise;
        spellS -= lengthM / cruise;
        if (spellS <= 0 && room < lengthM) {
          // The spell ends within the arc.
          this.extend(room, cruise, limit, 1);
          t += room / cruise;
          metres += room;
          lengthM -= room;
          cruise = usual;
        }
      } else {
        const level = index > high ? 2 : index > traffic.mediumAbove * 100 ? 1 : 0;
        const context = (this.weather * 3 + level) * 3 + ((bits >> ROAD_SHIFT) & 3);
        rate = this.spellRate * world.events.perHour[SPEEDING * CONTEXTS + context]!;
        hazard -= rate * (lengthM / cruise);
        const min = limit * (1 + tolerance + SPELL_MIN);
        if (hazard < 0 && lengthM > SPELL_ROOM_S * limit && min <= bound && crash === undefined) {
          // An onset that had no room is made up for later.
          hazard += EXPONENTIAL[random.next() >>> TABLE_SHIFT]!;
          spellFactor = 1 + tolerance + SPELL_MIN + EXPONENTIAL[random.next() >>> TABLE_SHIFT]! * SPELL_MEAN;
          spellS = EXPONENTIAL[random.next() >>> TABLE_SHIFT]! * world.events.durationSeconds[SPEEDING]!;
          cruise = Math.min(bound, limit * spellFactor);
          spellS = Math.max(SPELL_ROOM_S, spellS) - lengthM / cruise;
        } else if (index > high && crash === undefined) {
          const left = this.stopAndGo(lengthM, cruise, limit);
          metres += lengthM - left;
          t += (lengthM - left) / cruise;
          lengthM = left;
        }
      }
      const spell = cruise > usual ? 1 : 0;
      if (crash !== undefined && metres < crashM && metres + lengthM > crashM) {
        this.extend(crashM - metres, cruise, limit, spell);
        this.close(0, crash.standSeconds);
        this.crashSection = this.sections - 1;
        lengthM -= crashM - metres;
        metres = crashM;
      }
      this.extend(lengthM, cruise, limit, spell);
      metres += lengthM;
      t += lengthM / cruise;
      if (i === count - 1) break;
      // The node between this arc and the next.
      const next = arcs[i + 1]!;
      const nextAt = ARC_STRIDE * next;
      let turn = ints[2 * nextAt + HEADING_START]! - ints[2 * at + HEADING_END]!;
      if (turn < 0) turn = -turn;
      if (turn > 1800) turn = 3600 - turn;
      const control = (bits >> CONTROL_SHIFT) & 3;
      let cap = FREE;
      let wait = -1;
      if (turn >> 4 >= TURN_MATTERS) {
        const a = table[at + REACH_END]!;
        const b = table[nextAt + REACH_START]!;
        cap = Math.max(MIN_CORNER_MPS, Math.sqrt(cornering * Math.min(a, b) * INVERSE_TAN_HALF[turn >> 4]!));
      }
      if (control !== 0) {
        const u = random.uniform();
        if (control === SIGNAL) {
          const red = u / motion.redShare;
          if (red < 1) {
            wait =
              red * (motion.redS + ((ints[2 * at + HEAD]! * 7) & 31) * (motion.redSpreadS / 32)) +
              index * motion.queueSPerIndex;
            if (red < QUEUES_UNTIL && index > QUEUES_ABOVE) wait = this.queue(wait);
          }
        } else if (control === PRIORITY) {
          if (bits >> GIVES_WAY_SHIFT !== 0) {
            if (u < motion.giveWayStops) wait = (u / motion.giveWayStops) * 2 * motion.giveWayS * (0.5 + index * 0.01);
            else if (cap > ROLL_MPS) cap = ROLL_MPS;
          }
        } else if (control === ROUNDABOUT_ENTRY) {
          if (u < motion.roundaboutStops) wait = (u / motion.roundaboutStops) * 2 * motion.roundaboutS;
          else if (cap > ROUNDABOUT_MPS) cap = ROUNDABOUT_MPS;
        }
      }
      if (wait >= 0) {
        this.close(0, wait);
        t += wait + LOST_S_PER_MPS * cruise;
        if (spellS <= 0) hazard -= rate * (wait + LOST_S_PER_MPS * cruise);
        spellS = 0;
      } else if (cap < cruise) {
        cornerM = CORNER_SHARE * Math.min(table[at + REACH_END]!, table[nextAt + REACH_START]!);
        cornerCruise = cap * CORNER_CRUISE;
        if (cap < CORNER_MATTERS * cruise && this.openM > cornerM + MIN_LEFT_M / 4) {
          const { openCruise, openLimit } = this;
          this.openM -= cornerM;
          this.close(cap * CORNER_CRUISE, 0);
          this.openM = cornerM;
          this.openCruise = Math.min(cornerCruise, openCruise);
          this.openLimit = openLimit;
          // A wide bend can be taken above the tolerance, too.
          this.openSpell = this.openCruise > openLimit * (1 + tolerance) ? 1 : 0;
        } else {
          cornerM = 0;
          this.close(cap, 0);
        }
        t += LOST_S_PER_MPS * (cruise - cap);
        spellS = 0;
      }
    }
    this.close(0, motion.idleAfterS);
  }

  /** Adds metres to the open section, or closes it where the cruise speed changes. */
  private extend(lengthM: number, cruise: number, limit: number, spell: number): void {
    if (this.openM > 0) {
      const difference = cruise - this.openCruise;
      const same = (difference < 0 ? -difference : difference) <= SAME_CRUISE * this.openCruise;
      if (same && limit === this.openLimit && spell === this.openSpell) {
        this.openM += lengthM;
        return;
      }
      this.close(FREE, 0);
    }
    this.openM = lengthM;
    this.openCruise = cruise;
    this.openLimit = limit;
    this.openSpell = spell;
  }

  /** Closes the open section with a speed (m/s) at its end and a wait (seconds). */
  private close(cap: number, wait: number): void {
    const k = this.sections;
    if (this.openM < MIN_SECTION_M && k > 0) {
      // No distance since the last end: merge the two.
      if (cap < this.exit[k - 1]!) this.exit[k - 1] = cap;
      this.waitS[k - 1]! += wait;
      return;
    }
    if (k === this.lengthOf.length) this.grow();
    this.lengthOf[k] = this.openM;
    this.peak[k] = this.openCruise;
    this.limit[k] = this.openLimit;
    this.spell[k] = this.openSpell;
    this.exit[k] = cap;
    this.waitS[k] = wait;
    this.sections = k + 1;
    this.openM = 0;
  }

  /** Drives most of the arc in stop-and-go waves; returns the remaining metres. */
  private stopAndGo(lengthM: number, cruise: number, limit: number): number {
    const { random } = this;
    const { waveM, waveSpreadM, waveStops } = this.world.motion;
    let left = lengthM;
    for (;;) {
      const piece = waveM + waveSpreadM * random.uniform();
      if (left < piece + MIN_LEFT_M) return left;
      this.extend(piece, cruise * (WAVE_MIN + (1 - WAVE_MIN) * random.uniform()), limit, 0);
      const v = random.uniform();
      if (v < waveStops) this.close(0, WAVE_STOP_S.min + (v / waveStops) * WAVE_STOP_S.span);
      else this.close(WAVE_MPS.min + WAVE_MPS.span * v, 0);
      left -= piece;
    }
  }

  /** Stops in the queue before a red light; returns the wait at the line. */
  private queue(wait: number): number {
    const u = this.random.uniform();
    const creepM = QUEUE_M + QUEUE_SPREAD_M * u;
    if (this.openM < creepM + MIN_LEFT_M) return wait;
    const { openCruise, openLimit, openSpell } = this;
    this.openM -= creepM;
    this.close(0, wait * QUEUE_WAIT);
    this.openM = creepM;
    this.openCruise = Math.min(openCruise, CREEP_MPS + 2 * u);
    this.openLimit = openLimit;
    this.openSpell = openSpell;
    return wait * (1 - QUEUE_WAIT);
  }

  /** Looks up weather and traffic, which hold for five minutes. */
  private look(region: RegionWorld, now: number, driver: DriverModel): void {
    const { world } = this;
    const block = blockOf(now);
    const step = Math.floor((now - block * BLOCK_MS) / STEP_MS);
    this.conditions = this.cache.get(region.index, block);
    this.stepAt = step * ZONE_COUNT;
    this.weather = this.conditions.weather[step]!;
    this.conditionsUntil = block * BLOCK_MS + (step + 1) * STEP_MS;
    const hour = Math.floor((now + offsetAt(region.zone, now)) / HOUR_MS) % 24;
    this.spellRate = (driver.speeding * world.events.byHour[SPEEDING * 24 + hour]!) / HOUR_S;
  }
}
