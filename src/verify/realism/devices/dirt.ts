/** Dirt, from the truth table: as much of each kind as the scenario asks for, and the records show it. */
import { NULL_INT } from '../../../columns/column.js';
import { DIRT_KINDS } from '../../../columns/truth.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, percent, tooFew, Violations } from '../check.js';
import type { Observer, Step } from '../motion/step.js';
import { DECIDING_Z } from '../statistics.js';

const [, MISSING, OUTLIER, OVERCHARGED, CONTRADICTORY] = DIRT_KINDS.map((_, code) => code);
/** Units of the columns: 250 km/h, which no road allows, and 100 %. */
const OUTLYING_SPEED = 2500;
const FULL_BATTERY = 1000;
const LEAST_EXPECTED = 8;

export class Dirt implements Observer {
  /** By code of DIRT_KINDS. */
  private readonly found = new Float64Array(DIRT_KINDS.length);
  private readonly shown = new Violations();
  private records = 0;
  /** Records with a position that could go missing. */
  private positions = 0;

  constructor(private readonly dataset: Dataset) {}

  add({ rows, row, truth }: Step): void {
    if (truth === undefined) return;
    const kind = truth.dirt[row]!;
    this.records++;
    if (rows.gps_loss_event[row] === 0) this.positions++;
    if (kind === 0) return;
    this.found[kind]!++;
    const missing = rows.latitude[row] === NULL_INT && rows.gps_loss_event[row] === 0;
    this.shown.count(
      (kind !== MISSING || missing) &&
        (kind !== OUTLIER || rows.speed_kmh[row]! >= OUTLYING_SPEED) &&
        (kind !== OVERCHARGED || rows.sensor_battery_pct[row]! > FULL_BATTERY) &&
        (kind === CONTRADICTORY) === (rows.risk_label[row] !== truth.clean_risk_label[row]),
    );
  }

  checks(): Check[] {
    const { dirt } = this.dataset.world;
    if (this.records === 0) return [];
    const kinds = DIRT_KINDS.flatMap((name, kind) =>
      name === 'none' || (dirt[name] === 0 && this.found[kind] === 0) ? [] : [this.shareOf(name, kind, dirt[name])],
    );
    return kinds.length === 0 ? [] : [...kinds, this.shown.check('dirt', 'records show what the truth says', 0)];
  }

  private shareOf(name: string, kind: number, share: number): Check {
    const records = kind === MISSING ? this.positions : this.records;
    const half = DECIDING_Z * Math.sqrt((share * (1 - share)) / Math.max(1, records));
    const expected = `${percent(share)} +- ${percent(half)} of ${records}`;
    const found = this.found[kind]! / Math.max(1, records);
    if (share > 0 && share * records < LEAST_EXPECTED) return tooFew('dirt', name, expected, percent(found));
    return check('dirt', name, expected, percent(found), Math.abs(found - share) <= half);
  }
}
