/** Differences between the truth and the row: device faults that no column reports, and deliberate dirt. */
import { NULL_INT } from '../../columns/column.js';
import { CLOCK_SKEW, FROZEN_GPS, OUT_OF_RANGE, STUCK_SENSOR, TELEPORT } from '../../world/tables/fault-tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';
import { DEGREES_PER_M_NORTH, wrapLongitude } from './coordinates.js';
import type { TelemetryArrays } from './telemetry-arrays.js';

/** Error of a false position, as a factor on the scenario's distance: from this to 1 more (declared). */
const TELEPORT_MIN = 0.3;
/** Readings of a thermometer out of range, tenths of a degree (declared). */
const OUT_OF_RANGE_DECI = 850;
/** Impossible speeds, in tenths of km/h, and charges, in tenths of a percent (declared). */
const OUTLIER_DECI = { from: 2500, span: 1500 };
const OVERCHARGED_DECI = { from: 1001, span: 400 };

const [MISSING, OUTLIER, OVERCHARGED, CONTRADICTORY] = [1, 2, 3, 4];

export class Distortions {
  /** Whether the scenario has any dirt. */
  readonly hasDirt: boolean;
  private readonly dirtShares: readonly number[];
  private latitude = NULL_INT;
  private longitude = NULL_INT;
  private temperature = 0;
  private east = 0;
  private north = 0;
  private skewMs = 0;
  private outlier = 0;

  constructor(private readonly day: VehicleDay) {
    const { dirt } = day.world;
    this.dirtShares = [dirt.missing_position, dirt.speed_outlier, dirt.battery_over_100, dirt.contradictory_label];
    this.hasDirt = this.dirtShares.some((share) => share > 0);
  }

  /** Called at the fault's first record: keeps the last reported values and draws the offsets. */
  begin(out: TelemetryArrays, row: number): void {
    const { draws, world } = this.day;
    this.latitude = out.latitude[row]!;
    this.longitude = out.longitude[row]!;
    this.temperature = out.temperature_c[row]!;
    const metres = world.faults.teleportM * (TELEPORT_MIN + draws.uniform());
    const share = draws.uniform() * 2 - 1;
    this.east = metres * share;
    this.north = metres * (1 - Math.abs(share)) * (draws.uniform() < 0.5 ? -1 : 1);
    this.skewMs = Math.round((draws.uniform() * 2 - 1) * world.faults.maxSkewMs);
    this.outlier = draws.uniform() < 0.5 ? OUT_OF_RANGE_DECI : -OUT_OF_RANGE_DECI;
  }

  /** Applies the fault to a row that holds the truth. */
  distort(out: TelemetryArrays, row: number, fault: number): void {
    const hasPosition = out.latitude[row] !== NULL_INT;
    if (fault === FROZEN_GPS) {
      if (!hasPosition || this.latitude === NULL_INT) return;
      out.latitude[row] = this.latitude;
      out.longitude[row] = this.longitude;
    } else if (fault === TELEPORT) {
      if (!hasPosition) return;
      out.latitude[row]! += Math.round(this.north * DEGREES_PER_M_NORTH * 1e6);
      out.longitude[row] = wrapLongitude(out.longitude[row]! + Math.round(this.east * DEGREES_PER_M_NORTH * 1e6));
    } else if (fault === CLOCK_SKEW) {
      out.recorded_at[row]! += this.skewMs;
      out.network_delay_ms[row]! -= this.skewMs;
    } else if (fault === STUCK_SENSOR) out.temperature_c[row] = this.temperature;
    else if (fault === OUT_OF_RANGE) out.temperature_c[row] = this.outlier;
  }

  /** Adds dirt to the row with the scenario's probability; returns a code of DIRT_KINDS. */
  corrupt(out: TelemetryArrays, row: number): number {
    const { draws } = this.day;
    let u = draws.uniform();
    let kind = 0;
    while (kind < this.dirtShares.length && u >= this.dirtShares[kind]!) u -= this.dirtShares[kind++]!;
    if (kind === this.dirtShares.length) return 0;
    kind++;
    if (kind === MISSING) {
      // A missing position has no dirt.
      if (out.latitude[row] === NULL_INT) return 0;
      out.latitude[row] = NULL_INT;
      out.longitude[row] = NULL_INT;
      out.gps_accuracy_m[row] = NULL_INT;
    } else if (kind === OUTLIER)
      out.speed_kmh[row] = OUTLIER_DECI.from + Math.floor(draws.uniform() * OUTLIER_DECI.span);
    else if (kind === OVERCHARGED)
      out.sensor_battery_pct[row] = OVERCHARGED_DECI.from + Math.floor(draws.uniform() * OVERCHARGED_DECI.span);
    else if (kind === CONTRADICTORY) out.risk_label[row] = 1 - out.risk_label[row]!;
    return kind;
  }
}
