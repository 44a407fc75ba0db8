/**
 * A record of a trip and the one before it of the same vehicle, over parked times and nights too. Keeps a few numbers
 * for each vehicle, whatever the number of records.
 */

import { NULL_INT } from '../../../columns/column.js';
import { vehicleDayOf } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import type { TelemetryArrays, TruthArrays } from '../../../simulate/records/telemetry-arrays.js';
import type { Check } from '../check.js';
import { CheckedArray } from '../checked-arrays.js';
import { type FleetFacts, VehicleFacts } from './fleet-facts.js';
import { TelemetryRecord, TruthRecord } from './record.js';

/** Receives every record in order, and reports its checks at the end. */
export interface Observer {
  add(step: Step): void;
  checks(): Check[];
}

/** What is kept of each vehicle's last record on a trip. */
class LastRecords {
  /** NaN before the first. */
  readonly time: CheckedArray;
  readonly arrival: CheckedArray;
  readonly trip: CheckedArray;
  readonly odometer: CheckedArray;
  readonly speed: CheckedArray<Int32Array>;
  readonly latitude: CheckedArray<Int32Array>;
  readonly longitude: CheckedArray<Int32Array>;
  readonly accuracy: CheckedArray<Int32Array>;
  readonly battery: CheckedArray<Int32Array>;
  readonly heading: CheckedArray<Int32Array>;

  constructor(vehicles: number) {
    this.time = CheckedArray.ofLength(vehicles, Number.NaN);
    this.arrival = CheckedArray.ofLength(vehicles);
    this.trip = CheckedArray.ofLength(vehicles);
    this.odometer = CheckedArray.ofLength(vehicles);
    const ints = () => new CheckedArray(new Int32Array(vehicles));
    this.speed = ints();
    this.latitude = ints();
    this.longitude = ints();
    this.accuracy = ints();
    this.battery = ints();
    this.heading = ints();
  }

  keep(vehicle: number, record: TelemetryRecord): void {
    this.time.set(vehicle, record.recordedAt);
    this.arrival.set(vehicle, record.recordedAt + record.networkDelay);
    this.trip.set(vehicle, record.tripId);
    this.odometer.set(vehicle, record.odometer);
    this.speed.set(vehicle, record.speed);
    this.latitude.set(vehicle, record.latitude);
    this.longitude.set(vehicle, record.longitude);
    this.accuracy.set(vehicle, record.gpsAccuracy);
    this.battery.set(vehicle, record.battery);
    this.heading.set(vehicle, record.heading);
  }
}

export class Step {
  record!: TelemetryRecord;
  /** Undefined without a truth table. */
  truth: TruthRecord | undefined;
  vehicle = 0;
  /** Of the record's vehicle. */
  readonly facts: VehicleFacts;
  /**
   * Whether there is a previous record; the fields that begin with `last` are its values, in the units of the columns.
   */
  seen = false;
  sameTrip = false;
  /** Same day of the vehicle, in this trip or another. */
  sameDay = false;
  /**
   * Same trip, and one interval later, except for jitter: no record between was lost, and no fault of the device
   * doubled or shifted one.
   */
  regular = false;
  elapsedMs = 0;
  lastTime = 0;
  lastArrival = 0;
  lastSpeed = 0;
  lastOdometer = 0;
  lastLatitude = NULL_INT;
  lastLongitude = NULL_INT;
  lastAccuracy = 0;
  lastHeading = 0;
  lastBattery = 0;
  /** By event: whether it holds in this record, and in the one before; and whether any does in either. */
  readonly events: Uint8Array;
  readonly lastEvents: Uint8Array;
  eventful = false;
  private readonly intervalMs: number;
  private readonly jitterMs: number;
  private readonly last: LastRecords;
  /** By vehicle * events + event. */
  private readonly held: Uint8Array;
  private row = 0;
  private flags: readonly Uint8Array[] = [];

  constructor(dataset: Dataset, fleet: FleetFacts) {
    this.facts = new VehicleFacts(dataset.world, fleet);
    this.intervalMs = dataset.intervalMs;
    this.jitterMs = dataset.world.reporting.jitterMs;
    this.last = new LastRecords(dataset.vehicles);
    const events = dataset.world.events.names.length;
    this.events = new Uint8Array(events);
    this.lastEvents = new Uint8Array(events);
    this.held = new Uint8Array(dataset.vehicles * events);
  }

  /** Takes the records of a batch. */
  use(rows: TelemetryArrays, truth: TruthArrays | undefined): void {
    this.record = new TelemetryRecord(rows);
    this.truth = truth && new TruthRecord(truth);
    this.flags = rows.events;
  }

  /** Reads a row of the batch: `record`, `truth`, `vehicle` and `facts`. */
  read(row: number): void {
    this.record.read(row);
    this.truth?.read(row);
    this.vehicle = this.record.vehicleId;
    this.facts.load(this.vehicle);
    this.row = row;
  }

  /** Whether the record that was read belongs to no trip. */
  get isHeartbeat(): boolean {
    return this.record.tripId === -1;
  }

  /** Sets the other fields, for a record of a trip, which then becomes its vehicle's last. */
  advance(): void {
    const { record, vehicle, last } = this;
    this.takeEvents(vehicle, this.row);
    this.lastTime = last.time.get(vehicle);
    this.seen = !Number.isNaN(this.lastTime);
    this.elapsedMs = record.recordedAt - this.lastTime;
    const trip = last.trip.get(vehicle);
    this.sameTrip = this.seen && trip === record.tripId;
    this.sameDay = this.sameTrip || (this.seen && vehicleDayOf(trip) === vehicleDayOf(record.tripId));
    this.regular = this.sameTrip && Math.abs(this.elapsedMs - this.intervalMs) <= this.jitterMs;
    this.lastArrival = last.arrival.get(vehicle);
    this.lastSpeed = last.speed.get(vehicle);
    this.lastOdometer = last.odometer.get(vehicle);
    this.lastLatitude = this.seen ? last.latitude.get(vehicle) : NULL_INT;
    this.lastLongitude = last.longitude.get(vehicle);
    this.lastAccuracy = last.accuracy.get(vehicle);
    this.lastBattery = last.battery.get(vehicle);
    this.lastHeading = last.heading.get(vehicle);
    last.keep(vehicle, record);
  }

  private takeEvents(vehicle: number, row: number): void {
    const { events, lastEvents, held, flags } = this;
    const at = vehicle * events.length;
    let any = 0;
    for (let e = 0; e < events.length; e++) {
      const before = held[at + e]!;
      const now = flags[e]![row]!;
      lastEvents[e] = before;
      events[e] = now;
      held[at + e] = now;
      any |= before | now;
    }
    this.eventful = any !== 0;
  }
}
