/**
 * A record of a trip and the one before it of the same vehicle, over parked times and nights too. Keeps a few numbers for each vehicle,
 * whatever the number of records.
 */

import { NULL_INT } from '../../../columns/column.js';
import { vehicleDayOf } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import type { TelemetryArrays, TruthArrays } from '../../../simulate/records/telemetry-arrays.js';
import type { Check } from '../check.js';

/** Looks at every record in order, and says at the end what it found. */
export interface Observer {
  add(step: Step): void;
  checks(): Check[];
}

/** Numbers kept of a record, besides its times and events. */
const FIELDS = 6;

export class Step {
  rows!: TelemetryArrays;
  /** Where the truth table is at hand. */
  truth: TruthArrays | undefined;
  row = 0;
  vehicle = 0;
  /** Whether there is a record before; the fields that begin with `last` are its values, in the units of the columns. */
  seen = false;
  sameTrip = false;
  /** Same day of the vehicle, in this trip or another. */
  sameDay = false;
  /** Same trip, and one interval later, but for jitter: no record between was lost, and no fault of the device doubled or shifted one. */
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
  private readonly time: Float64Array;
  private readonly arrival: Float64Array;
  private readonly trip: Float64Array;
  private readonly odometer: Float64Array;
  private readonly ints: Int32Array;
  /** By vehicle * events + event. */
  private readonly held: Uint8Array;
  private flags: readonly Uint8Array[] = [];

  constructor(dataset: Dataset) {
    this.intervalMs = dataset.intervalMs;
    this.jitterMs = dataset.world.reporting.jitterMs;
    this.time = new Float64Array(dataset.vehicles).fill(Number.NaN);
    this.arrival = new Float64Array(dataset.vehicles);
    this.trip = new Float64Array(dataset.vehicles);
    this.odometer = new Float64Array(dataset.vehicles);
    this.ints = new Int32Array(dataset.vehicles * FIELDS);
    const events = dataset.world.events.names.length;
    this.events = new Uint8Array(events);
    this.lastEvents = new Uint8Array(events);
    this.held = new Uint8Array(dataset.vehicles * events);
  }

  /** Takes the records of a batch; `flags` are its event columns by event. */
  use(rows: TelemetryArrays, truth: TruthArrays | undefined, flags: readonly Uint8Array[]): void {
    this.rows = rows;
    this.truth = truth;
    this.flags = flags;
  }

  /** Whether a row of the batch is a heartbeat: it belongs to no trip. */
  isHeartbeat(row: number): boolean {
    return this.rows.trip_id[row] === -1;
  }

  /** Moves on to a row of the batch that is a heartbeat, of which nothing is kept: only `rows`, `truth`, `row` and `vehicle` are its own. */
  toHeartbeat(row: number): void {
    this.row = row;
    this.vehicle = this.rows.vehicle_id[row]!;
  }

  /** Moves on to a row of the batch that is of a trip. */
  to(row: number): void {
    const { rows, time, arrival, trip, odometer, ints } = this;
    const vehicle = rows.vehicle_id[row]!;
    const at = vehicle * FIELDS;
    const now = rows.recorded_at[row]!;
    this.row = row;
    this.vehicle = vehicle;
    this.takeEvents(vehicle, row);
    this.lastTime = time[vehicle]!;
    this.seen = !Number.isNaN(this.lastTime);
    this.elapsedMs = now - this.lastTime;
    this.sameTrip = this.seen && trip[vehicle] === rows.trip_id[row];
    this.sameDay = this.sameTrip || (this.seen && vehicleDayOf(trip[vehicle]!) === vehicleDayOf(rows.trip_id[row]!));
    this.regular = this.sameTrip && Math.abs(this.elapsedMs - this.intervalMs) <= this.jitterMs;
    this.lastArrival = arrival[vehicle]!;
    this.lastSpeed = ints[at]!;
    this.lastOdometer = odometer[vehicle]!;
    this.lastLatitude = this.seen ? ints[at + 1]! : NULL_INT;
    this.lastLongitude = ints[at + 2]!;
    this.lastAccuracy = ints[at + 3]!;
    this.lastBattery = ints[at + 4]!;
    this.lastHeading = ints[at + 5]!;
    time[vehicle] = now;
    arrival[vehicle] = now + rows.network_delay_ms[row]!;
    trip[vehicle] = rows.trip_id[row]!;
    ints[at] = rows.speed_kmh[row]!;
    odometer[vehicle] = rows.odometer_km[row]!;
    ints[at + 1] = rows.latitude[row]!;
    ints[at + 2] = rows.longitude[row]!;
    ints[at + 3] = rows.gps_accuracy_m[row]!;
    ints[at + 4] = rows.sensor_battery_pct[row]!;
    ints[at + 5] = rows.heading_deg[row]!;
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
