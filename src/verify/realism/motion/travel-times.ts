/** Drivers keep their pace: on a trip's last third they drive as fast, beside the limit, as on its first. */
import { ROAD_TYPES } from '../../../columns/telemetry.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, percent, tooFew } from '../check.js';
import type { Observer, Step } from '../records/step.js';
import { DECIDING_Z } from '../statistics.js';

/** Of the limit, how much faster the last third may be on the mean. */
const MOST_GAIN = 0.05;
/** Moving records that each third of a trip needs on a kind of road. */
const LEAST_RECORDS = 4;
const LEAST_TRIPS = 40;

interface Gain {
  trips: number;
  sum: number;
  squares: number;
}

export class Pace implements Observer {
  private readonly gains: Gain[] = ROAD_TYPES.map(() => ({ trips: 0, sum: 0, squares: 0 }));
  private trip = -1;
  /** Of the current trip's moving records: metres, speed over the limit, road. */
  private metres: number[] = [];
  private shares: number[] = [];
  private roads: number[] = [];

  constructor(readonly dataset: Dataset) {}

  add({ record }: Step): void {
    if (record.tripId !== this.trip) {
      this.end();
      this.trip = record.tripId;
    }
    if (record.speed === 0) return;
    this.metres.push(record.odometer);
    this.shares.push(record.speed / (10 * record.speedLimit));
    this.roads.push(record.roadType);
  }

  checks(): Check[] {
    return this.gains.map(({ trips, sum, squares }, road) => {
      const name = `speed over a trip, ${ROAD_TYPES[road]}`;
      const mean = sum / Math.max(1, trips);
      const error = Math.sqrt(Math.max(0, squares / Math.max(1, trips) - mean * mean) / Math.max(1, trips));
      const most = MOST_GAIN + DECIDING_Z * error;
      const expected = `last third at most ${percent(most)} of the limit faster`;
      const found = `${percent(mean)} in ${trips} trips`;
      if (trips < LEAST_TRIPS) return tooFew('trips', name, expected, found);
      return check('trips', name, expected, found, mean <= most);
    });
  }

  private end(): void {
    const { metres, shares, roads } = this;
    const from = metres[0] ?? 0;
    const length = (metres.at(-1) ?? 0) - from;
    ROAD_TYPES.forEach((_, road) => {
      let [first, firsts, last, lasts] = [0, 0, 0, 0];
      for (let i = 0; i < metres.length; i++) {
        if (roads[i] !== road) continue;
        const third = (3 * (metres[i]! - from)) / length;
        if (third < 1) {
          first += shares[i]!;
          firsts++;
        } else if (third >= 2) {
          last += shares[i]!;
          lasts++;
        }
      }
      if (firsts < LEAST_RECORDS || lasts < LEAST_RECORDS) return;
      const gain = last / lasts - first / firsts;
      const gains = this.gains[road]!;
      gains.trips++;
      gains.sum += gain;
      gains.squares += gain * gain;
    });
    this.metres = [];
    this.shares = [];
    this.roads = [];
  }
}
