/** The values of one row as plain numbers, in the units of the columns: objects that are filled again for each row. */
import type { TelemetryArrays, TruthArrays } from '../../../simulate/records/telemetry-arrays.js';
import { CodeMap, valueAt } from '../checked-arrays.js';

export class TelemetryRecord {
  vehicleId = 0;
  /** -1 for a heartbeat. */
  tripId = -1;
  recordedAt = 0;
  networkDelay = 0;
  latitude = 0;
  longitude = 0;
  gpsAccuracy = 0;
  speed = 0;
  acceleration = 0;
  heading = 0;
  odometer = 0;
  roadType = 0;
  speedLimit = 0;
  weather = 0;
  traffic = 0;
  temperature = 0;
  hour = 0;
  battery = 0;
  signal = 0;
  braking = 0;
  harshAcceleration = 0;
  laneChange = 0;
  speeding = 0;
  sensorFault = 0;
  gpsLoss = 0;
  networkDelayEvent = 0;
  riskScore = 0;
  riskLabel = 0;
  private row = 0;

  constructor(private readonly rows: TelemetryArrays) {}

  read(row: number): void {
    const { rows } = this;
    this.row = row;
    this.vehicleId = intAt(rows.vehicle_id, row);
    this.tripId = doubleAt(rows.trip_id, row);
    this.recordedAt = doubleAt(rows.recorded_at, row);
    this.networkDelay = intAt(rows.network_delay_ms, row);
    this.latitude = intAt(rows.latitude, row);
    this.longitude = intAt(rows.longitude, row);
    this.gpsAccuracy = intAt(rows.gps_accuracy_m, row);
    this.speed = intAt(rows.speed_kmh, row);
    this.acceleration = intAt(rows.acceleration_ms2, row);
    this.heading = intAt(rows.heading_deg, row);
    this.odometer = doubleAt(rows.odometer_km, row);
    this.roadType = byteAt(rows.road_type, row);
    this.speedLimit = intAt(rows.speed_limit_kmh, row);
    this.weather = byteAt(rows.weather, row);
    this.traffic = byteAt(rows.traffic_density, row);
    this.temperature = intAt(rows.temperature_c, row);
    this.hour = intAt(rows.hour_of_day, row);
    this.battery = intAt(rows.sensor_battery_pct, row);
    this.signal = intAt(rows.signal_strength_dbm, row);
    this.braking = byteAt(rows.braking_event, row);
    this.harshAcceleration = byteAt(rows.harsh_acceleration_event, row);
    this.laneChange = byteAt(rows.lane_change_event, row);
    this.speeding = byteAt(rows.speeding_event, row);
    this.sensorFault = byteAt(rows.sensor_fault_event, row);
    this.gpsLoss = byteAt(rows.gps_loss_event, row);
    this.networkDelayEvent = byteAt(rows.network_delay_event, row);
    this.riskScore = intAt(rows.risk_score, row);
    this.riskLabel = byteAt(rows.risk_label, row);
  }

  /** The custom metrics, in the scenario's order. */
  metrics(): number[] {
    return this.rows.metrics.map((array) => valueAt(array, this.row));
  }

  /** Of every column, in the order of the schema. */
  values(): number[] {
    return this.rows.all.map((array) => valueAt(array, this.row));
  }
}

/** The ground truth of a record. */
export class TruthRecord {
  latitude = 0;
  longitude = 0;
  deviceFault = 0;
  dirt = 0;
  cleanLabel = 0;
  private row = 0;

  private readonly causes: CodeMap<Uint8Array>;

  constructor(private readonly rows: TruthArrays) {
    this.causes = new CodeMap(rows.causes);
  }

  read(row: number): void {
    const { rows } = this;
    this.row = row;
    this.latitude = intAt(rows.true_latitude, row);
    this.longitude = intAt(rows.true_longitude, row);
    this.deviceFault = byteAt(rows.device_fault, row);
    this.dirt = byteAt(rows.dirt, row);
    this.cleanLabel = byteAt(rows.clean_risk_label, row);
  }

  /** Code of CAUSES, or beyond them that of the triggering event. */
  causeOf(event: number): number {
    return valueAt(this.causes.of(event), this.row);
  }
}

// One function per kind of array keeps each load monomorphic.
function intAt(values: Int32Array, index: number): number {
  return values[index] ?? valueAt(values, index);
}

function byteAt(values: Uint8Array, index: number): number {
  return values[index] ?? valueAt(values, index);
}

function doubleAt(values: Float64Array, index: number): number {
  return values[index] ?? valueAt(values, index);
}
