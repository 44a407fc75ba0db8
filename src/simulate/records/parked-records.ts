/**
 * Heartbeats of a parked vehicle: its position, what its device measures, and no trip. Each has its own random key,
 * so that trips are the same with and without heartbeats. Nobody drives, so the risk score is 0.
 */
import { MINUTE_MS } from '../../base/time.js';
import { NULL_INT } from '../../columns/column.js';
import { heartbeatKey } from '../../plan/day/heartbeat-times.js';
import { hash32 } from '../../random/hash.js';
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { NO_STOP, type RoadNetwork, SERVICE, TUNNEL } from '../../world/roads/network.js';
import { CONTEXTS_PER_WEATHER, DELAY, FAULT, GPS_LOSS } from '../../world/tables/event-tables.js';
import { NO_FAULT } from '../../world/tables/fault-tables.js';
import { UNKNOWN_TEMPERATURE, type VehicleDay } from '../day/vehicle-day.js';
import { DEGREES_PER_M_NORTH, wrapLongitude } from './coordinates.js';
import { repeatMetrics } from './custom-columns.js';
import { DELAYED_MS, delayOf, reportedSignal } from './radio.js';
import { RADIUS_68, receiverAccuracy, reportedTemperature } from './readings.js';
import { RecordPlace } from './record-place.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';
import { TruthRecords } from './truth-records.js';

/** trip_id of a record outside trips. */
const NO_TRIP = -1;
/** Random draws per heartbeat; there is at most one in a minute. */
const DRAWS = 4;
/** Above all ranks of roads. */
const LOWEST_RANK = SERVICE + 1;

export class ParkedRecords {
  private readonly place: RecordPlace;
  private readonly truthRecords: TruthRecords;

  constructor(private readonly day: VehicleDay) {
    this.place = new RecordPlace(day.world);
    this.truthRecords = new TruthRecords(day);
  }

  /** Writes the next heartbeat to a row of `out` (and of `truth`), all columns but the record ids, and advances. */
  write(out: TelemetryArrays, truth: TruthArrays | undefined, row: number): void {
    const { day, place } = this;
    const { network, surroundings, world, profile, parkedNode } = day;
    const key = heartbeatKey(profile);
    const subject = Math.floor(day.heartbeatMs / MINUTE_MS) * DRAWS;
    const draw1 = hash32(key, subject);
    const draw2 = hash32(key, subject + 1);
    const draw3 = hash32(key, subject + 2);
    const time = day.heartbeatMs + (hash32(key, subject + 3) % (world.reporting.jitterMs + 1));
    day.heartbeatMs += world.reporting.heartbeatMs;
    if (time >= surroundings.untilMs) surroundings.update(time);
    const arc = kerbOf(network, parkedNode);
    place.enter(day, arc >> 1, surroundings);

    // Columns not set below are zero while a vehicle is parked.
    for (const column of out.all) column[row] = 0;
    out.vehicle_id[row] = day.vehicle;
    const lost = time <= day.gpsLostUntilMs;
    const accuracy = receiverAccuracy(place.accuracyDeci, draw1);
    const error = accuracy / (10 * RADIUS_68);
    const latitude = network.latitude[parkedNode]!;
    const longitude = network.longitude[parkedNode]!;
    const north = NORMAL[draw1 >>> TABLE_SHIFT]! * error * DEGREES_PER_M_NORTH;
    const east = NORMAL[draw2 >>> TABLE_SHIFT]! * error * network.degreesPerMEast[parkedNode]!;
    out.latitude[row] = lost ? NULL_INT : Math.round((latitude + north) * 1e6);
    out.longitude[row] = lost ? NULL_INT : wrapLongitude(Math.round((longitude + east) * 1e6));
    out.gps_accuracy_m[row] = lost ? NULL_INT : accuracy;

    const signal = Math.round(place.signalDbm + NORMAL[draw3 >>> TABLE_SHIFT]! * world.sensors.signal_spread_db);
    const held = time < day.heldUntilMs;
    const delay = delayOf(day, time, draw3, signal);
    const delayed = delay >= DELAYED_MS ? 1 : 0;
    const faulty = time <= day.faultUntilMs;
    const outside = surroundings.temperature + surroundings.temperatureRise * (time - surroundings.hourStartMs);
    const set = ((faulty ? 1 : 0) << FAULT) | ((lost ? 1 : 0) << GPS_LOSS) | (delayed << DELAY);
    repeatMetrics(day, out, row, surroundings.weather * CONTEXTS_PER_WEATHER + place.context);

    out.trip_id[row] = NO_TRIP;
    out.recorded_at[row] = time;
    out.network_delay_ms[row] = delay;
    out.heading_deg[row] = network.headingStart[arc]!;
    out.odometer_km[row] = Math.floor(day.parkedOdometerM);
    out.road_type[row] = place.roadType;
    out.speed_limit_kmh[row] = place.limitKmh;
    out.weather[row] = surroundings.weather;
    out.traffic_density[row] = place.traffic;
    const stuck = faulty && day.lastTemperature !== UNKNOWN_TEMPERATURE;
    out.temperature_c[row] = stuck
      ? day.lastTemperature
      : reportedTemperature(outside + profile.thermometerBias * 100, draw2);
    out.hour_of_day[row] = surroundings.hour;
    out.sensor_battery_pct[row] = Math.round(day.parkedBatteryAt(time) * 10);
    out.signal_strength_dbm[row] = reportedSignal(signal, held, draw3);
    out.sensor_fault_event[row] = faulty ? 1 : 0;
    out.gps_loss_event[row] = lost ? 1 : 0;
    out.network_delay_event[row] = delayed;
    out.event_type[row] = world.events.rankOfSet[set]!;
    if (truth !== undefined) this.truthRecords.write(truth, out, row, place, NO_FAULT, latitude, longitude);
  }
}

/** The arc on which the vehicle is parked: of the most minor road at the node, preferably one with a kerb. */
function kerbOf({ first, arcs, rank, flags }: RoadNetwork, node: number): number {
  let best = arcs[first[node]!]!;
  let max = -1;
  for (let i = first[node]!; i < first[node + 1]!; i++) {
    const arc = arcs[i]!;
    const edge = arc >> 1;
    const kerb = (flags[edge]! & (NO_STOP | TUNNEL)) === 0 ? LOWEST_RANK : 0;
    if (kerb + rank[edge]! <= max) continue;
    max = kerb + rank[edge]!;
    best = arc;
  }
  return best;
}
