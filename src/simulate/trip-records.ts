/**
 * The hot loop: the records of a trip, one per interval. The sum of a trip's speeds is fixed by the plan, so the distance
 * driven is exact; pace.ts sets the speed, onsets.ts lets events happen, and this file writes the row. What is rare is
 * computed always and chosen, rather than branched to: a branch not seen yet costs the optimised loop its code.
 */
import { NULL_INT } from '../columns/column.js';
import { CAUSES } from '../columns/truth.js';
import { LOGISTIC, LOGISTIC_LAST, LOGISTIC_ZERO, NORMAL, TABLE_SHIFT } from '../random/tables.js';
import { ALERT, BRAKING, DELAY, FAULT, GPS_LOSS, HARSH, LANE_CHANGE, SPEEDING } from '../world/event-tables.js';
import { COLLISION, DUPLICATES, NO_FAULT, REBOOT } from '../world/fault-tables.js';
import { DEGREES_PER_M_NORTH, wrapped } from './coordinates.js';
import { Distortions } from './distortions.js';
import { writeMetrics, writeOwnEvents } from './own-columns.js';
import { Pace } from './pace.js';
import { Place } from './place.js';
import { RowKeeper } from './row-keeper.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';
import { TruthRecords } from './truth-records.js';
import type { VehicleDay } from './vehicle-day.js';

/** From here on braking and acceleration are events, in hundredths of m/s2. */
const EVENT_PEAK = 300;
/** 68 % radius of a two-dimensional normal error of 1. */
const RADIUS_68 = 1.5096;
/** Delay of a record that finds the network, and from when on a record counts as delayed. */
const BASE_DELAY_MS = 45;
const DELAYED_MS = 10000;
/** Charging of the device while the engine runs, percent per hour. */
const CHARGE_PER_HOUR = 40;
/** What a weak signal adds to the delay: milliseconds per dB below this level, in dBm. */
const WEAK_DBM = -105;
const DELAY_MS_PER_WEAK_DB = 25;
/** A record held back was so weakly received that none got out: at most this strong, in dBm. */
const HELD_DBM = -118;
/** What the column takes, in dBm (LTE RSRP). */
const LEAST_DBM = -140;
const MOST_DBM = -44;
/** From one record to the next the signal's deviation keeps 0.8 and gets 0.6 of a new one: 0.8^2 + 0.6^2 = 1 keeps its spread. */
const SIGNAL_PERSISTENCE = 0.8;
const SIGNAL_INNOVATION = 0.6;
/** The receiver's estimate is 0.8 to 1.208 of the place's accuracy: this, and steps of a byte. */
const LEAST_ACCURACY = 0.8;
const ACCURACY_STEP = 0.0016;
/** Noise of the thermometer: hundredths of a degree per step of a byte. */
const THERMOMETER_STEP = 0.12;
/** The calm peak's jitter per standard deviation, in hundredths of m/s2, and the mean change from which its sign is the change's. */
const JITTER_PEAK = 40;
const SIGNED_PEAK = 25;
/** 20 random bits per unit of risk_score (10^-4): 2^20 / 10^4. */
const DRAWS_PER_SCORE = 104.8576;
/** Contexts of risk and metrics in one weather: 3 road types x 3 densities of traffic. */
const CONTEXTS = 9;
const LATE = CAUSES.indexOf('late');

export class TripRecords {
  private readonly place: Place;
  private readonly pace: Pace;
  private readonly distortions: Distortions;
  private readonly truthRecords: TruthRecords;
  private readonly keeper = new RowKeeper();
  private readonly persistence: number;
  private readonly innovation: number;
  private readonly chargePerTick: number;

  constructor(private readonly day: VehicleDay) {
    const seconds = day.intervalMs / 1000;
    this.place = new Place(day.world);
    this.pace = new Pace(day, this.place);
    this.distortions = new Distortions(day);
    this.truthRecords = new TruthRecords(day);
    // First-order memory of the receiver's error.
    this.persistence = 1 / (1 + seconds / day.world.sensors.gps_error_seconds);
    this.innovation = Math.sqrt(1 - this.persistence * this.persistence);
    this.chargePerTick = (CHARGE_PER_HOUR * seconds) / 3600;
  }

  /**
   * Writes records of the current trip to rows first..limit-1 of `out` (and of `truth`, all but the record ids); returns
   * the row after the last one written.
   */
  fill(out: TelemetryArrays, truth: TruthArrays | undefined, first: number, limit: number): number {
    const { day, place, pace, distortions, persistence, innovation } = this;
    const { surroundings, leg, draws, geometry, metresPerUnit, intervalMs, ticks, onsets } = day;
    const { block } = draws;
    const { label, events, metrics } = day.world;
    const { riskOfSet, rankOfSet, rank } = events;
    const bias = day.planner.profile.thermometerBias * 100;
    const halfUnit = metresPerUnit / 2;
    const centiPerUnit = 100000 / (36 * intervalMs);
    const tolerance = 1 + events.tolerance;
    const spread = day.world.sensors.signal_spread_db;
    const { fault: dayFault, standFrom, standTo } = day;
    let { tick, speed, remaining, twiceDriven, gpsEast, gpsNorth, signalNoise } = day;
    let row = this.keeper.restore(out, truth, first, limit);

    for (; tick <= ticks && row < limit; tick++, row++) {
      const time = day.startMs + tick * intervalMs;
      const fault = tick >= day.faultFrom && tick < day.faultTo ? dayFault : NO_FAULT;
      const crash = tick === standFrom;
      let metres = twiceDriven * halfUnit;
      if (time >= surroundings.untilMs) {
        surroundings.update(time, day.batteryPct);
        if (tick === 0) place.enter(day, 0, time, 1);
        else place.refresh(day);
      }
      // What the bits serve. draw0: all the onset of events. draw1: 0-7 thermometer, 0 and 8-19 calm peak, 20-31 pace. draw2:
      // 0-7 accuracy, 8-19 and 20-31 the position's error. draw3: 0-7 delay, 0-2 held signal, 8-19 signal, 12-31 label.
      // Overlaps are meant: the label's bits 12-19, the signal's too, are its lowest and decide one label in thousands.
      const at = draws.take(4);
      const draw0 = block[at]!;
      const draw1 = block[at + 1]!;
      const draw2 = block[at + 2]!;
      const draw3 = block[at + 3]!;

      // Speed.
      const left = ticks - tick - Math.max(0, standTo - Math.max(tick, standFrom));
      let next = 0;
      pace.pressure = 1;
      // After a collision it stands: 0.
      const stands = tick >= standFrom && tick < standTo;
      if (!stands && left > 1) {
        const expected = leg.totalMs - leg.endMs[place.k]! + (place.endM - metres) * leg.msPerM[place.k]!;
        pace.pressure = pace.ticksNeeded(expected * surroundings.slowdown, speed, remaining) / left;
        pace.metres = metres;
        if (tick > 0) next = pace.next(speed, remaining, left, draw1);
      } else if (!stands && left === 1 && tick > 0) next = remaining;

      // Events.
      if (draw0 >>> 0 < surroundings.threshold[place.row]!) onsets.draw(draw0 >>> 0, place);
      let peak = 0;
      let laneChange = 0;
      let alert = 0;
      if (tick > 0 && (onsets.pending > 0 || crash)) {
        onsets.peak = 0;
        onsets.laneChange = 0;
        onsets.alert = 0;
        if (crash) onsets.crash();
        else next = onsets.apply(place, speed, next, left > 1 && fault !== COLLISION, time);
        peak = onsets.peak;
        laneChange = onsets.laneChange;
        alert = onsets.alert;
      }

      // The way.
      if (tick > 0) {
        metres = (twiceDriven + speed + next) * halfUnit;
        while (metres > place.endM && place.k < leg.count - 1) {
          place.enter(day, place.k + 1, time, pace.pressure);
          if (next <= place.limit || left <= 1 || day.speedingTicks > 0) continue;
          // Not faster than the new edge allows, but at least onto it.
          const entry = (Math.ceil((place.startM - metres) / halfUnit) | 0) + next;
          next = Math.min(next, Math.max(Math.floor(pace.cruise()), speed - pace.brake, entry));
          metres = (twiceDriven + speed + next) * halfUnit;
        }
        remaining -= next;
        twiceDriven += speed + next;
      }
      if (peak === 0) peak = calmPeak(next - speed, centiPerUnit, next + speed > 0, draw1);
      const braking = peak <= -EVENT_PEAK ? 1 : 0;
      const harsh = peak >= EVENT_PEAK ? 1 : 0;
      speed = next;

      // Position.
      const along = metres - place.startM;
      const { directed } = place;
      gpsEast = gpsEast * persistence + NORMAL[draw2 >>> TABLE_SHIFT]! * innovation;
      gpsNorth = gpsNorth * persistence + NORMAL[(draw2 >>> 8) & 0xfff]! * innovation;
      const lostTicks = day.gpsLostTicks;
      const lost = place.noFix || lostTicks > 0;
      if (lost && day.gpsLost === 0) onsets.trigger(GPS_LOSS, place);
      day.gpsLost = lost ? 1 : 0;
      day.gpsLostTicks = place.noFix ? lostTicks : Math.max(0, lostTicks - 1);
      const accuracy = Math.round(place.accuracyDeci * (LEAST_ACCURACY + (draw2 & 0xff) * ACCURACY_STEP));
      const error = accuracy / (10 * RADIUS_68);
      const latitude = geometry.latitude[directed]! + geometry.latitudePerM[directed]! * along;
      const longitude = geometry.longitude[directed]! + geometry.longitudePerM[directed]! * along;
      const north = gpsNorth * error * DEGREES_PER_M_NORTH;
      const east = gpsEast * error * geometry.degreesPerMEast[directed]!;
      out.latitude[row] = lost ? NULL_INT : Math.round((latitude + north) * 1e6);
      out.longitude[row] = lost ? NULL_INT : wrapped(Math.round((longitude + east) * 1e6));
      out.gpsAccuracy[row] = lost ? NULL_INT : accuracy;

      // Device.
      signalNoise = signalNoise * SIGNAL_PERSISTENCE + NORMAL[(draw3 >>> 8) & 0xfff]! * SIGNAL_INNOVATION;
      const signal = Math.round(place.signalDbm + signalNoise * spread);
      const delay = this.delay(time, draw3, signal);
      const delayed = delay >= DELAYED_MS;
      const held = time < day.heldUntilMs;
      day.batteryPct = Math.min(day.batteryCeiling, day.batteryPct + this.chargePerTick);
      const { faultTicks } = day;
      const faulty = faultTicks > 0;
      day.faultTicks = Math.max(0, faultTicks - 1);
      let temperature = surroundings.temperature + surroundings.temperatureRise * (time - surroundings.hourStartMs);
      temperature = Math.round((temperature + bias + (draw1 & 0xff) * THERMOMETER_STEP) / 10) | 0;
      temperature = faulty ? day.stuckTemperature : temperature;
      day.stuckTemperature = temperature;

      // Label.
      const over = speed - place.limit;
      const speeding = speed > place.limit * tolerance ? 1 : 0;
      const context = place.row % CONTEXTS;
      const set =
        (braking << BRAKING) |
        (harsh << HARSH) |
        (laneChange << LANE_CHANGE) |
        (speeding << SPEEDING) |
        (alert << ALERT) |
        ((faulty ? 1 : 0) << FAULT) |
        ((lost ? 1 : 0) << GPS_LOSS) |
        ((delayed ? 1 : 0) << DELAY);
      let risk = surroundings.risk[context]! + riskOfSet[set]!;
      let type = rankOfSet[set]!;
      if (over > 0) risk += Math.round(over * label.perDeciOverLimit);
      if (day.ownActive > 0) {
        const own = mostSevereOwn(day.ownTicks, rank);
        type = type === 0 ? own : Math.min(type, own);
        risk += writeOwnEvents(day, out, row);
      } else clearOwnEvents(out, row);
      const score = LOGISTIC[Math.max(0, Math.min(LOGISTIC_LAST, risk + LOGISTIC_ZERO))]!;
      if (metrics.length > 0) writeMetrics(day, out, row, surroundings.weather * CONTEXTS + context);

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
      const heldSignal = Math.min(signal, HELD_DBM - (signal > HELD_DBM ? draw3 & 7 : 0));
      out.signal[row] = Math.max(LEAST_DBM, Math.min(MOST_DBM, held ? heldSignal : signal));
      out.braking[row] = braking;
      out.harshAcceleration[row] = harsh;
      out.laneChange[row] = laneChange;
      out.speeding[row] = speeding;
      out.collisionAlert[row] = alert;
      out.sensorFault[row] = faulty ? 1 : 0;
      out.gpsLoss[row] = lost ? 1 : 0;
      out.networkDelayEvent[row] = delayed ? 1 : 0;
      out.eventType[row] = type;
      out.riskScore[row] = score;
      out.riskLabel[row] = (draw3 >>> 12) + 0.5 < score * DRAWS_PER_SCORE ? 1 : 0;
      if (speeding !== 0 && day.speedingTicks === 0) onsets.cause[SPEEDING] = LATE;
      if (day.speedingTicks > 0) day.followSpell(speeding, place);

      if (truth !== undefined) this.truthRecords.write(truth, out, row, place, along, fault);
      if (fault !== NO_FAULT || distortions.dirty) row = this.distort(out, truth, row, limit, fault, tick);
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

  /**
   * Changes the row as the device's fault has it, and as dirt does. Returns the row that now is the last one written: `row`
   * itself; `row - 1` where a reboot loses it; `row + 1` where the fault sends it twice and the copy has room, else the copy
   * waits for the next batch.
   */
  private distort(
    out: TelemetryArrays,
    truth: TruthArrays | undefined,
    row: number,
    limit: number,
    fault: number,
    tick: number,
  ): number {
    const { distortions, keeper } = this;
    if (fault !== NO_FAULT) {
      if (tick === this.day.faultFrom) distortions.begin(out, row);
      distortions.distort(out, row, fault);
    }
    if (distortions.dirty) {
      const dirt = distortions.soil(out, row);
      if (truth !== undefined) truth.dirt[row] = dirt;
    }
    if (fault === REBOOT) return row - 1;
    if (fault !== DUPLICATES) return row;
    keeper.keep(out, truth, row);
    // Only the copy is the fault.
    if (truth !== undefined) truth.deviceFault[row] = NO_FAULT;
    return keeper.restore(out, truth, row + 1, limit) - 1;
  }

  /** Forgets a row that still waits: a new range begins. */
  reset(): void {
    this.keeper.full = false;
  }

  /** Whether a row still waits for room in the next batch. */
  get hasKept(): boolean {
    return this.keeper.full;
  }

  /** Milliseconds from record to arrival; in the order of recording for one vehicle. */
  private delay(time: number, draw: number, signal: number): number {
    const { day } = this;
    const weak = Math.max(0, WEAK_DBM - signal) * DELAY_MS_PER_WEAK_DB;
    const atOnce = time + BASE_DELAY_MS + (draw & 0xff) + weak;
    const later = day.heldUntilMs + (draw & 0x3f);
    const arrival = Math.max(time < day.heldUntilMs ? later : atOnce, day.lastArrivalMs + 1);
    day.lastArrivalMs = arrival;
    return arrival - time;
  }
}

/** The peak of an ordinary interval: beyond the mean change, below an event unless the change itself is one. */
function calmPeak(change: number, centiPerUnit: number, moving: boolean, draw: number): number {
  const mean = Math.abs(change) * centiPerUnit;
  const jitter = moving ? Math.abs(NORMAL[(draw >>> 8) & 0xfff]!) * JITTER_PEAK : 0;
  const least = Math.ceil(mean);
  const size = least >= EVENT_PEAK - 1 ? least : Math.min(EVENT_PEAK - 1, Math.ceil(mean + jitter));
  const positive = mean > SIGNED_PEAK ? change > 0 : (draw & 1) === 1;
  return positive ? size : 0 - size;
}

function mostSevereOwn(ownTicks: Int32Array, rank: Uint8Array): number {
  let type = 255;
  const known = rank.length - ownTicks.length;
  for (let i = 0; i < ownTicks.length; i++) if (ownTicks[i]! > 0) type = Math.min(type, rank[known + i]!);
  return type;
}

function clearOwnEvents(out: TelemetryArrays, row: number): void {
  const { ownEvents } = out;
  for (let i = 0; i < ownEvents.length; i++) ownEvents[i]![row] = 0;
}
