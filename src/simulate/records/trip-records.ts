/**
 * The hot loop: the records of a trip, one per interval. The drive gives position and speed, TripEvents the events;
 * this file writes the row. Rare values are always computed and then selected instead of branched to: taking a branch
 * for the first time deoptimises the loop.
 */

import { NULL_INT } from '../../columns/column.js';
import { LOGISTIC, LOGISTIC_LAST, LOGISTIC_ZERO, NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import {
  ALERT,
  BRAKING,
  BUILT_IN_EVENT_COUNT,
  CONTEXTS_PER_WEATHER,
  DELAY,
  FAULT,
  GPS_LOSS,
  HARSH,
  LANE_CHANGE,
  SPEEDING,
} from '../../world/tables/event-tables.js';
import { DUPLICATES, NO_FAULT, REBOOT } from '../../world/tables/fault-tables.js';
import { HARD_MPS2 } from '../day/onset-rates.js';
import { UNKNOWN_TEMPERATURE, type VehicleDay } from '../day/vehicle-day.js';
import { DEGREES_PER_M_NORTH, wrapLongitude } from './coordinates.js';
import { clearCustomEvents, mostSevereCustom, writeCustomEvents, writeMetrics } from './custom-columns.js';
import { Distortions } from './distortions.js';
import { DELAYED_MS, delayOf, reportedSignal } from './radio.js';
import { RADIUS_68, receiverAccuracy, reportedTemperature } from './readings.js';
import { RecordPlace } from './record-place.js';
import { RowBuffer } from './row-buffer.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';
import { TruthRecords } from './truth-records.js';

/** Acceleration in hundredths of m/s2 of a change by 0.1 km/h per millisecond. */
const CHANGE_PER_MS = 100000 / 36;
/** Threshold of braking and acceleration events, in hundredths of m/s2. */
const EVENT_PEAK = 100 * HARD_MPS2;
/**
 * First-order memory of the signal's deviation: 0.8 of the last one plus 0.6 of a new one, as 0.8^2 + 0.6^2 = 1
 * preserves the spread (declared).
 */
const SIGNAL_PERSISTENCE = 0.8;
const SIGNAL_INNOVATION = 0.6;
/**
 * Standard deviation of the accelerometer's noise, in hundredths of m/s2, and the peak above which the sign is that of
 * the motion (declared).
 */
const JITTER_PEAK = 14;
const SIGNED_PEAK = 25;
/** 20 random bits per unit of risk_score (10^-4): 2^20 / 10^4. */
const DRAWS_PER_SCORE = 104.8576;

export class TripRecords {
  private readonly place: RecordPlace;
  private readonly distortions: Distortions;
  private readonly truthRecords: TruthRecords;
  private readonly rowBuffer = new RowBuffer();
  private readonly persistence: number;
  private readonly innovation: number;
  /** Instantaneous events since the previous record. */
  private laneChange = 0;
  private alert = 0;

  constructor(private readonly day: VehicleDay) {
    const seconds = day.intervalMs / 1000;
    this.place = new RecordPlace(day.world);
    this.distortions = new Distortions(day);
    this.truthRecords = new TruthRecords(day);
    // The receiver's error is an AR(1) process.
    this.persistence = 1 / (1 + seconds / day.world.sensors.gps_error_seconds);
    this.innovation = Math.sqrt(1 - this.persistence * this.persistence);
  }

  /**
   * Writes records of the current trip to rows first..limit-1 of `out` (and of `truth`), all columns but the record
   * ids; returns the row after the last one written.
   */
  fill(out: TelemetryArrays, truth: TruthArrays | undefined, first: number, limit: number): number {
    const { day, place, distortions, persistence, innovation } = this;
    const { surroundings, draws, intervalMs, ticks, cursor, track, network, tripEvents, startMs, bursts } = day;
    const { block } = draws;
    const { label, events, metrics } = day.world;
    const { riskOfSet, rankOfSet, rank } = events;
    const own = events.names.length > BUILT_IN_EVENT_COUNT;
    const bias = day.profile.thermometerBias * 100;
    const tolerance = 1 + events.tolerance;
    const spread = day.world.sensors.signal_spread_db;
    const { fault: dayFault } = day;
    // Switching on the ignition triggers the first record, so it has no jitter.
    const jitterSpan = day.world.reporting.jitterMs + 1;
    const jitters = jitterSpan > 1;
    let span = day.tick === 0 ? 1 : jitterSpan;
    let { tick, speed, recordedMs, gpsEast, gpsNorth, signalNoise } = day;
    let row = this.rowBuffer.restore(out, truth, first, limit);
    // Mean acceleration, in hundredths of m/s2, of a speed change by 0.1 km/h over an interval, and over a trip's last
    // one.
    const usualChange = CHANGE_PER_MS / intervalMs;
    const lastChange = CHANGE_PER_MS / (day.lastMs - (startMs + (ticks - 1) * intervalMs));

    for (; tick <= ticks && row < limit; tick++, row++) {
      const fault = tick >= day.faultFrom && tick < day.faultTo ? dayFault : NO_FAULT;
      // Use of the bits. draw1: 0-7 thermometer, 0 and 8-19 accelerometer, 20-31 jitter. draw2: 0-7 accuracy, 8-19 and
      // 20-31 the position's error. draw3: 0-7 delay, 0-2 held signal, 8-19 signal, 12-31 label. Overlaps are intended:
      // the label's bits 12-19, shared with the signal, are its lowest and decide one label in thousands.
      const at = draws.take(3);
      const draw1 = block[at]!;
      const draw2 = block[at + 1]!;
      const draw3 = block[at + 2]!;
      // A record describes the state at its own time, jitter included.
      const jitterMs = ((draw1 >>> 20) * span) >> 12;
      span = jitterSpan;
      const time = (tick === ticks ? day.lastMs : startMs + tick * intervalMs) + jitterMs;
      const seconds = (time - startMs) / 1000;

      // Motion. The reported peak is the drive's plus the accelerometer's noise, at least the mean acceleration between
      // the reported speeds, and at event level only where the drive has an event.
      cursor.time = seconds;
      cursor.move();
      const { metres } = cursor;
      const next = Math.round(cursor.speed * 36);
      const evenChange = tick === ticks ? lastChange : usualChange;
      const change = (next - speed) * (jitters ? CHANGE_PER_MS / (time - recordedMs) : evenChange);
      recordedMs = time;
      const mean = change < 0 ? -change : change;
      const strength = (cursor.peak < 0 ? -cursor.peak : cursor.peak) * 100;
      const noise = NORMAL[(draw1 >>> 8) & 0xfff]! * JITTER_PEAK;
      const jitter = next + speed === 0 ? 0 : noise < 0 ? -noise : noise;
      const noisy = Math.round(strength + jitter);
      const calm = strength < EVENT_PEAK && noisy >= EVENT_PEAK ? EVENT_PEAK - 1 : noisy;
      const size = Math.max(Math.ceil(mean), calm);
      const positive = strength > SIGNED_PEAK ? cursor.peak > 0 : mean > SIGNED_PEAK ? change > 0 : (draw1 & 1) === 1;
      const peak = positive ? size : 0 - size;
      speed = next;
      const moved = track.to(metres);
      if (time >= surroundings.untilMs) {
        surroundings.update(time);
        if (moved || tick === 0) place.enter(day, track.arc >> 1, surroundings);
        else place.refresh(day, surroundings);
      } else if (moved) place.enter(day, track.arc >> 1, surroundings);

      // What has happened since the last record.
      this.laneChange = 0;
      this.alert = 0;
      if (day.mark < tripEvents.marks && tripEvents.timeS[day.mark]! <= seconds) this.passMarks(seconds, time);
      const braking = peak <= -EVENT_PEAK ? 1 : 0;
      const harsh = peak >= EVENT_PEAK ? 1 : 0;

      // Position.
      track.place(metres);
      gpsEast = gpsEast * persistence + NORMAL[draw2 >>> TABLE_SHIFT]! * innovation;
      gpsNorth = gpsNorth * persistence + NORMAL[(draw2 >>> 8) & 0xfff]! * innovation;
      const lost = place.inTunnel || time <= day.gpsLostUntilMs;
      const accuracy = receiverAccuracy(place.accuracyDeci, draw2);
      const error = accuracy / (10 * RADIUS_68);
      const north = gpsNorth * error * DEGREES_PER_M_NORTH;
      const east = gpsEast * error * network.degreesPerMEast[network.from[place.edge]!]!;
      out.latitude[row] = lost ? NULL_INT : Math.round((track.latitude + north) * 1e6);
      out.longitude[row] = lost ? NULL_INT : wrapLongitude(Math.round((track.longitude + east) * 1e6));
      out.gps_accuracy_m[row] = lost ? NULL_INT : accuracy;

      // Device.
      signalNoise = signalNoise * SIGNAL_PERSISTENCE + NORMAL[(draw3 >>> 8) & 0xfff]! * SIGNAL_INNOVATION;
      const signal = Math.round(place.signalDbm + signalNoise * spread);
      const delay = delayOf(day, time, draw3, signal);
      const delayed = delay >= DELAYED_MS;
      const held = time < day.heldUntilMs;
      const faulty = time <= day.faultUntilMs;
      let temperature = surroundings.temperature + surroundings.temperatureRise * (time - surroundings.hourStartMs);
      const stuck = faulty && day.lastTemperature !== UNKNOWN_TEMPERATURE;
      temperature = stuck ? day.lastTemperature : reportedTemperature(temperature + bias, draw1);
      day.lastTemperature = temperature;

      // Label.
      const over = speed - place.limitDeci;
      const speeding = speed > place.limitDeci * tolerance ? 1 : 0;
      const { context } = place;
      const set =
        (braking << BRAKING) |
        (harsh << HARSH) |
        (this.laneChange << LANE_CHANGE) |
        (speeding << SPEEDING) |
        (this.alert << ALERT) |
        ((faulty ? 1 : 0) << FAULT) |
        ((lost ? 1 : 0) << GPS_LOSS) |
        ((delayed ? 1 : 0) << DELAY);
      let risk = surroundings.risk[context]! + riskOfSet[set]!;
      let type = rankOfSet[set]!;
      if (over > 0) risk += Math.round(over * label.perDeciOverLimit);
      if (own) {
        const severest = mostSevereCustom(day.customUntilMs, time, rank);
        if (severest !== 0) {
          type = type === 0 ? severest : Math.min(type, severest);
          risk += writeCustomEvents(day, out, row, time);
        } else clearCustomEvents(out, row);
      }
      const score = LOGISTIC[Math.max(0, Math.min(LOGISTIC_LAST, risk + LOGISTIC_ZERO))]!;
      if (metrics.length > 0) writeMetrics(day, out, row, surroundings.weather * CONTEXTS_PER_WEATHER + context);

      out.vehicle_id[row] = day.vehicle;
      out.trip_id[row] = day.tripId;
      out.recorded_at[row] = time;
      out.network_delay_ms[row] = delay;
      out.speed_kmh[row] = speed;
      out.acceleration_ms2[row] = peak;
      out.heading_deg[row] = track.heading;
      out.odometer_km[row] = Math.floor(day.odometerM + metres);
      out.road_type[row] = place.roadType;
      out.speed_limit_kmh[row] = place.limitKmh;
      out.weather[row] = surroundings.weather;
      out.traffic_density[row] = place.traffic;
      out.temperature_c[row] = temperature;
      out.hour_of_day[row] = surroundings.hour;
      out.sensor_battery_pct[row] = Math.round(day.batteryAt(seconds) * 10);
      out.signal_strength_dbm[row] = reportedSignal(signal, held, draw3);
      out.braking_event[row] = braking;
      out.harsh_acceleration_event[row] = harsh;
      out.lane_change_event[row] = this.laneChange;
      out.speeding_event[row] = speeding;
      out.collision_alert[row] = this.alert;
      out.sensor_fault_event[row] = faulty ? 1 : 0;
      out.gps_loss_event[row] = lost ? 1 : 0;
      out.network_delay_event[row] = delayed ? 1 : 0;
      out.event_type[row] = type;
      out.risk_score[row] = score;
      out.risk_label[row] = (draw3 >>> 12) + 0.5 < score * DRAWS_PER_SCORE ? 1 : 0;

      if (truth !== undefined) this.truthRecords.write(truth, out, row, place, fault, track.latitude, track.longitude);
      if (fault !== NO_FAULT || distortions.hasDirt || tick >= bursts.from)
        row = this.distort(out, truth, row, limit, fault, tick);
    }
    day.tick = tick;
    day.speed = speed;
    day.recordedMs = recordedMs;
    day.gpsEast = gpsEast;
    day.gpsNorth = gpsNorth;
    day.signalNoise = signalNoise;
    return row;
  }

  /** Applies the marks of events up to a time, given in seconds of the trip and in UTC milliseconds. */
  private passMarks(seconds: number, time: number): void {
    const { day } = this;
    const { tripEvents } = day;
    let i = day.mark;
    for (; i < tripEvents.marks && tripEvents.timeS[i]! <= seconds; i++) {
      const event = tripEvents.event[i]!;
      const ends = day.startMs + Math.floor(tripEvents.untilS[i]! * 1000);
      // A loss within a longer one is not its cause.
      if (event !== GPS_LOSS || ends > day.gpsLostUntilMs) day.cause[event] = tripEvents.cause[i]!;
      // Every event shows in at least one record.
      const until = Math.max(ends, time);
      if (event === LANE_CHANGE) this.laneChange = 1;
      else if (event === ALERT) this.alert = 1;
      else if (event === GPS_LOSS) day.gpsLostUntilMs = Math.max(day.gpsLostUntilMs, until);
      else if (event === FAULT) day.faultUntilMs = Math.max(day.faultUntilMs, until);
      else if (event === DELAY) {
        if (time >= day.heldUntilMs) day.holdUntil(ends, time);
      } else if (event >= BUILT_IN_EVENT_COUNT) day.customUntilMs[event - BUILT_IN_EVENT_COUNT] = until;
    }
    day.mark = i;
  }

  /**
   * Applies the device's fault and dirt to the row. Returns the last row written: `row` itself; `row - 1` where a
   * reboot or the network loses it; `row + 1` where the fault sends it twice and the batch has room for the copy, which
   * otherwise is kept for the next batch.
   */
  private distort(
    out: TelemetryArrays,
    truth: TruthArrays | undefined,
    row: number,
    limit: number,
    fault: number,
    tick: number,
  ): number {
    const { distortions, rowBuffer: keeper } = this;
    if (fault !== NO_FAULT) {
      if (tick === this.day.faultFrom) distortions.begin(out, row);
      distortions.distort(out, row, fault);
    }
    if (distortions.hasDirt) {
      const dirt = distortions.corrupt(out, row);
      if (truth !== undefined) truth.dirt[row] = dirt;
    }
    const { bursts } = this.day;
    const lost = tick >= bursts.from;
    if (lost && tick === bursts.to - 1) bursts.next();
    if (lost || fault === REBOOT) return row - 1;
    if (fault !== DUPLICATES) return row;
    keeper.keep(out, truth, row);
    // Only the copy counts as the fault.
    if (truth !== undefined) truth.device_fault[row] = NO_FAULT;
    return keeper.restore(out, truth, row + 1, limit) - 1;
  }

  /** Drops a row kept for the next batch: a new range begins. */
  reset(): void {
    this.rowBuffer.isFull = false;
  }

  /** Whether a row is kept for the next batch. */
  get hasBufferedRow(): boolean {
    return this.rowBuffer.isFull;
  }
}
