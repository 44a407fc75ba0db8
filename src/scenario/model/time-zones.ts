/**
 * UTC offsets of IANA time zones, from the tz database that a library carries: the version is pinned with the package,
 * so a dataset doesn't depend on the machine's own time zone data.
 */
import moment from 'moment-timezone';
import { requestError } from '../../base/errors.js';

/** Offset i holds for UTC milliseconds before untilMs[i] (and from untilMs[i - 1]). The last has no end. */
export interface ZoneOffsets {
  readonly untilMs: Float64Array;
  /** Local time minus UTC in milliseconds. */
  readonly offsetMs: Float64Array;
}

/** Throws a requestError for a zone that doesn't exist. */
export function zoneOffsets(name: string): ZoneOffsets {
  const zone = moment.tz.zone(name);
  if (zone === null) {
    throw requestError(
      'TIME_ZONE_UNKNOWN',
      `time zone '${name}' does not exist: use an IANA name such as Europe/Berlin`,
    );
  }
  return {
    untilMs: Float64Array.from(zone.untils, (until) => until ?? Number.POSITIVE_INFINITY),
    offsetMs: Float64Array.from(zone.offsets, (minutesWest) => -minutesWest * 60000),
  };
}
