/** The values of one row as plain numbers, in the units of the columns: objects that are filled again for each row. */
import type { TelemetryArrays, TruthArrays } from '../../../simulate/records/telemetry-arrays.js';
import { Groups, valueAt } from '../numbers.js';

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
    this.vehicleId = valueAt(rows.vehicleId, row);
    this.tripId = valueAt(rows.tripId, row);
    this.recordedAt = valueAt(rows.recordedAt, row);
    this.networkDelay = valueAt(rows.networkDelay, row);
    this.latitude = valueAt(rows.latitude, row);
    this.longitude = valueAt(rows.longitude, row);
    this.gpsAccuracy = valueAt(rows.gpsAccuracy, row);
    this.speed = valueAt(rows.speed, row);
    this.acceleration = valueAt(rows.acceleration, row);
    this.heading = valueAt(rows.heading, row);
    this.odometer = valueAt(rows.odometer, row);
    this.roadType = valueAt(rows.roadType, row);
    this.speedLimit = valueAt(rows.speedLimit, row);
    this.weather = valueAt(rows.weather, row);
    this.traffic = valueAt(rows.traffic, row);
    this.temperature = valueAt(rows.temperature, row);
    this.hour = valueAt(rows.hour, row);
    this.battery = valueAt(rows.battery, row);
    this.signal = valueAt(rows.signal, row);
    this.braking = valueAt(rows.braking, row);
    this.harshAcceleration = valueAt(rows.harshAcceleration, row);
    this.laneChange = valueAt(rows.laneChange, row);
    this.speeding = valueAt(rows.speeding, row);
    this.sensorFault = valueAt(rows.sensorFault, row);
    this.gpsLoss = valueAt(rows.gpsLoss, row);
    this.networkDelayEvent = valueAt(rows.networkDelayEvent, row);
    this.riskScore = valueAt(rows.riskScore, row);
    this.riskLabel = valueAt(rows.riskLabel, row);
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

  private readonly causes: Groups<Uint8Array>;

  constructor(private readonly rows: TruthArrays) {
    this.causes = new Groups(rows.causes);
  }

  read(row: number): void {
    const { rows } = this;
    this.row = row;
    this.latitude = valueAt(rows.latitude, row);
    this.longitude = valueAt(rows.longitude, row);
    this.deviceFault = valueAt(rows.deviceFault, row);
    this.dirt = valueAt(rows.dirt, row);
    this.cleanLabel = valueAt(rows.cleanLabel, row);
  }

  /** Code of CAUSES, or beyond them that of the triggering event. */
  causeOf(event: number): number {
    return valueAt(this.causes.of(event), this.row);
  }
}
