/** Drivers keep their pace: relative to the limit they drive as fast on a trip's last third as on its first. */
import { ROAD_TYPES } from '../../../columns/telemetry.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, percent, tooFew } from '../check.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

/** Maximum mean gain of the last third, as a share of the limit. */
const MAX_GAIN = 0.05;
/** Minimum number of moving records on a road type in each third of a trip. */
const MIN_RECORDS = 4;
const MIN_TRIPS = 40;

interface Gain {
  readonly road: string;
  trips: number;
  sum: number;
  squares: number;
}

export class PaceObserver implements Observer {
  private readonly gains: Gain[] = ROAD_TYPES.map((road) => ({ road, trips: 0, sum: 0, squares: 0 }));
  private trip = -1;
  /** The current trip's moving records: metres on the odometer, speed over the limit, kind of road. */
  private moving: { readonly metres: number; readonly share: number; readonly road: number }[] = [];

  constructor(readonly dataset: Dataset) {}

  add({ record }: Step): void {
    if (record.tripId !== this.trip) {
      this.end();
      this.trip = record.tripId;
    }
    if (record.speed === 0) return;
    const share = record.speed / (10 * record.speedLimit);
    this.moving.push({ metres: record.odometer, share, road: record.roadType });
  }

  checks(): Check[] {
    return this.gains.map(({ road, trips, sum, squares }) => {
      const name = `speed over a trip, ${road}`;
      const mean = sum / Math.max(1, trips);
      const error = Math.sqrt(Math.max(0, squares / Math.max(1, trips) - mean * mean) / Math.max(1, trips));
      const max = MAX_GAIN + CRITICAL_Z * error;
      const expected = `last third at most ${percent(max)} of the limit faster`;
      const found = `${percent(mean)} in ${trips} trips`;
      if (trips < MIN_TRIPS) return tooFew('trips', name, expected, found);
      return check('trips', name, expected, found, mean <= max);
    });
  }

  private end(): void {
    const { moving } = this;
    const from = moving.at(0)?.metres ?? 0;
    const length = (moving.at(-1)?.metres ?? 0) - from;
    for (const [code, gains] of this.gains.entries()) {
      let [first, firsts, last, lasts] = [0, 0, 0, 0];
      for (const { metres, share, road } of moving) {
        if (road !== code) continue;
        const third = (3 * (metres - from)) / length;
        if (third < 1) {
          first += share;
          firsts++;
        } else if (third >= 2) {
          last += share;
          lasts++;
        }
      }
      if (firsts < MIN_RECORDS || lasts < MIN_RECORDS) continue;
      const gain = last / lasts - first / firsts;
      gains.trips++;
      gains.sum += gain;
      gains.squares += gain * gain;
    }
    this.moving = [];
  }
}
