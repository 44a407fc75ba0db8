/**
 * Traffic incidents: occasionally something blocks a lane in a zone of a region, and traffic takes some time to
 * recover.
 */
import { DAY_MS, MINUTE_MS, WEEK_MS } from '../../base/time.js';
import type { Sfc32 } from '../../random/sfc32.js';
import { EXPONENTIAL, TABLE_SHIFT } from '../../random/tables.js';
import { CONDITIONS_STREAM, TIME_ORIGIN } from './blocks.js';
import type { TrafficTables } from './conditions-world.js';

/** Minutes in which a queue builds up, minimum and maximum (declared). */
const RISE_MINUTES = [4, 12] as const;
/** Share of its length over which an incident's queue dissolves (declared). */
const DISSOLVE_SHARE = 0.5;
/** An incident's height is 1 +- this of the scenario's (declared). */
const HEIGHT_SPREAD = 0.5;

interface Incident {
  readonly fromMs: number;
  readonly riseMs: number;
  readonly fallFromMs: number;
  readonly untilMs: number;
  readonly height: number;
}

/**
 * What incidents add to a zone's index at `count` times on a road that is full; drawn by day, so that a day is the same
 * whichever interval is requested.
 */
export function incidentsAt(
  traffic: TrafficTables,
  key: { readonly seed: number; readonly region: number; readonly zone: number },
  fromMs: number,
  stepMs: number,
  count: number,
  random: Sfc32,
): Float64Array {
  const out = new Float64Array(count);
  const longestDays = Math.ceil((traffic.incidents.minutes[1] * MINUTE_MS) / DAY_MS);
  const endMs = fromMs + count * stepMs;
  for (let day = Math.floor(fromMs / DAY_MS) - longestDays; day * DAY_MS < endMs; day++) {
    random.seed(key.seed, key.region, day + TIME_ORIGIN, CONDITIONS_STREAM.incidents + key.zone);
    for (const incident of incidentsOf(traffic, day, random)) {
      const first = Math.max(0, Math.ceil((incident.fromMs - fromMs) / stepMs));
      const last = Math.min(count - 1, Math.floor((incident.untilMs - fromMs) / stepMs));
      for (let i = first; i <= last; i++) out[i]! += heightAt(incident, fromMs + i * stepMs);
    }
  }
  return out;
}

function incidentsOf({ incidents }: TrafficTables, day: number, random: Sfc32): Incident[] {
  const found: Incident[] = [];
  const [shortest, longest] = incidents.minutes;
  const gapMs = WEEK_MS / incidents.perWeek;
  let timeMs = day * DAY_MS;
  for (;;) {
    timeMs += EXPONENTIAL[random.next() >>> TABLE_SHIFT]! * gapMs;
    if (!(timeMs < (day + 1) * DAY_MS)) return found;
    const lengthMs = (shortest + random.uniform() * (longest - shortest)) * MINUTE_MS;
    const riseMs = Math.min(
      lengthMs / 3,
      (RISE_MINUTES[0] + random.uniform() * (RISE_MINUTES[1] - RISE_MINUTES[0])) * MINUTE_MS,
    );
    found.push({
      fromMs: timeMs,
      riseMs,
      fallFromMs: timeMs + (1 - DISSOLVE_SHARE) * lengthMs,
      untilMs: timeMs + lengthMs,
      height: incidents.index * (1 + HEIGHT_SPREAD * (2 * random.uniform() - 1)),
    });
  }
}

function heightAt({ fromMs, riseMs, fallFromMs, untilMs, height }: Incident, timeMs: number): number {
  const rise = Math.min(1, (timeMs - fromMs) / riseMs);
  const fall = timeMs <= fallFromMs ? 1 : (untilMs - timeMs) / (untilMs - fallFromMs);
  return height * Math.min(rise, fall);
}
