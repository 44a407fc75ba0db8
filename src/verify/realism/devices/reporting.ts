/**
 * When devices report on a trip: at the interval, late by at most the scenario's jitter, and with the share of lost
 * records that it declares.
 */
import type { Dataset } from '../../../plan/dataset.js';
import { DUPLICATES } from '../../../world/tables/fault-tables.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import { valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

/** The share of records that device faults may affect. */
const RARE = 0.001;
/**
 * Of the lost records, the maximum share due to rebooting devices and clock adjustments.
 */
const OTHER_LOSSES = 0.15;
const MIN_LOST = 50;

export class ReportingObserver implements Observer {
  private readonly gaps = new Violations();
  /** Intervals between the records of a trip, trips, and records that are missing between two others. */
  private intervals = 0;
  private trips = 0;
  private missing = 0;

  /** Whether the last interval of the current trip was shorter than a whole one. */
  private short = false;
  /** Records that one fault duplicates, each followed by one that it doesn't. */
  private readonly duplicateRunLength: number;

  constructor(private readonly dataset: Dataset) {
    const seconds = valueAt(dataset.world.faults.meanSeconds, DUPLICATES - 1);
    this.duplicateRunLength = (2 * seconds * 1000) / dataset.intervalMs;
  }

  add({ sameTrip, regular, elapsedMs }: Step): void {
    if (!sameTrip) {
      this.trips++;
      this.short = false;
      return;
    }
    // Only a trip's last interval may be shorter.
    const shorter = elapsedMs > 0 && elapsedMs < this.dataset.intervalMs;
    this.gaps.count(!this.short && (regular || shorter));
    this.short = !regular && shorter;
    // A duplicate, or a clock that is set back.
    if (elapsedMs <= 0) return;
    const intervals = Math.round(elapsedMs / this.dataset.intervalMs);
    this.intervals += intervals;
    this.missing += Math.max(0, intervals - 1);
  }

  checks(): Check[] {
    const { lostShare } = this.dataset.world.reporting;
    // A burst opens one gap, however many records it takes; where it takes one, there are as many gaps as lost records.
    const max = RARE + lostShare / (1 - lostShare);
    const gaps = this.gaps.check(
      'motion',
      'records of a trip follow at the interval',
      max,
      lostShare > 0 ? 1 : this.duplicateRunLength,
    );
    return lostShare > 0 ? [gaps, this.lost()] : [gaps];
  }

  /** First and last records of trips are never lost. */
  private lost(): Check {
    const { world, intervalMs } = this.dataset;
    const { lostShare, burstMs } = world.reporting;
    const could = Math.max(1, this.intervals - this.trips);
    const inBurst = 1 + (2 * burstMs) / intervalMs;
    const half = CRITICAL_Z * Math.sqrt((lostShare * (1 - lostShare) * inBurst) / could) + OTHER_LOSSES * lostShare;
    const name = 'records lost on the way';
    const expected = `${percent(lostShare)} +- ${percent(half)} of ${could}`;
    const share = this.missing / could;
    if (lostShare * could < MIN_LOST * inBurst) return tooFew('devices', name, expected, percent(share));
    return check('devices', name, expected, percent(share), Math.abs(share - lostShare) <= half);
  }
}
