/**
 * UTC offsets of IANA time zones, from tables that the build extracts from a pinned package: a dataset doesn't depend
 * on the machine's own time zone data.
 */
import { readFileSync } from 'node:fs';
import { requestError } from '../../base/errors.js';
import { MINUTE_MS } from '../../base/time.js';

/** Offset i holds for UTC milliseconds before untilMs[i] (and from untilMs[i - 1]). The last has no end. */
export interface ZoneOffsets {
  readonly untilMs: Float64Array;
  /** Local time minus UTC in milliseconds. */
  readonly offsetMs: Float64Array;
}

/**
 * A line of the file: seconds by which each offset ends after the one before, the first after 1970-01-01, null without
 * an end; and minutes west of Greenwich.
 */
interface Zone {
  readonly lengths: readonly (number | null)[];
  readonly offsets: readonly number[];
}

/** The lines, and the number of a zone's line by its name in lower case. */
let tables: { readonly lines: readonly string[]; readonly names: ReadonlyMap<string, number> } | undefined;

/** Throws a requestError for a zone that doesn't exist. */
export function zoneOffsets(name: string): ZoneOffsets {
  const { lines, names } = loadTables();
  const line = names.get(name.toLowerCase());
  const text = line === undefined ? undefined : lines[line];
  if (text === undefined) {
    throw requestError(
      'TIME_ZONE_UNKNOWN',
      `time zone '${name}' does not exist: use an IANA name such as Europe/Berlin`,
    );
  }
  const zone = JSON.parse(text) as Zone;
  let until = 0;
  return {
    untilMs: Float64Array.from(zone.lengths, (length) => {
      until += length ?? Number.POSITIVE_INFINITY;
      return until * 1000;
    }),
    offsetMs: Float64Array.from(zone.offsets, (minutesWest) => -minutesWest * MINUTE_MS),
  };
}

function loadTables() {
  if (tables !== undefined) return tables;
  const lines = readFileSync(new URL('../time-zones.ndjson', import.meta.url), 'utf8').split('\n');
  const names = new Map(Object.entries(JSON.parse(lines[0] ?? '{}') as Record<string, number>));
  tables = { lines, names };
  return tables;
}
