/**
 * How fast to drive in the next interval, in whole tenths of km/h. The sum of a trip's speeds is fixed by the plan, so the
 * pace follows the clock: `pressure` is expected over remaining time, above 1 when the vehicle is late.
 */
import { NORMAL, TABLE_SHIFT } from '../random/tables.js';
import { landingSpeed } from './landing.js';
import type { Place } from './place.js';
import type { VehicleDay } from './vehicle-day.js';

/** Comfortable limits in m/s2; harder ones are events. */
const ACCELERATE_MS2 = 1.7;
const BRAKE_MS2 = 2.5;
/** How slow the pace may get, and how far into the speeding tolerance a late driver goes on the mean and at most. */
const SLOWEST_PACE = 0.55;
const LATE_WITHIN_TOLERANCE = 0.6;
const MOST_WITHIN_TOLERANCE = 0.9;
/** Beyond this pressure the clock wins over the limit: rare trips whose roads turned out slower than planned. */
const TOO_LATE = 1.3;
const MOST_OVER_LIMIT = 2;
/** A stop that would raise the pressure beyond this is not made. */
const TOO_LATE_TO_STOP = 1.1;
/** A driver this late doesn't wait any longer. */
const NO_TIME_TO_WAIT = 1.15;
/** Below this speed (tenths of km/h) a vehicle that comes to a stop stands. */
const CRAWL = 30;
const VARIATION = 0.025;

export class Pace {
  /**
   * Expected over remaining time: above 1 when the vehicle is late. With `metres`, where it is, what the speed follows; both
   * begin as fractions, so that the compiler writes them in place and boxes none.
   */
  pressure = 0.5;
  /** From the trip's start. */
  metres = 0.5;
  /** Most that the speed may fall and rise in an interval. */
  readonly brake: number;
  private readonly accelerate: number;
  private readonly tolerance: number;
  private readonly farFromStop: number;
  /** Square of the top speed between two rests, per twice the units between them. */
  private readonly rampFactor: number;

  constructor(
    private readonly day: VehicleDay,
    private readonly place: Place,
  ) {
    const seconds = day.intervalMs / 1000;
    this.tolerance = day.world.events.tolerance;
    this.accelerate = Math.round(ACCELERATE_MS2 * 36 * seconds);
    this.brake = Math.round(BRAKE_MS2 * 36 * seconds);
    this.rampFactor = (this.accelerate * this.brake) / (this.accelerate + this.brake);
    const steps = Math.ceil(2000 / this.brake);
    this.farFromStop = (this.brake * steps * (steps + 1)) / 2;
  }

  /** The next speed of a vehicle with `remaining` units and `left` intervals to go. */
  next(speed: number, remaining: number, left: number, draw: number): number {
    const { day, place, brake, pressure } = this;
    const spell = day.speedingTicks > 0;
    let next = spell ? place.limit * day.speedingFactor : this.varied(NORMAL[draw >>> TABLE_SHIFT]!);
    if (day.dwell > 0 && pressure < NO_TIME_TO_WAIT) {
      day.dwell--;
      next = 0;
    }
    if (next > speed + this.accelerate) next = speed + this.accelerate;
    // +: what a call returns could be anything to the compiler, and each number it is merged with would be boxed.
    if (place.nextCruise > 0 && next > place.nextCruise) next = +this.slowForNextEdge(next, speed);
    if (day.stopAtM >= 0) next = +this.stopAtJunction(next, speed, left);
    if (remaining < this.farFromStop) next = Math.min(next, landingSpeed(remaining, brake));
    next = Math.max(next, speed - brake);
    return Math.min(Math.floor(next), remaining);
  }

  /** The speed that suits the edge, its traffic and weather, and the clock. */
  cruise(): number {
    const { place, pressure } = this;
    // The cube steers firmly enough that a trip through slower traffic than planned settles a little late, not ever later.
    const pace = Math.max(SLOWEST_PACE, pressure * pressure * pressure);
    const most = 1 + LATE_WITHIN_TOLERANCE * this.tolerance + Math.max(0, pressure - TOO_LATE);
    return Math.min(place.cruise * pace, place.limit * Math.min(most, MOST_OVER_LIMIT));
  }

  /** Nobody keeps a speed exactly; but only those who are too late, or who mean to, are over the tolerance. */
  private varied(noise: number): number {
    const speed = this.cruise() * (1 + noise * VARIATION);
    const most = this.place.limit * (1 + MOST_WITHIN_TOLERANCE * this.tolerance);
    return speed <= most || this.pressure > TOO_LATE ? speed : Math.min(most, 2 * most - speed);
  }

  /**
   * Intervals to the trip's end from here: the way's expected time, and what pulling away to cruising speed and the last
   * braking cost on top. A rest too short to reach that speed is driven up to the speed it allows.
   */
  ticksNeeded(expectedMs: number, speed: number, remaining: number): number {
    const { brake, accelerate, rampFactor, place, day } = this;
    let cruise = place.cruise;
    let ticks = expectedMs / day.intervalMs;
    const reachSquared = (2 * remaining + (speed * speed) / accelerate) * rampFactor;
    if (reachSquared < cruise * cruise) {
      cruise = Math.max(1, Math.min(remaining, Math.sqrt(reachSquared)));
      ticks = Math.max(ticks, (remaining + speed / 2) / cruise);
    }
    const gain = Math.max(0, cruise - speed);
    const pullingAway = Math.max(0, (gain * gain) / (2 * accelerate) - gain / 2) / cruise;
    return ticks + pullingAway + Math.max(1, cruise / (2 * brake) + 0.5) - speed / (2 * cruise);
  }

  private slowForNextEdge(next: number, speed: number): number {
    const { place, brake, day, metres } = this;
    const units = Math.max(0, (place.endM - metres) / day.metresPerUnit - speed);
    return Math.min(next, Math.sqrt(place.nextCruise * place.nextCruise + 2 * brake * units));
  }

  private stopAtJunction(next: number, speed: number, left: number): number {
    const { day, brake, accelerate, pressure, metres } = this;
    const sum = (day.stopAtM - metres) / day.metresPerUnit - speed / 2;
    const allowed = landingSpeed(sum, brake);
    if (allowed >= next) return next;
    // The light turns green for a driver who could not make up for the stop any more.
    const cost = Math.max(1, speed / (2 * accelerate) + speed / (2 * brake));
    if (pressure + cost / left > TOO_LATE_TO_STOP) {
      day.stopAtM = -1;
      return next;
    }
    if (allowed > CRAWL) return allowed;
    day.stopAtM = -1;
    // Too fast to stop here: the light was amber.
    if (speed > brake) return next;
    const wait = day.draws.exponential() * day.waitSeconds * Math.min(2.5, 1 / Math.max(0.3, pressure));
    day.dwell = Math.max(0, day.ticksOf(wait) - 1);
    return 0;
  }
}
