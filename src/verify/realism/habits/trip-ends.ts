/** How trips end: with the ignition off soon after the last movement, and where one can stop. */
import type { Dataset } from '../../../plan/dataset.js';
import { HIGHWAY } from '../../../world/roads/network.js';
import { type Check, Violations } from '../check.js';
import type { Observer, Step } from '../records/step.js';

const LONGEST_MS = 15000;
const STANDING = 0.03;
const ON_HIGHWAY = 0.01;
/** Metres that a truncated odometer may advance without movement. */
const UNMOVED_M = 1;

export class TripEndsObserver implements Observer {
  private readonly standing = new Violations();
  private readonly highway = new Violations();
  /** By region: whether its roads are not all highways. */
  private readonly elsewhere: readonly boolean[];
  private trip = -1;
  private region = 0;
  private road = 0;
  /** Since when the vehicle is at rest; NaN while it moves. Times of the last two records. */
  private restSince = Number.NaN;
  private odometer = 0;
  private last = 0;
  private lastButOne = 0;

  constructor(dataset: Dataset) {
    this.elsewhere = dataset.world.regions.map(({ network }) => network.roadType.some((road) => road !== HIGHWAY));
  }

  add({ record, facts }: Step): void {
    const now = record.recordedAt;
    const odometer = record.odometer;
    if (record.tripId !== this.trip) {
      if (this.trip >= 0) this.end();
      this.trip = record.tripId;
      this.region = facts.region.index;
      this.restSince = Number.NaN;
      this.last = now;
    }
    if (record.speed > 0) this.restSince = Number.NaN;
    else if (Number.isNaN(this.restSince) || odometer - this.odometer > UNMOVED_M) this.restSince = now;
    this.lastButOne = this.last;
    this.last = now;
    this.odometer = odometer;
    this.road = record.roadType;
  }

  checks(): Check[] {
    // The records' last trip may be cut.
    return [
      this.standing.check('trips', `end within ${LONGEST_MS / 1000} s of standing`, STANDING, 1),
      this.highway.check('trips', 'end elsewhere than on a highway', ON_HIGHWAY, 1),
    ];
  }

  /** The last interval is not driven to its end, so what counts is how long the vehicle stood before that. */
  private end(): void {
    this.standing.count(Number.isNaN(this.restSince) || this.lastButOne - this.restSince <= LONGEST_MS);
    if (this.elsewhere[this.region]) this.highway.count(this.road !== HIGHWAY);
  }
}
