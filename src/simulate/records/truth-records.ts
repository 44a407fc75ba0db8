/** A record's row of ground truth: the true position and the cause of each event. */
import { CAUSES } from '../../columns/truth.js';
import { GPS_LOSS } from '../../world/tables/event-tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';
import { wrapLongitude } from './coordinates.js';
import type { RecordPlace } from './record-place.js';
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';

const TUNNEL_CAUSE = CAUSES.indexOf('tunnel');

export class TruthRecords {
  constructor(private readonly day: VehicleDay) {}

  /** Reads the undistorted row of `out` and writes the row of `truth`. Latitude and longitude in degrees. */
  write(
    truth: TruthArrays,
    out: TelemetryArrays,
    row: number,
    place: RecordPlace,
    fault: number,
    latitude: number,
    longitude: number,
  ): void {
    const { cause } = this.day;
    truth.true_latitude[row] = Math.round(latitude * 1e6);
    truth.true_longitude[row] = wrapLongitude(Math.round(longitude * 1e6));
    truth.device_fault[row] = fault;
    truth.dirt[row] = 0;
    truth.clean_risk_label[row] = out.risk_label[row]!;
    const { causes } = truth;
    const { events } = out;
    for (let e = 0; e < causes.length; e++) causes[e]![row] = events[e]![row]! * cause[e]!;
    if (place.inTunnel) causes[GPS_LOSS]![row] = out.gps_loss_event[row]! * TUNNEL_CAUSE;
  }
}
