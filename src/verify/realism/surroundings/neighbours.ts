/**
 * Vehicles at the same place and time agree on road and weather: compares a sample of the small cells of space
 * and time in which two vehicles were. With the truth table the positions are exact, else as good as the receivers.
 */

import { NULL_INT } from '../../../columns/column.js';
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { type Check, Violations } from '../check.js';
import type { Observer, Step } from '../records/step.js';

const CELL_M = 20;
const CELL_MS = 60000;
/** Cells remembered in a day; later ones are left out. */
const MAX_CELLS = 200000;
const MICRODEGREES_NORTH = (CELL_M / METRES_PER_DEGREE) * 1e6;
/** More than there are codes of weather or of roads. */
const CODES = 256;
const DISAGREE_WEATHER = 0.01;
const DISAGREE_ROAD = 0.05;
/** At a junction two roads meet, and the hour may change within a minute: with true positions nothing else differs. */
const DISAGREE_ROAD_TRUE = 0.03;
/** Vehicles that meet do so for several records, and some seconds. */
const RECORDS_PER_MEETING = 4;
const MEETING_MS = 40000;

export class NeighboursObserver implements Observer {
  private readonly weather = new Violations();
  private readonly road = new Violations();
  /** By cell: vehicle, and what it saw, in one number. */
  private readonly cells = new Map<number, number>();
  private day = -1;
  private exact = false;
  /** Width of a cell in microdegrees of longitude, by whole degree of latitude. */
  private readonly width = Array.from({ length: 181 }, (_, i) => MICRODEGREES_NORTH / Math.max(0.01, cosDeg(i - 90)));

  private readonly alike: number;

  constructor(dataset: Dataset) {
    this.alike = Math.max(RECORDS_PER_MEETING, MEETING_MS / dataset.intervalMs);
  }

  add({ record, vehicle, truth }: Step): void {
    const day = dayOfTrip(record.tripId);
    if (day !== this.day) {
      this.day = day;
      this.cells.clear();
    }
    this.exact = truth !== undefined;
    // A skewed clock or a wild receiver puts a vehicle elsewhere.
    if (truth !== undefined && truth.deviceFault !== 0) return;
    const latitude = (truth ?? record).latitude;
    const longitude = (truth ?? record).longitude;
    if (latitude === NULL_INT) return;
    const north = Math.floor(latitude / MICRODEGREES_NORTH);
    const east = Math.floor(longitude / this.width[Math.round(latitude / 1e6) + 90]!);
    const minute = Math.floor(record.recordedAt / CELL_MS);
    const key = ((north & 0xfffff) * 0x100000 + (east & 0xfffff)) * 4096 + (minute % 4096);
    const known = this.cells.get(key);
    if (known === undefined) {
      if (this.cells.size >= MAX_CELLS) return;
      this.cells.set(key, (vehicle * CODES + record.weather) * CODES + record.roadType);
    } else if (Math.floor(known / (CODES * CODES)) !== vehicle) {
      this.weather.count(Math.floor(known / CODES) % CODES === record.weather);
      this.road.count(known % CODES === record.roadType);
    }
  }

  checks(): Check[] {
    const where = this.exact ? 'true positions' : 'reported positions';
    return [
      this.weather.check(
        'places',
        `vehicles at one place and time agree on weather (${where})`,
        DISAGREE_WEATHER,
        this.alike,
      ),
      this.road.check(
        'places',
        `vehicles at one place and time agree on the road (${where})`,
        this.exact ? DISAGREE_ROAD_TRUE : DISAGREE_ROAD,
        this.alike,
      ),
    ];
  }
}
