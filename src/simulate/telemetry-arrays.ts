/** The columns of a telemetry batch as one object of fixed shape, so that the hot loop's stores stay monomorphic. */
import type { Batch } from '../columns/batch.js';

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
  readonly odometer: Int32Array;
  readonly roadType: Uint8Array;
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
}

export function telemetryArrays(batch: Batch): TelemetryArrays {
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
    odometer: int('odometer_km'),
    roadType: byte('road_type'),
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
  };
}
