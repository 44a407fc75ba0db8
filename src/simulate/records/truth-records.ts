/** A record's row of ground truth: the true position and the cause of each event. */
import { CAUSES } from '../../columns/truth.js';
import {
  ALERT,
  BRAKING,
  DELAY,
  FAULT,
  GPS_LOSS,
  HARSH,
  KNOWN_EVENTS,
  LANE_CHANGE,
  SPEEDING,
} from '../../world/tables/event-tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';
import { wrapped } from './coordinates.js';
import type { Place } from './place.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';

const TUNNEL_CAUSE = CAUSES.indexOf('tunnel');

export class TruthRecords {
  constructor(private readonly day: VehicleDay) {}

  /** Reads the undistorted row of `out` and writes the row of `truth`. Latitude and longitude in degrees. */
  write(
    truth: TruthArrays,
    out: TelemetryArrays,
    row: number,
    place: Place,
    fault: number,
    latitude: number,
    longitude: number,
  ): void {
    const { cause } = this.day;
    truth.true_latitude[row] = Math.round(latitude * 1e6);
    truth.true_longitude[row] = wrapped(Math.round(longitude * 1e6));
    truth.device_fault[row] = fault;
    truth.dirt[row] = 0;
    truth.clean_risk_label[row] = out.risk_label[row]!;
    const { causes } = truth;
    causes[BRAKING]![row] = out.braking_event[row]! * cause[BRAKING]!;
    causes[HARSH]![row] = out.harsh_acceleration_event[row]! * cause[HARSH]!;
    causes[LANE_CHANGE]![row] = out.lane_change_event[row]! * cause[LANE_CHANGE]!;
    causes[SPEEDING]![row] = out.speeding_event[row]! * cause[SPEEDING]!;
    causes[ALERT]![row] = out.collision_alert[row]! * cause[ALERT]!;
    causes[FAULT]![row] = out.sensor_fault_event[row]! * cause[FAULT]!;
    const here = place.inTunnel ? TUNNEL_CAUSE : cause[GPS_LOSS]!;
    causes[GPS_LOSS]![row] = out.gps_loss_event[row]! * here;
    causes[DELAY]![row] = out.network_delay_event[row]! * cause[DELAY]!;
    for (let e = KNOWN_EVENTS; e < causes.length; e++)
      causes[e]![row] = out.customEvents[e - KNOWN_EVENTS]![row]! * cause[e]!;
  }
}
