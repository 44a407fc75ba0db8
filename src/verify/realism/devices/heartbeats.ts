/**
 * Heartbeats of parked vehicles, which belong to no trip: they come at the scenario's interval, and report the
 * position where the vehicle was left. Keeps a few numbers for each vehicle, whatever the number of records.
 */
import { NULL_INT } from '../../../columns/column.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapLongitude } from '../../../simulate/records/coordinates.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, check, Violations } from '../check.js';
import { CheckedArray } from '../checked-arrays.js';
import type { TelemetryRecord } from '../records/record.js';
import type { Step } from '../records/step.js';

/** A range starts and a limit of rows ends within a day, and clocks and receivers have faults. */
const CUT = 0.01;
/** No heartbeat comes this soon before or after a trip, in milliseconds, late records included. */
const QUIET_MS = 8000;
/** Batteries that are replaced at a service, or whose last days say too little about them. */
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
  /**
   * By vehicle, of its last record: times (NaN before the first), metres, position, charge, and whether it was a
   * heartbeat.
   */
  private readonly time: CheckedArray;
  private readonly arrival: CheckedArray;
  private readonly odometer: CheckedArray;
  private readonly latitude: CheckedArray<Int32Array>;
  private readonly longitude: CheckedArray<Int32Array>;
  private readonly accuracy: CheckedArray<Int32Array>;
  private readonly battery: CheckedArray<Int32Array>;
  private readonly beat: CheckedArray<Uint8Array>;

  constructor(dataset: Dataset) {
    const { vehicles, world } = dataset;
    this.everyMs = world.reporting.heartbeatMs;
    this.jitterMs = world.reporting.jitterMs;
    this.time = CheckedArray.ofLength(vehicles, Number.NaN);
    this.arrival = CheckedArray.ofLength(vehicles);
    this.odometer = CheckedArray.ofLength(vehicles);
    this.latitude = new CheckedArray(new Int32Array(vehicles));
    this.longitude = new CheckedArray(new Int32Array(vehicles));
    this.accuracy = new CheckedArray(new Int32Array(vehicles));
    this.battery = new CheckedArray(new Int32Array(vehicles));
    this.beat = new CheckedArray(new Uint8Array(vehicles));
  }

  /** Takes a record of a trip, which a heartbeat may follow. */
  pass({ record, vehicle }: Step): void {
    if (this.everyMs > 0) this.keep(record, vehicle, 0);
  }

  /** Takes a heartbeat. */
  add({ record, vehicle }: Step): void {
    this.all++;
    const moving = record.braking | record.harshAcceleration | record.laneChange | record.speeding;
    this.stands.count(record.speed === 0 && record.acceleration === 0 && moving === 0 && record.riskScore === 0);
    if (!Number.isNaN(this.time.get(vehicle))) this.follow(record, vehicle);
    this.keep(record, vehicle, 1);
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

  private follow(record: TelemetryRecord, vehicle: number): void {
    const arrival = record.recordedAt + record.networkDelay;
    this.order.count(arrival >= this.arrival.get(vehicle));
    const elapsed = record.recordedAt - this.time.get(vehicle);
    const driven = Math.abs(record.odometer - this.odometer.get(vehicle));
    this.place.count(driven <= 1 && this.isNear(record, vehicle));
    if (this.beat.get(vehicle) === 1) {
      this.spacing.count(Math.abs(elapsed - this.everyMs) <= this.jitterMs);
      this.draining.count(record.battery <= this.battery.get(vehicle));
    } else this.spacing.count(elapsed <= this.everyMs + QUIET_MS);
  }

  /** Within three times both 68 % radii, in metres; true where a position is missing. */
  private isNear(record: TelemetryRecord, vehicle: number): boolean {
    const latitude = record.latitude;
    if (latitude === NULL_INT || this.latitude.get(vehicle) === NULL_INT) return true;
    const north = ((latitude - this.latitude.get(vehicle)) / 1e6) * METRES_PER_DEGREE;
    const narrow = cosDeg(Math.round(latitude / 1e5) / 10);
    const east = (wrapLongitude(record.longitude - this.longitude.get(vehicle)) / 1e6) * METRES_PER_DEGREE * narrow;
    const radius = 0.3 * (record.gpsAccuracy + this.accuracy.get(vehicle)) + 1;
    return north * north + east * east <= radius * radius;
  }

  private keep(record: TelemetryRecord, vehicle: number, beat: number): void {
    this.time.set(vehicle, record.recordedAt);
    this.arrival.set(vehicle, record.recordedAt + record.networkDelay);
    this.odometer.set(vehicle, record.odometer);
    this.latitude.set(vehicle, record.latitude);
    this.longitude.set(vehicle, record.longitude);
    this.accuracy.set(vehicle, record.gpsAccuracy);
    this.battery.set(vehicle, record.battery);
    this.beat.set(vehicle, beat);
  }
}
