/** The columns of a batch as one object of fixed shape, so that the hot loop's stores stay monomorphic. */
import type { Batch, ColumnArray } from '../../columns/batch.js';
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

export function telemetryArrays(batch: Batch, world: World): TelemetryArrays {
  const float = (name: string): Float64Array => batch.arrays[name] as Float64Array;
  const int = (name: string): Int32Array => batch.arrays[name] as Int32Array;
  const byte = (name: string): Uint8Array => batch.arrays[name] as Uint8Array;
  return {
    recordId: float('record_id'),
    vehicleId: int('vehicle_id'),
    tripId: float('trip_id'),
    recordedAt: float('recorded_at'),
    networkDelay: int('network_delay_ms'),
    latitude: int('latitude'),
    longitude: int('longitude'),
    gpsAccuracy: int('gps_accuracy_m'),
    speed: int('speed_kmh'),
    acceleration: int('acceleration_ms2'),
    heading: int('heading_deg'),
    odometer: float('odometer_km'),
    roadType: byte('road_type'),
    speedLimit: int('speed_limit_kmh'),
    weather: byte('weather'),
    traffic: byte('traffic_density'),
    temperature: int('temperature_c'),
    hour: int('hour_of_day'),
    battery: int('sensor_battery_pct'),
    signal: int('signal_strength_dbm'),
    braking: byte('braking_event'),
    harshAcceleration: byte('harsh_acceleration_event'),
    laneChange: byte('lane_change_event'),
    speeding: byte('speeding_event'),
    collisionAlert: byte('collision_alert'),
    sensorFault: byte('sensor_fault_event'),
    gpsLoss: byte('gps_loss_event'),
    networkDelayEvent: byte('network_delay_event'),
    eventType: byte('event_type'),
    riskScore: int('risk_score'),
    riskLabel: byte('risk_label'),
    customEvents: world.events.names.slice(KNOWN_EVENTS).map(byte),
    metrics: world.metrics.map((metric) => int(metric.name)),
    all: Object.values(batch.arrays),
  };
}

export function truthArrays(batch: Batch, events: EventTables): TruthArrays {
  const byte = (name: string): Uint8Array => batch.arrays[name] as Uint8Array;
  return {
    recordId: batch.arrays.record_id as Float64Array,
    latitude: batch.arrays.true_latitude as Int32Array,
    longitude: batch.arrays.true_longitude as Int32Array,
    deviceFault: byte('device_fault'),
    dirt: byte('dirt'),
    cleanLabel: byte('clean_risk_label'),
    causes: events.names.map((name) => byte(`${name.replace(/_event$/, '')}_cause`)),
    all: Object.values(batch.arrays),
  };
}
