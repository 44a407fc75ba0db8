/** The columns of a batch as one object of fixed shape, so that the hot loop's stores stay monomorphic. */
import type { Batch, ColumnArray } from '../../columns/batch.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import type { TruthColumns } from '../../columns/truth.js';
import type { EventTables } from '../../world/tables/event-tables.js';
import { KNOWN_EVENTS } from '../../world/tables/event-tables.js';
import type { World } from '../../world/world.js';

export interface TelemetryArrays {
  readonly recordId: Float64Array;
  readonly vehicleId: Int32Array;
  readonly tripId: Float64Array;
  readonly recordedAt: Float64Array;
  readonly networkDelay: Int32Array;
  readonly latitude: Int32Array;
  readonly longitude: Int32Array;
  readonly gpsAccuracy: Int32Array;
  readonly speed: Int32Array;
  readonly acceleration: Int32Array;
  readonly heading: Int32Array;
  readonly odometer: Float64Array;
  readonly roadType: Uint8Array;
  readonly speedLimit: Int32Array;
  readonly weather: Uint8Array;
  readonly traffic: Uint8Array;
  readonly temperature: Int32Array;
  readonly hour: Int32Array;
  readonly battery: Int32Array;
  readonly signal: Int32Array;
  readonly braking: Uint8Array;
  readonly harshAcceleration: Uint8Array;
  readonly laneChange: Uint8Array;
  readonly speeding: Uint8Array;
  readonly collisionAlert: Uint8Array;
  readonly sensorFault: Uint8Array;
  readonly gpsLoss: Uint8Array;
  readonly networkDelayEvent: Uint8Array;
  readonly eventType: Uint8Array;
  readonly riskScore: Int32Array;
  readonly riskLabel: Uint8Array;
  /** The custom events and metrics, in the scenario's order. */
  readonly customEvents: readonly Uint8Array[];
  readonly metrics: readonly Int32Array[];
  /** Every column. */
  readonly all: readonly ColumnArray[];
}

export interface TruthArrays {
  readonly recordId: Float64Array;
  readonly latitude: Int32Array;
  readonly longitude: Int32Array;
  readonly deviceFault: Uint8Array;
  readonly dirt: Uint8Array;
  readonly cleanLabel: Uint8Array;
  /** By event. */
  readonly causes: readonly Uint8Array[];
  readonly all: readonly ColumnArray[];
}

export function telemetryArrays({ arrays }: Batch<TelemetryColumns>, world: World): TelemetryArrays {
  return {
    recordId: arrays.record_id,
    vehicleId: arrays.vehicle_id,
    tripId: arrays.trip_id,
    recordedAt: arrays.recorded_at,
    networkDelay: arrays.network_delay_ms,
    latitude: arrays.latitude,
    longitude: arrays.longitude,
    gpsAccuracy: arrays.gps_accuracy_m,
    speed: arrays.speed_kmh,
    acceleration: arrays.acceleration_ms2,
    heading: arrays.heading_deg,
    odometer: arrays.odometer_km,
    roadType: arrays.road_type,
    speedLimit: arrays.speed_limit_kmh,
    weather: arrays.weather,
    traffic: arrays.traffic_density,
    temperature: arrays.temperature_c,
    hour: arrays.hour_of_day,
    battery: arrays.sensor_battery_pct,
    signal: arrays.signal_strength_dbm,
    braking: arrays.braking_event,
    harshAcceleration: arrays.harsh_acceleration_event,
    laneChange: arrays.lane_change_event,
    speeding: arrays.speeding_event,
    collisionAlert: arrays.collision_alert,
    sensorFault: arrays.sensor_fault_event,
    gpsLoss: arrays.gps_loss_event,
    networkDelayEvent: arrays.network_delay_event,
    eventType: arrays.event_type,
    riskScore: arrays.risk_score,
    riskLabel: arrays.risk_label,
    customEvents: world.events.names.slice(KNOWN_EVENTS).map((name) => arrays[name] as Uint8Array),
    metrics: world.metrics.map(({ name }) => arrays[name] as Int32Array),
    all: Object.values(arrays),
  };
}

export function truthArrays({ arrays }: Batch<TruthColumns>, events: EventTables): TruthArrays {
  return {
    recordId: arrays.record_id,
    latitude: arrays.true_latitude,
    longitude: arrays.true_longitude,
    deviceFault: arrays.device_fault,
    dirt: arrays.dirt,
    cleanLabel: arrays.clean_risk_label,
    causes: events.names.map((name) => arrays[`${name.replace(/_event$/, '')}_cause`] as Uint8Array),
    all: Object.values(arrays),
  };
}
