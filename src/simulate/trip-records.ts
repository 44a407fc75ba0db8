/**
 * The hot loop: the records of a trip, one per interval. Speeds are whole tenths of km/h and their sum over the trip is
 * fixed by the plan, so the distance driven is exact; each interval sets its pace by expected over remaining time.
 */

import { NULL_INT } from '../columns/column.js';
import { LOGISTIC, LOGISTIC_LAST, LOGISTIC_ZERO, NORMAL, TABLE_SHIFT } from '../random/tables.js';
import { landingSpeed } from './landing.js';
import { DEGREES_PER_M_NORTH } from './leg.js';
import { Onsets } from './onsets.js';
import { Place } from './place.js';
import type { TelemetryArrays } from './telemetry-arrays.js';
import type { VehicleDay } from './vehicle-day.js';

/** Comfortable limits in m/s2; harder ones are events. */
const ACCELERATE_MS2 = 1.7;
const BRAKE_MS2 = 2.5;
/** From here on braking and acceleration are events, in hundredths of m/s2. */
const EVENT_PEAK = 300;
/** How slow the pace may get, and how far over the limit a late driver goes (below the speeding tolerance). */
const SLOWEST_PACE = 0.55;
const LATE_OVER_LIMIT = 1.05;
/** Beyond this pressure the clock wins over the limit: rare trips whose roads turned out slower than planned. */
const TOO_LATE = 1.1;
const MOST_OVER_LIMIT = 2;
/** A stop that would raise the pressure beyond this is not made. */
const TOO_LATE_TO_STOP = 1.1;
/** 68 % radius of a two-dimensional normal error of 1. */
const RADIUS_68 = 1.5096;
/** Delay of a record that finds the network, and from when on a record counts as delayed. */
const BASE_DELAY_MS = 45;
const DELAYED_MS = 10000;

export class TripRecords {
  private readonly place: Place;
  private readonly onsets: Onsets;
  private readonly accelerate: number;
  private readonly brake: number;
  private readonly farFromStop: number;
  /** Square of the top speed between two rests, per twice the units between them. */
  private readonly rampFactor: number;
  private readonly persistence: number;
  private readonly innovation: number;
  private readonly chargePerTick: number;

  constructor(private readonly day: VehicleDay) {
    const seconds = day.intervalMs / 1000;
    this.place = new Place(day.world);
    this.onsets = new Onsets(day);
    this.accelerate = Math.round(ACCELERATE_MS2 * 36 * seconds);
    this.brake = Math.round(BRAKE_MS2 * 36 * seconds);
    this.rampFactor = (this.accelerate * this.brake) / (this.accelerate + this.brake);
    const steps = Math.ceil(2000 / this.brake);
    this.farFromStop = (this.brake * steps * (steps + 1)) / 2;
    // First-order memory of the receiver's error.
    this.persistence = 1 / (1 + seconds / day.world.sensors.gps_error_seconds);
    this.innovation = Math.sqrt(1 - this.persistence * this.persistence);
    this.chargePerTick = (14 * seconds) / 3600;
  }

  /** Writes records of the current trip to rows row..limit-1 of `out`; returns the row after the last one written. */
  fill(out: TelemetryArrays, row: number, limit: number): number {
    const { day, place, onsets, brake, accelerate, persistence, innovation } = this;
    const { surroundings, leg, draws, geometry, metresPerUnit, intervalMs, ticks } = day;
    const { block } = draws;
    const { label, events } = day.world;
    const bias = day.planner.profile.thermometerBias * 100;
    const halfUnit = metresPerUnit / 2;
    const centiPerUnit = 100000 / (36 * intervalMs);
    const tolerance = 1 + events.speedingTolerance;
    let { tick, speed, remaining, twiceDriven, gpsEast, gpsNorth, signalNoise } = day;

    for (; tick <= ticks && row < limit; tick++, row++) {
      const time = day.startMs + tick * intervalMs;
      let metres = twiceDriven * halfUnit;
      if (time >= surroundings.untilMs) {
        surroundings.update(time, day.batteryPct);
        if (tick === 0) place.enter(day, 0, time, 1);
        else place.refresh(day);
      }
      const at = draws.take(4);
      const draw0 = block[at]!;
      const draw1 = block[at + 1]!;
      const draw2 = block[at + 2]!;
      const draw3 = block[at + 3]!;

      // Speed.
      const left = ticks - tick;
      let next = 0;
      let pressure = 1;
      if (left > 1) {
        const expected = leg.totalMs - leg.endMs[place.k]! + (place.endM - metres) * leg.msPerM[place.k]!;
        pressure = this.ticksNeeded(expected * surroundings.slowdown, speed, remaining) / left;
        if (tick > 0) {
          next =
            day.speedingTicks > 0
              ? place.limit * day.speedingFactor
              : this.cruise(pressure) * (1 + NORMAL[draw1 >>> TABLE_SHIFT]! * 0.025);
          if (day.dwell > 0 && pressure < 1.15) {
            day.dwell--;
            next = 0;
          }
          if (next > speed + accelerate) next = speed + accelerate;
          if (place.nextCruise > 0 && next > place.nextCruise) next = this.slowForNextEdge(next, speed, metres);
          if (day.stopAtM >= 0) next = this.stopAtJunction(next, speed, metres, pressure, left);
          if (remaining < this.farFromStop) next = Math.min(next, landingSpeed(remaining, brake));
          if (next < speed - brake) next = speed - brake;
          next = Math.floor(next);
          if (next > remaining) next = remaining;
        }
      } else if (left === 1) {
        next = tick > 0 ? remaining : 0;
      }

      // Events.
      if (draw0 >>> 0 < surroundings.threshold[place.row]!) onsets.draw(draw0 >>> 0, place, time);
      let peak = 0;
      let laneChange = 0;
      let alert = 0;
      if (onsets.pending > 0 && tick > 0) {
        next = onsets.apply(place, speed, next, left > 1);
        ({ peak, laneChange, alert } = onsets);
      }

      // The way.
      if (tick > 0) {
        metres = (twiceDriven + speed + next) * halfUnit;
        while (metres > place.endM && place.k < leg.count - 1) {
          place.enter(day, place.k + 1, time, pressure);
          if (next <= place.limit || left <= 1 || day.speedingTicks > 0) continue;
          // Not faster than the new edge allows, but at least onto it.
          const entry = Math.ceil((place.startM - metres) / halfUnit) + next;
          next = Math.min(next, Math.max(Math.floor(this.cruise(pressure)), speed - brake, entry));
          metres = (twiceDriven + speed + next) * halfUnit;
        }
        remaining -= next;
        twiceDriven += speed + next;
      }
      if (peak === 0) peak = this.calmPeak(next - speed, centiPerUnit, next + speed > 0, draw1);
      const braking = peak <= -EVENT_PEAK ? 1 : 0;
      const harsh = peak >= EVENT_PEAK ? 1 : 0;
      speed = next;

      // Position.
      const along = metres - place.startM;
      const { directed } = place;
      gpsEast = gpsEast * persistence + NORMAL[draw2 >>> TABLE_SHIFT]! * innovation;
      gpsNorth = gpsNorth * persistence + NORMAL[(draw2 >>> 8) & 0xfff]! * innovation;
      const lost = place.inTunnel || day.gpsLostTicks > 0;
      if (lost) {
        if (!place.inTunnel) day.gpsLostTicks--;
        out.latitude[row] = NULL_INT;
        out.longitude[row] = NULL_INT;
        out.gpsAccuracy[row] = NULL_INT;
      } else {
        const accuracy = Math.round(place.accuracyDeci * (0.8 + (draw2 & 0xff) * 0.0016));
        const error = accuracy / (10 * RADIUS_68);
        const latitude = geometry.latitude[directed]! + geometry.latitudePerM[directed]! * along;
        const longitude = geometry.longitude[directed]! + geometry.longitudePerM[directed]! * along;
        const east = gpsEast * error * geometry.degreesPerMEast[directed]!;
        out.latitude[row] = Math.round((latitude + gpsNorth * error * DEGREES_PER_M_NORTH) * 1e6);
        out.longitude[row] = Math.round((longitude + east) * 1e6);
        out.gpsAccuracy[row] = accuracy;
      }

      // Device.
      signalNoise = signalNoise * 0.8 + NORMAL[(draw3 >>> 8) & 0xfff]! * 0.6;
      const signal = Math.round(place.signalDbm + signalNoise * day.world.sensors.signal_spread_db);
      const delay = this.delay(time, draw3, signal);
      const held = time < day.heldUntilMs;
      day.batteryPct = Math.min(day.batteryCeiling, day.batteryPct + this.chargePerTick);
      const faulty = day.faultTicks > 0;
      let temperature = surroundings.temperature + surroundings.temperatureRise * (time - surroundings.hourStartMs);
      temperature = faulty ? day.stuckTemperature : Math.round((temperature + bias + (draw1 & 0xff) * 0.12) / 10);
      if (faulty) day.faultTicks--;
      else day.stuckTemperature = temperature;

      // Label.
      const over = speed - place.limit;
      const speeding = speed > place.limit * tolerance ? 1 : 0;
      let risk = surroundings.risk[place.row % 9]!;
      if (over > 0) risk += Math.round(over * label.perDeciOverLimit);
      if (braking + harsh + laneChange + speeding + alert !== 0) {
        risk += braking * label.braking + harsh * label.harshAcceleration + laneChange * label.laneChange;
        risk += speeding * label.speeding + alert * label.collisionAlert;
      }
      if (faulty) risk += label.sensorFault;
      if (lost) risk += label.gpsLoss;
      const score = LOGISTIC[Math.max(0, Math.min(LOGISTIC_LAST, risk + LOGISTIC_ZERO))]!;

      out.vehicleId[row] = day.vehicle;
      out.tripId[row] = day.tripId;
      out.recordedAt[row] = time;
      out.networkDelay[row] = delay;
      out.speed[row] = speed;
      out.acceleration[row] = peak;
      out.heading[row] = place.heading;
      out.odometer[row] = Math.floor(day.odometerM + (day.twiceBefore + twiceDriven) * halfUnit);
      out.roadType[row] = place.roadType;
      out.weather[row] = surroundings.weather;
      out.traffic[row] = place.traffic;
      out.temperature[row] = temperature;
      out.hour[row] = surroundings.hour;
      out.battery[row] = Math.round(day.batteryPct * 10);
      out.signal[row] = held && signal > -118 ? -118 - (draw3 & 7) : Math.max(-140, Math.min(-44, signal));
      out.braking[row] = braking;
      out.harshAcceleration[row] = harsh;
      out.laneChange[row] = laneChange;
      out.speeding[row] = speeding;
      out.collisionAlert[row] = alert;
      out.sensorFault[row] = faulty ? 1 : 0;
      out.gpsLoss[row] = lost ? 1 : 0;
      out.networkDelayEvent[row] = delay >= DELAYED_MS ? 1 : 0;
      out.eventType[row] =
        alert !== 0
          ? 1
          : braking !== 0
            ? 2
            : harsh !== 0
              ? 3
              : speeding !== 0
                ? 4
                : laneChange !== 0
                  ? 5
                  : faulty
                    ? 6
                    : lost
                      ? 7
                      : delay >= DELAYED_MS
                        ? 8
                        : 0;
      out.riskScore[row] = score;
      out.riskLabel[row] = (draw3 >>> 12) * 10000 < score * 1048576 ? 1 : 0;
      if (day.speedingTicks > 0) day.speedingTicks--;
    }
    day.tick = tick;
    day.speed = speed;
    day.remaining = remaining;
    day.twiceDriven = twiceDriven;
    day.gpsEast = gpsEast;
    day.gpsNorth = gpsNorth;
    day.signalNoise = signalNoise;
    return row;
  }

  /** The speed that suits the edge, its traffic and weather, and the clock. */
  private cruise(pressure: number): number {
    const { place } = this;
    // The cube steers firmly enough that a trip through slower traffic than planned settles a little late, not ever later.
    const pace = Math.max(SLOWEST_PACE, pressure * pressure * pressure);
    const highest = pressure > TOO_LATE ? pressure - TOO_LATE + LATE_OVER_LIMIT : LATE_OVER_LIMIT;
    return Math.min(place.cruise * pace, place.limit * Math.min(highest, MOST_OVER_LIMIT));
  }

  /**
   * Intervals to the trip's end from here: the way's expected time, and what pulling away to cruising speed and the last
   * braking cost on top. A rest too short to reach that speed is driven up to the speed it allows.
   */
  private ticksNeeded(expectedMs: number, speed: number, remaining: number): number {
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

  private slowForNextEdge(next: number, speed: number, metres: number): number {
    const { place, brake, day } = this;
    const units = Math.max(0, (place.endM - metres) / day.metresPerUnit - speed);
    const highest = Math.sqrt(place.nextCruise * place.nextCruise + 2 * brake * units);
    return Math.min(next, highest);
  }

  private stopAtJunction(next: number, speed: number, metres: number, pressure: number, left: number): number {
    const { day, brake, accelerate } = this;
    const sum = (day.stopAtM - metres) / day.metresPerUnit - speed / 2;
    const allowed = landingSpeed(sum, brake);
    if (allowed >= next) return next;
    // The light turns green for a driver who could not make up for the stop any more.
    const cost = Math.max(1, speed / (2 * accelerate) + speed / (2 * brake));
    if (pressure + cost / left > TOO_LATE_TO_STOP) {
      day.stopAtM = -1;
      return next;
    }
    if (allowed > 30) return allowed;
    // Too fast to stop here: the light was amber.
    if (speed > brake) {
      day.stopAtM = -1;
      return next;
    }
    const wait = day.draws.exponential() * this.day.waitSeconds * Math.min(2.5, 1 / Math.max(0.3, pressure));
    day.dwell = Math.max(0, day.ticksOf(wait) - 1);
    day.stopAtM = -1;
    return 0;
  }

  /** The peak of an ordinary interval: beyond the mean change, below an event unless the change itself is one. */
  private calmPeak(change: number, centiPerUnit: number, moving: boolean, draw: number): number {
    const mean = Math.abs(change) * centiPerUnit;
    const jitter = moving ? Math.abs(NORMAL[(draw >>> 8) & 0xfff]!) * 40 : 0;
    const least = Math.ceil(mean);
    const size = least >= EVENT_PEAK - 1 ? least : Math.min(EVENT_PEAK - 1, Math.ceil(mean + jitter));
    const positive = mean > 25 ? change > 0 : (draw & 1) === 1;
    return positive ? size : -size;
  }

  /** Milliseconds from record to arrival; in the order of recording for one vehicle. */
  private delay(time: number, draw: number, signal: number): number {
    const { day } = this;
    const weak = signal < -105 ? (-105 - signal) * 25 : 0;
    let arrival = time + BASE_DELAY_MS + (draw & 0xff) + weak;
    if (time < day.heldUntilMs) arrival = day.heldUntilMs + (draw & 0x3f);
    if (arrival <= day.lastArrivalMs) arrival = day.lastArrivalMs + 1;
    day.lastArrivalMs = arrival;
    return arrival - time;
  }
}
