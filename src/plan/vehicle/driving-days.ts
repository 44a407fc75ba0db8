/**
 * On which days a vehicle drives and works, and where it spends its nights: keyed by week and day, so any date can be
 * computed on its own.
 */
import { hash32, hashUniform } from '../../random/hash.js';
import { effectiveWeekday, weekdayOf, weekOf } from '../../world/local-time.js';
import type { ClassWorld, RegionWorld } from '../../world/world.js';
import { estimateDistanceM } from '../day/destinations.js';
import type { VehicleProfile } from './vehicle-profile.js';

/**
 * A week's days as bits: bit 0..6 (Monday 0) for driving on that weekday, and this many bits higher for going to work.
 */
const WORK_SHIFT = 8;
const SATURDAY = 5;
const WEEKS_PER_YEAR = 52.1775;
/** Leave is more frequent in summer and at the turn of the year (declared): factor by season, weeks of the year. */
const SUMMER = { from: 26, to: 34, factor: 2.1 };
const YEAR_END = { from: 51, to: 1, factor: 2.5 };
const OTHER_WEEKS = 0.64;

/** The week's days (week 0 holds 1970-01-01) as bits; see `isDrivingDay` and `isWorkingDay`. */
export function drivingDaysOfWeek(
  profile: VehicleProfile,
  vehicleClass: ClassWorld,
  region: RegionWorld,
  week: number,
): number {
  const first = hash32(profile.key, 4 * week);
  if ((first & 0xffff) < vehicleClass.leaveShare * seasonOf(week) * 65536) return 0;
  const second = hash32(profile.key, 4 * week + 1);
  const third = profile.work >= 0 ? hash32(profile.key, 4 * week + 2) : 0;
  const { drivingDays } = vehicleClass;
  const { holidays } = region;
  const monday = 7 * week - 3;
  let days = 0;
  for (let d = 0; d < 7; d++) {
    const habit = holidays.length === 0 ? d : effectiveWeekday(monday + d, holidays);
    const draw = d < 4 ? (second >>> (8 * d)) & 0xff : (first >>> (8 + 8 * (d - 4))) & 0xff;
    // The last three days reuse bits of the draw for leave, mixed with others.
    const mixed = d < 4 ? draw : (draw ^ (second >>> (7 * (d - 4) + 3))) & 0xff;
    if (mixed >= drivingDays[habit]! * 256) continue;
    days |= 1 << d;
    if (profile.work < 0 || habit >= SATURDAY) continue;
    if (((third >>> (6 * d)) & 0x3f) < vehicleClass.workShare * 64) days |= 1 << (d + WORK_SHIFT);
  }
  return days;
}

export function isDrivingDay(days: number, weekday: number): boolean {
  return ((days >> weekday) & 1) === 1;
}

export function isWorkingDay(days: number, weekday: number): boolean {
  return ((days >> (weekday + WORK_SHIFT)) & 1) === 1;
}

/** Number of the week's days on which it goes to work. */
export function countWorkingDays(days: number): number {
  let count = 0;
  for (let bits = days >> WORK_SHIFT; bits !== 0; bits &= bits - 1) count++;
  return count;
}

/**
 * The node where the vehicle is parked in the night after a day: its base, or a rest area where its class sleeps away.
 */
export function overnightNode(
  profile: VehicleProfile,
  vehicleClass: ClassWorld,
  region: RegionWorld,
  day: number,
): number {
  if (vehicleClass.nightsAway === 0) return profile.base;
  const u = hashUniform(profile.key ^ 0x5bd1e995, 2 * day);
  if (u >= vehicleClass.nightsAway) return profile.base;
  if (!drivesOn(profile, vehicleClass, region, day) || !drivesOn(profile, vehicleClass, region, day + 1)) {
    return profile.base;
  }
  const { rests } = region.places;
  const rest = rests[hash32(profile.key ^ 0x5bd1e995, 2 * day + 1) % rests.length]!;
  return estimateDistanceM(region, profile.base, rest) > 0 ? rest : profile.base;
}

export function drivesOn(profile: VehicleProfile, vehicleClass: ClassWorld, region: RegionWorld, day: number): boolean {
  return isDrivingDay(drivingDaysOfWeek(profile, vehicleClass, region, weekOf(day)), weekdayOf(day));
}

function seasonOf(week: number): number {
  const ofYear = week - Math.floor(week / WEEKS_PER_YEAR) * WEEKS_PER_YEAR;
  if (ofYear >= SUMMER.from && ofYear < SUMMER.to) return SUMMER.factor;
  return ofYear >= YEAR_END.from || ofYear < YEAR_END.to ? YEAR_END.factor : OTHER_WEEKS;
}
