/** Checks across several values of an effective scenario, each of which is valid by itself. */
import { isCalendarDate } from '../../base/time.js';
import { BUILT_IN_EVENTS } from '../../columns/telemetry.js';
import { findTakenName } from '../model/custom-names.js';
import type { Scenario, VehicleClass } from '../model/scenario.js';
import { zoneOffsets } from '../model/time-zones.js';
import { defaultScenario } from '../read/default-scenario.js';
import type { Path } from '../read/yaml-text.js';
import { eventProblems } from './event-semantics.js';
import { formatPath, type Problem, problemAt, unknownNameText } from './problem.js';

/** Rings of blocks around a city's centre: routes are tabulated for every junction. */
const BLOCKS = { min: 2, max: 90 };
const MAX_STORED = 2 ** 31 - 1;

/** The first problem, if there is one. The scenario must have passed the schema. */
export function findSemanticProblem(scenario: Scenario): Problem | undefined {
  for (const problem of problems(scenario)) return problem;
  return undefined;
}

function* problems(scenario: Scenario): Generator<Problem> {
  yield* shareProblems(scenario);
  yield* classProblems(scenario);
  yield* timeProblems(scenario);
  yield* regionProblems(scenario);
  yield* motionProblems(scenario);
  const taken = findTakenName(Object.keys(scenario.events), Object.keys(scenario.metrics), BUILT_IN_EVENTS);
  if (taken !== undefined) yield taken;
  yield* eventProblems(scenario.events);
  yield* metricProblems(scenario);
  yield* sumProblems(scenario);
}

function* shareProblems({ fleet, regions, time }: Scenario): Generator<Problem> {
  const wholes: readonly [Path, Readonly<Record<string, { readonly share: number }>>, string][] = [
    [['fleet', 'classes'], fleet.classes, 'class'],
    [['fleet', 'devices'], fleet.devices, 'device'],
    [['regions'], regions, 'region'],
  ];
  for (const [path, map, what] of wholes) {
    const odd = Object.keys(map).find((name) => name in Object.prototype);
    if (odd !== undefined)
      yield problemAt([...path, odd], `can't have this name: it is a reserved word; give it another`);
    if (!Object.values(map).some(({ share }) => share > 0)) {
      yield problemAt(path, `has no ${what} with a share above 0: give at least one`);
    }
  }
  for (const name of Object.keys(time.departures)) {
    if (name in Object.prototype)
      yield problemAt(['time', 'departures', name], `can't have this name: give it another`);
  }
}

function* classProblems({ fleet, time }: Scenario): Generator<Problem> {
  for (const [name, vehicleClass] of Object.entries(fleet.classes)) {
    const at = (key: keyof VehicleClass): Path => ['fleet', 'classes', name, key];
    for (const key of ['rounds', 'stops', 'stop_minutes'] as const) {
      const [min, max] = vehicleClass[key];
      if (min > max) yield problemAt(at(key), `is [${min}, ${max}]: give the smaller number first`);
    }
    const [shortest, longest] = vehicleClass.work?.minutes ?? [0, 0];
    if (shortest > longest) {
      yield problemAt([...at('work'), 'minutes'], `is [${shortest}, ${longest}]: give the smaller number first`);
    }
    if (sum(vehicleClass.driving_days) === 0) yield problemAt(at('driving_days'), 'are all 0: give a day some chance');
    if ((vehicleClass.nights_away ?? 0) > 0 && !vehicleClass.depot) {
      yield problemAt(at('nights_away'), 'needs depot: true, the base it comes back to');
    }
    if (sum(vehicleClass.weekday_weights) === 0)
      yield problemAt(at('weekday_weights'), 'are all 0: give a day some weight');
    const profile = time.departures[vehicleClass.departures];
    if (profile === undefined) {
      yield problemAt(
        at('departures'),
        unknownNameText(vehicleClass.departures, Object.keys(time.departures), 'profile'),
      );
      continue;
    }
    for (const day of ['weekday', 'weekend'] as const) {
      // No vehicle starts in the two hours before the rest hour.
      const usable = profile[day].filter((_, hour) => (hour - vehicleClass.rest_hour + 24) % 24 < 22);
      if (sum(usable) > 0) continue;
      const profilePath = formatPath(['time', 'departures', vehicleClass.departures, day]);
      yield problemAt(
        at('departures'),
        `names ${profilePath}, whose weights are all 0 in the 22 hours after the rest hour`,
      );
    }
  }
}

/** Ranges of how ordinary driving goes, and top speeds of classes that exist. */
function* motionProblems({ motion, regions, fleet }: Scenario): Generator<Problem> {
  const ranges: readonly [Path, readonly [number, number]][] = [
    [['motion', 'signals', 'red_seconds'], motion.signals.red_seconds],
    [['motion', 'waves', 'metres'], motion.waves.metres],
    [['motion', 'idle_seconds', 'before'], motion.idle_seconds.before],
  ];
  for (const [path, [min, max]] of ranges) {
    if (min > max) yield problemAt(path, `is [${min}, ${max}]: give the smaller number first`);
  }
  for (const [name, { max_speed_kmh = {} }] of Object.entries(regions)) {
    for (const vehicleClass of Object.keys(max_speed_kmh)) {
      // The default's regions may name classes of the default that a scenario removes.
      if (Object.hasOwn({ ...defaultScenario().fleet.classes, ...fleet.classes }, vehicleClass)) continue;
      const path = ['regions', name, 'max_speed_kmh', vehicleClass];
      yield problemAt(path, unknownNameText(vehicleClass, Object.keys(fleet.classes), 'class'));
    }
  }
}

function* timeProblems({ fleet, time, regions }: Scenario): Generator<Problem> {
  if (time.departures.commuter === undefined) {
    yield problemAt(['time', 'departures'], 'lacks commuter, which the traffic follows: add it');
  } else {
    for (const day of ['weekday', 'weekend'] as const) {
      if (sum(time.departures.commuter[day]) > 0) continue;
      yield problemAt(
        ['time', 'departures', 'commuter', day],
        'is all 0, but the traffic follows it: give an hour some weight',
      );
    }
  }
  const { from, to } = fleet.commissioned;
  for (const key of ['from', 'to'] as const) {
    const date = fleet.commissioned[key];
    if (!isCalendarDate(date))
      yield problemAt(['fleet', 'commissioned', key], `is ${date}, which is not a calendar date`);
  }
  if (from > to) yield problemAt(['fleet', 'commissioned'], `runs from ${from} to ${to}: give the earlier day first`);
  for (const [region, dates] of Object.entries(time.holidays)) {
    const path = ['time', 'holidays', region];
    if (!Object.hasOwn(regions, region)) yield problemAt(path, unknownNameText(region, Object.keys(regions), 'region'));
    for (const [i, date] of dates.entries()) {
      if (!isCalendarDate(date)) yield problemAt([...path, i], `is ${date}, which is not a calendar date`);
    }
  }
}

function* regionProblems({ regions, roads }: Scenario): Generator<Problem> {
  for (const [name, region] of Object.entries(regions)) {
    const at = (key: string): Path => ['regions', name, key];
    if (Math.abs(region.centre[0]) > 80) {
      yield problemAt(at('centre'), `has latitude ${region.centre[0]}: give latitude (-80 to 80), then longitude`);
    }
    if (!zoneExists(region.time_zone)) {
      yield problemAt(
        at('time_zone'),
        `is ${region.time_zone}, which does not exist: give an IANA name such as Europe/Berlin`,
      );
    }
    const month = region.precipitation.findIndex((wet, i) => wet + 1.7 * region.fog[i]! > 1);
    if (month >= 0) {
      yield problemAt(at('precipitation'), `and 1.7 times fog add up to more than 1 in month ${month + 1}: lower one`);
    }
    const blocks = (region.city_radius_km * 1000) / roads.block_m;
    if (blocks < BLOCKS.min || blocks > BLOCKS.max) {
      const range = `from ${(BLOCKS.min * roads.block_m) / 1000} to ${(BLOCKS.max * roads.block_m) / 1000}`;
      yield problemAt(
        at('city_radius_km'),
        `is ${region.city_radius_km}: with roads.block_m ${roads.block_m} give ${range}`,
      );
    }
    if (roads.radial_km < 2 * region.city_radius_km) {
      yield problemAt(
        at('city_radius_km'),
        `is ${region.city_radius_km}: give at most half of roads.radial_km, ${roads.radial_km}`,
      );
    }
  }
}

function* metricProblems({ metrics }: Scenario): Generator<Problem> {
  for (const [name, { range, mean, decimals = 2 }] of Object.entries(metrics)) {
    const [min, max] = range;
    const at = (key: string): Path => ['metrics', name, key];
    if (min >= max) yield problemAt(at('range'), `is [${min}, ${max}]: give the smaller number first`);
    if (mean < min || mean > max) yield problemAt(at('mean'), `is ${mean}, outside its range [${min}, ${max}]`);
    const stored = Math.max(Math.abs(min), Math.abs(max)) * 10 ** decimals;
    const unit = 10 ** decimals;
    if (Math.ceil(min * unit - 1e-9) > Math.floor(max * unit + 1e-9)) {
      yield problemAt(
        at('range'),
        `is [${min}, ${max}], with no value of ${decimals} decimals in it: give more decimals`,
      );
    }
    if (stored > MAX_STORED) {
      yield problemAt(
        at('range'),
        `needs ${stored} units of its last decimal, at most ${MAX_STORED} fit: give fewer decimals or a smaller range`,
      );
    }
  }
}

function* sumProblems({ traffic, devices, dirt }: Scenario): Generator<Problem> {
  if (traffic.medium_above > traffic.high_above) {
    yield problemAt(
      ['traffic', 'medium_above'],
      `is ${traffic.medium_above}: give at most high_above, ${traffic.high_above}`,
    );
  }
  const [shortest, longest] = traffic.incidents.minutes;
  if (shortest > longest) {
    yield problemAt(['traffic', 'incidents', 'minutes'], `is [${shortest}, ${longest}]: give the smaller number first`);
  }
  const { frozen_gps, teleport, clock_skew, stuck_sensor, out_of_range, duplicates, reboot } = devices;
  const faults = [frozen_gps, teleport, clock_skew, stuck_sensor, out_of_range, duplicates, reboot];
  const onsets = sum(faults.map((fault) => fault.per_1000_days));
  if (onsets > 1000)
    yield problemAt(['devices'], `has ${onsets} faults per 1000 days: a day has one at most, give 1000 or less`);
  const dirty = sum(Object.values(dirt));
  if (dirty > 1) yield problemAt(['dirt'], `adds up to a share of ${dirty} of the records: give at most 1 in total`);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function zoneExists(name: string): boolean {
  try {
    zoneOffsets(name);
    return true;
  } catch {
    return false;
  }
}
