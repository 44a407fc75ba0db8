/** Commuters drive to one workplace on most of their working days, and vehicles of a class differ in how far they drive. */

import { NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapped } from '../../../simulate/records/coordinates.js';
import { habitOf } from '../../../world/local-time.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, check, percent, tooFew } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';
import { binomialTail, DECIDING_P } from '../statistics.js';

/** Ends nearer to each other than this, in metres, are one place. */
const SAME_PLACE_M = 150;
/** Places remembered of a vehicle; with others it has no place it mostly drives to. */
const PLACES = 6;
const LEAST_DAYS = 5;
/** Who goes to work less often than this isn't asked for. */
const LEAST_SHARE = 0.6;
/** Commuters with one place on at least half of their days: nearly all; asked for is this share. */
const COMMUTERS = 0.7;
const LEAST_VEHICLES = 5;
const METRES_PER_MICRODEGREE = METRES_PER_DEGREE / 1e6;

export class Workplaces implements Observer {
  private readonly commutes: Uint8Array;
  private readonly lastDay: Int32Array;
  /** Whether the vehicle is on the first trip of a working day. */
  private readonly first: Uint8Array;
  private readonly days: Int32Array;
  /** By vehicle * PLACES + place. */
  private readonly latitude: Int32Array;
  private readonly longitude: Int32Array;
  private readonly times: Int32Array;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    const n = dataset.vehicles;
    this.commutes = new Uint8Array(n);
    for (let v = 0; v < n; v++) {
      const { workShare } = dataset.world.classes[facts.vehicleClass[v]!]!;
      this.commutes[v] = facts.work[v]! >= 0 && workShare >= LEAST_SHARE ? 1 : 0;
    }
    this.lastDay = new Int32Array(n).fill(-1);
    this.first = new Uint8Array(n);
    this.days = new Int32Array(n);
    this.latitude = new Int32Array(n * PLACES);
    this.longitude = new Int32Array(n * PLACES);
    this.times = new Int32Array(n * PLACES);
  }

  add({ rows, row, vehicle, sameTrip, lastLatitude, lastLongitude }: Step): void {
    if (sameTrip || this.commutes[vehicle] === 0) return;
    if (this.first[vehicle] === 1 && lastLatitude !== NULL_INT) this.visit(vehicle, lastLatitude, lastLongitude);
    const day = dayOfTrip(rows.trip_id[row]!);
    const { holidays } = this.dataset.world.regions[this.facts.region[vehicle]!]!;
    // The trip that the records begin with may be another than the day's first.
    const known = this.lastDay[vehicle]! >= 0;
    this.first[vehicle] = known && day !== this.lastDay[vehicle] && habitOf(day, holidays) < 5 ? 1 : 0;
    this.lastDay[vehicle] = day;
  }

  checks(): Check[] {
    let [vehicles, steady] = [0, 0];
    for (let v = 0; v < this.days.length; v++) {
      if (this.days[v]! < LEAST_DAYS) continue;
      vehicles++;
      const most = Math.max(...this.times.subarray(v * PLACES, (v + 1) * PLACES));
      if (most * 2 >= this.days[v]!) steady++;
    }
    if (!this.commutes.includes(1)) return [];
    const name = 'commuters that start to one place on most working days';
    const expected = `${percent(COMMUTERS)} or more`;
    const found = `${steady} of ${vehicles}`;
    if (vehicles < LEAST_VEHICLES) return [tooFew('habits', name, expected, found)];
    const holds = binomialTail(vehicles, 1 - COMMUTERS, vehicles - steady) > DECIDING_P;
    return [check('habits', name, expected, found, holds)];
  }

  private visit(vehicle: number, latitude: number, longitude: number): void {
    this.days[vehicle]!++;
    const narrow = cosDeg(Math.round(latitude / 1e5) / 10);
    for (let place = vehicle * PLACES; place < (vehicle + 1) * PLACES; place++) {
      if (this.times[place] === 0) {
        this.latitude[place] = latitude;
        this.longitude[place] = longitude;
      }
      const north = (latitude - this.latitude[place]!) * METRES_PER_MICRODEGREE;
      const east = wrapped(longitude - this.longitude[place]!) * METRES_PER_MICRODEGREE * narrow;
      if (north * north + east * east > SAME_PLACE_M * SAME_PLACE_M) continue;
      this.times[place]!++;
      return;
    }
  }
}
