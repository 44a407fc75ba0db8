/** The label: drawn from risk_score, so calibrated, and as hard to predict as the scores say. */

import { DIRT_KINDS } from '../../../columns/truth.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, percent, tooFew, Violations } from '../check.js';
import { CheckedArray } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { aucError, aucOf, CRITICAL_Z, chiSquareTail, normalCumulative } from '../statistics.js';

const SCORES = 10001;
const MIN_RISKY = 200;
const CONTRADICTORY = DIRT_KINDS.indexOf('contradictory_label');
/** Records expected of either label in a group of scores that is compared. */
const MIN_IN_GROUP = 50;

export class LabelObserver implements Observer {
  private readonly safe = CheckedArray.ofLength(SCORES);
  private readonly risky = CheckedArray.ofLength(SCORES);
  private clean = true;
  private readonly asTrue = new Violations();

  constructor(private readonly dataset: Dataset) {}

  add({ record, truth, sameTrip, elapsedMs }: Step): void {
    if (truth === undefined && this.dataset.world.dirt.contradictory_label > 0) this.clean = false;
    if (truth !== undefined && truth.dirt !== CONTRADICTORY) {
      this.asTrue.count(record.riskLabel === truth.cleanLabel);
    }
    // A duplicate sent by a faulty device has the label of the original: it is not a second draw.
    if (sameTrip && elapsedMs === 0) return;
    const score = record.riskScore;
    const label = truth === undefined ? record.riskLabel : truth.cleanLabel;
    if (score >= 0 && score < SCORES) (label === 1 ? this.risky : this.safe).add(score);
  }

  checks(): Check[] {
    const [safe, risky] = [this.safe.sum(), this.risky.sum()];
    // Labels corrupted on purpose say nothing about the scores.
    if (!this.clean) return [];
    const asTrue = this.asTrue.all > 0 ? [this.asTrue.check('label', "risk_label is the truth's", 0)] : [];
    if (risky < MIN_RISKY || safe < MIN_RISKY) {
      return [...asTrue, tooFew('label', 'risk_label follows risk_score', 'calibrated', `${risky} risky records`)];
    }
    return [...asTrue, this.auc(safe, risky), this.share(safe, risky), this.calibration()];
  }

  private auc(safe: number, risky: number): Check {
    const all = this.safe.values.map((count, score) => count + this.risky.get(score));
    const asked = aucOf(
      all.map((count, score) => count * (1 - score / 10000)),
      all.map((count, score) => (count * score) / 10000),
    );
    const found = aucOf(this.safe.values, this.risky.values);
    const half = CRITICAL_Z * aucError(asked, safe, risky);
    const expected = `${asked.toFixed(4)} +- ${digits(half)}`;
    return check(
      'label',
      'AUC of risk_score, the best possible',
      expected,
      found.toFixed(4),
      Math.abs(found - asked) <= half,
    );
  }

  private share(safe: number, risky: number): Check {
    let [asked, variance] = [0, 0];
    for (let score = 0; score < SCORES; score++) {
      const p = score / 10000;
      const count = this.safe.get(score) + this.risky.get(score);
      asked += count * p;
      variance += count * p * (1 - p);
    }
    const half = CRITICAL_Z * Math.sqrt(variance);
    const all = safe + risky;
    const expected = `${percent(asked / all)} +- ${percent(half / all)}`;
    return check('label', 'share of risky records', expected, percent(risky / all), Math.abs(risky - asked) <= half);
  }

  /** Chi-square over groups of neighbouring scores. */
  private calibration(): Check {
    let [chiSquare, groups, asked, found, count] = [0, 0, 0, 0, 0];
    for (let score = 0; score < SCORES; score++) {
      const riskyHere = this.risky.get(score);
      const here = this.safe.get(score) + riskyHere;
      count += here;
      asked += (here * score) / 10000;
      found += riskyHere;
      if (asked < MIN_IN_GROUP || count - asked < MIN_IN_GROUP) continue;
      chiSquare += (found - asked) ** 2 / (asked * (1 - asked / count));
      groups++;
      [asked, found, count] = [0, 0, 0];
    }
    const name = 'risky records by score';
    if (groups < 3) return tooFew('label', name, 'as many as the scores say', `${groups} groups`);
    const p = chiSquareTail(chiSquare, groups);
    const text = `chi-square ${digits(chiSquare)} over ${groups} groups`;
    return check('label', name, 'as many as the scores say', text, p > 2 * (1 - normalCumulative(CRITICAL_Z)));
  }
}
