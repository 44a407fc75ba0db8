/**
 * Heartbeats of parked vehicles, which belong to no trip: they come as often as the scenario says, and say that the vehicle stands
 * where it was left. Keeps a few numbers for each vehicle, whatever the number of records.
 */
import { NULL_INT } from '../../../columns/column.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapped } from '../../../simulate/records/coordinates.js';
import type { TelemetryArrays } from '../../../simulate/records/telemetry-arrays.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, check, Violations } from '../check.js';
import type { Step } from '../motion/step.js';

/** A range starts and a limit of rows ends within a day, and clocks and receivers have faults. */
const CUT = 0.01;
/** No heartbeat comes so soon before or after a trip: milliseconds, of what is made late included. */
const QUIET_MS = 8000;
/** Batteries that are swapped at a service, or whose last days say too little of them. */
const CHARGED = 0.001;

export class Heartbeats {
  private readonly stands = new Violations();
  private readonly place = new Violations();
  private readonly spacing = new Violations();
  private readonly order = new Violations();
  private readonly draining = new Violations();
  private all = 0;
  private readonly everyMs: number;
  private readonly jitterMs: number;
  /** By vehicle, of its last record: times (NaN before the first), metres, position, charge, and whether it was a heartbeat. */
  private readonly time: Float64Array;
  private readonly arrival: Float64Array;
  private readonly odometer: Float64Array;
  private readonly latitude: Int32Array;
  private readonly longitude: Int32Array;
  private readonly accuracy: Int32Array;
  private readonly battery: Int32Array;
  private readonly beat: Uint8Array;

  constructor(dataset: Dataset) {
    const { vehicles, world } = dataset;
    this.everyMs = world.reporting.heartbeatMs;
    this.jitterMs = world.reporting.jitterMs;
    this.time = new Float64Array(vehicles).fill(Number.NaN);
    this.arrival = new Float64Array(vehicles);
    this.odometer = new Float64Array(vehicles);
    this.latitude = new Int32Array(vehicles);
    this.longitude = new Int32Array(vehicles);
    this.accuracy = new Int32Array(vehicles);
    this.battery = new Int32Array(vehicles);
    this.beat = new Uint8Array(vehicles);
  }

  /** Takes a record of a trip: what a heartbeat may follow. */
  pass({ rows, row, vehicle }: Step): void {
    if (this.everyMs > 0) this.keep(rows, row, vehicle, 0);
  }

  /** Takes a heartbeat. */
  add({ rows, row, vehicle }: Step): void {
    this.all++;
    const moving =
      rows.braking_event[row]! |
      rows.harsh_acceleration_event[row]! |
      rows.lane_change_event[row]! |
      rows.speeding_event[row]!;
    this.stands.count(
      rows.speed_kmh[row] === 0 && rows.acceleration_ms2[row] === 0 && moving === 0 && rows.risk_score[row] === 0,
    );
    if (!Number.isNaN(this.time[vehicle])) this.follow(rows, row, vehicle);
    this.keep(rows, row, vehicle, 1);
  }

  checks(): Check[] {
    const { everyMs } = this;
    if (everyMs === 0) {
      const found = `${this.all} records`;
      return this.all === 0 ? [] : [check('heartbeats', 'records of no trip', 'none', found, false)];
    }
    return [
      this.stands.check('heartbeats', 'a parked vehicle stands still', 0),
      this.place.check('heartbeats', 'it stays where it was left', CUT),
      this.spacing.check('heartbeats', `it reports every ${everyMs / 60000} minutes`, CUT),
      this.order.check('heartbeats', 'they arrive in order with its other records', 0),
      this.draining.check('heartbeats', 'its battery does not rise', CHARGED),
    ];
  }

  private follow(rows: TelemetryArrays, row: number, vehicle: number): void {
    const arrival = rows.recorded_at[row]! + rows.network_delay_ms[row]!;
    this.order.count(arrival >= this.arrival[vehicle]!);
    const elapsed = rows.recorded_at[row]! - this.time[vehicle]!;
    const driven = Math.abs(rows.odometer_km[row]! - this.odometer[vehicle]!);
    this.place.count(driven <= 1 && this.isNear(rows, row, vehicle));
    if (this.beat[vehicle] === 1) {
      this.spacing.count(Math.abs(elapsed - this.everyMs) <= this.jitterMs);
      this.draining.count(rows.sensor_battery_pct[row]! <= this.battery[vehicle]!);
    } else this.spacing.count(elapsed <= this.everyMs + QUIET_MS);
  }

  /** Within three times both 68 % radii, in metres; true where a position is missing. */
  private isNear(rows: TelemetryArrays, row: number, vehicle: number): boolean {
    const latitude = rows.latitude[row]!;
    if (latitude === NULL_INT || this.latitude[vehicle] === NULL_INT) return true;
    const north = ((latitude - this.latitude[vehicle]!) / 1e6) * METRES_PER_DEGREE;
    const narrow = cosDeg(Math.round(latitude / 1e5) / 10);
    const east = (wrapped(rows.longitude[row]! - this.longitude[vehicle]!) / 1e6) * METRES_PER_DEGREE * narrow;
    const radius = 0.3 * (rows.gps_accuracy_m[row]! + this.accuracy[vehicle]!) + 1;
    return north * north + east * east <= radius * radius;
  }

  private keep(rows: TelemetryArrays, row: number, vehicle: number, beat: number): void {
    this.time[vehicle] = rows.recorded_at[row]!;
    this.arrival[vehicle] = rows.recorded_at[row]! + rows.network_delay_ms[row]!;
    this.odometer[vehicle] = rows.odometer_km[row]!;
    this.latitude[vehicle] = rows.latitude[row]!;
    this.longitude[vehicle] = rows.longitude[row]!;
    this.accuracy[vehicle] = rows.gps_accuracy_m[row]!;
    this.battery[vehicle] = rows.sensor_battery_pct[row]!;
    this.beat[vehicle] = beat;
  }
}
