/** The limits of a vehicle's class: its top speed in the region, how hard it accelerates, brakes and corners. */
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, Violations } from '../check.js';
import { valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';

/** Crashes are harder than any braking, and rare. */
const CRASHES = 0.0001;
/** Speeds are rounded to tenths of km/h: the error of a change, in tenths. */
const ROUNDING = 1;
/** Sideways acceleration shows where a turn lasts longer than an interval; nobody corners harder than this, m/s2. */
const CORNERS_SEEN_MS = 2000;
const HARDEST_CORNER = 5;
const CORNERING = 0.0005;
const TENTHS_PER_MPS = 36;

export class ClassLimitsObserver implements Observer {
  private readonly top = new Violations();
  private readonly change = new Violations();
  private readonly corners = new Violations();
  private readonly seconds: number;
  private readonly outliers: number;

  constructor(private readonly dataset: Dataset) {
    this.seconds = dataset.intervalMs / 1000;
    this.outliers = dataset.world.dirt.speed_outlier;
  }

  add(step: Step): void {
    const { record, facts, lastSpeed } = step;
    const { topSpeed, maxAcceleration, maxBraking } = facts.vehicleClass;
    const speed = record.speed;
    this.top.count(speed <= valueAt(topSpeed, facts.region.index) * TENTHS_PER_MPS + ROUNDING);
    if (!step.regular) return;
    const change = speed - lastSpeed;
    const max = (change < 0 ? maxBraking : maxAcceleration) * this.seconds * TENTHS_PER_MPS;
    this.change.count(Math.abs(change) <= max + ROUNDING);
    if (this.dataset.intervalMs > CORNERS_SEEN_MS || lastSpeed === 0 || speed === 0) return;
    // Headings in tenths of a degree, speeds in tenths of km/h.
    const turned = Math.abs(((record.heading - step.lastHeading + 5400) % 3600) - 1800);
    const radiansPerS = (turned * Math.PI) / 1800 / this.seconds;
    this.corners.count(((speed + lastSpeed) / 2 / TENTHS_PER_MPS) * radiansPerS <= HARDEST_CORNER);
  }

  checks(): Check[] {
    return [
      this.top.check('motion', 'no faster than the class', 1.2 * this.outliers),
      this.change.check('motion', 'speed changes no more than the class can', CRASHES + 2.5 * this.outliers),
      this.corners.check('motion', `corners are driven below ${HARDEST_CORNER} m/s2`, CORNERING + 2.5 * this.outliers),
    ];
  }
}
