/** Dirt, from the truth table: the scenario's share of each kind, and visible in the records. */
import { NULL_INT } from '../../../columns/column.js';
import { DIRT_KINDS } from '../../../columns/truth.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import { CheckedArray } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

const [, MISSING, OUTLIER, OVERCHARGED, CONTRADICTORY] = DIRT_KINDS.map((_, code) => code);
/** Units of the columns: 250 km/h, which no road allows, and 100 %. */
const OUTLYING_SPEED = 2500;
const FULL_BATTERY = 1000;
const MIN_EXPECTED = 8;

export class DirtObserver implements Observer {
  /** By code of DIRT_KINDS. */
  private readonly found = CheckedArray.ofLength(DIRT_KINDS.length);
  private readonly shown = new Violations();
  private records = 0;
  /** Records with a position that could go missing. */
  private positions = 0;

  constructor(private readonly dataset: Dataset) {}

  add({ record, truth }: Step): void {
    if (truth === undefined) return;
    const kind = truth.dirt;
    this.records++;
    if (record.gpsLoss === 0) this.positions++;
    if (kind === 0) return;
    this.found.add(kind);
    const missing = record.latitude === NULL_INT && record.gpsLoss === 0;
    this.shown.count(
      (kind !== MISSING || missing) &&
        (kind !== OUTLIER || record.speed >= OUTLYING_SPEED) &&
        (kind !== OVERCHARGED || record.battery > FULL_BATTERY) &&
        (kind === CONTRADICTORY) === (record.riskLabel !== truth.cleanLabel),
    );
  }

  checks(): Check[] {
    const { dirt } = this.dataset.world;
    if (this.records === 0) return [];
    const kinds = DIRT_KINDS.flatMap((name, kind) =>
      name === 'none' || (dirt[name] === 0 && this.found.get(kind) === 0) ? [] : [this.shareOf(name, kind, dirt[name])],
    );
    return kinds.length === 0 ? [] : [...kinds, this.shown.check('dirt', 'records show what the truth says', 0)];
  }

  private shareOf(name: string, kind: number, share: number): Check {
    const records = kind === MISSING ? this.positions : this.records;
    const half = CRITICAL_Z * Math.sqrt((share * (1 - share)) / Math.max(1, records));
    const expected = `${percent(share)} +- ${percent(half)} of ${records}`;
    const found = this.found.get(kind) / Math.max(1, records);
    if (share > 0 && share * records < MIN_EXPECTED) return tooFew('dirt', name, expected, percent(found));
    return check('dirt', name, expected, percent(found), Math.abs(found - share) <= half);
  }
}
