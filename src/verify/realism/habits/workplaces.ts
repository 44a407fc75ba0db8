/**
 * Commuters drive to one workplace on most of their working days, and vehicles of a class differ in how far they drive.
 */

import { NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapLongitude } from '../../../simulate/records/coordinates.js';
import { effectiveWeekday } from '../../../world/local-time.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, check, percent, tooFew } from '../check.js';
import { CheckedArray, CodeMap, valueAt } from '../checked-arrays.js';
import type { FleetFacts } from '../records/fleet-facts.js';
import type { Observer, Step } from '../records/step.js';
import { binomialTail, CRITICAL_P } from '../statistics.js';

/** Ends nearer to each other than this, in metres, are one place. */
const SAME_PLACE_M = 150;
/** Places remembered per vehicle; one with more has no place that it mostly drives to. */
const PLACES = 6;
const MIN_DAYS = 5;
/** Vehicles that go to work less often than this are not checked. */
const MIN_SHARE = 0.6;
/** Nearly all commuters have one place on at least half of their days; this share is required. */
const COMMUTERS = 0.7;
const MIN_VEHICLES = 5;
const METRES_PER_MICRODEGREE = METRES_PER_DEGREE / 1e6;

export class WorkplacesObserver implements Observer {
  private readonly commutes: Uint8Array;
  private readonly lastDay: CheckedArray<Int32Array>;
  /** Whether the vehicle is on the first trip of a working day. */
  private readonly first: Uint8Array;
  private readonly days: CheckedArray<Int32Array>;
  /** By vehicle * PLACES + place. */
  private readonly latitude: CheckedArray<Int32Array>;
  private readonly longitude: CheckedArray<Int32Array>;
  private readonly times: CheckedArray<Int32Array>;

  constructor(dataset: Dataset, fleet: FleetFacts) {
    const n = dataset.vehicles;
    this.commutes = new Uint8Array(n);
    const classes = new CodeMap(dataset.world.classes);
    for (const [v, node] of fleet.work.entries()) {
      const { workShare } = classes.of(valueAt(fleet.vehicleClass, v));
      this.commutes[v] = node >= 0 && workShare >= MIN_SHARE ? 1 : 0;
    }
    this.lastDay = new CheckedArray(new Int32Array(n).fill(-1));
    this.first = new Uint8Array(n);
    this.days = new CheckedArray(new Int32Array(n));
    this.latitude = new CheckedArray(new Int32Array(n * PLACES));
    this.longitude = new CheckedArray(new Int32Array(n * PLACES));
    this.times = new CheckedArray(new Int32Array(n * PLACES));
  }

  add({ record, vehicle, facts, sameTrip, lastLatitude, lastLongitude }: Step): void {
    if (sameTrip || this.commutes[vehicle] === 0) return;
    if (this.first[vehicle] === 1 && lastLatitude !== NULL_INT) this.visit(vehicle, lastLatitude, lastLongitude);
    const day = dayOfTrip(record.tripId);
    const { holidays } = facts.region;
    // The trip that the records begin with may not be the day's first.
    const lastDay = this.lastDay.get(vehicle);
    this.first[vehicle] = lastDay >= 0 && day !== lastDay && effectiveWeekday(day, holidays) < 5 ? 1 : 0;
    this.lastDay.set(vehicle, day);
  }

  checks(): Check[] {
    let [vehicles, steady] = [0, 0];
    for (const [v, days] of this.days.values.entries()) {
      if (days < MIN_DAYS) continue;
      vehicles++;
      const max = Math.max(...this.times.values.subarray(v * PLACES, (v + 1) * PLACES));
      if (max * 2 >= days) steady++;
    }
    if (!this.commutes.includes(1)) return [];
    const name = 'commuters that start to one place on most working days';
    const expected = `${percent(COMMUTERS)} or more`;
    const found = `${steady} of ${vehicles}`;
    if (vehicles < MIN_VEHICLES) return [tooFew('habits', name, expected, found)];
    const holds = binomialTail(vehicles, 1 - COMMUTERS, vehicles - steady) > CRITICAL_P;
    return [check('habits', name, expected, found, holds)];
  }

  private visit(vehicle: number, latitude: number, longitude: number): void {
    this.days.add(vehicle);
    const narrow = cosDeg(Math.round(latitude / 1e5) / 10);
    for (let place = vehicle * PLACES; place < (vehicle + 1) * PLACES; place++) {
      if (this.times.get(place) === 0) {
        this.latitude.set(place, latitude);
        this.longitude.set(place, longitude);
      }
      const north = (latitude - this.latitude.get(place)) * METRES_PER_MICRODEGREE;
      const east = wrapLongitude(longitude - this.longitude.get(place)) * METRES_PER_MICRODEGREE * narrow;
      if (north * north + east * east > SAME_PLACE_M * SAME_PLACE_M) continue;
      this.times.add(place);
      return;
    }
  }
}
