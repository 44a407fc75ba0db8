/**
 * Speed as a person drives it: it changes smoothly from second to second, is never quite constant, and nobody's changes
 * pile up at a limit. Seen at intervals of 1 and 2 s; whether speeds stay the same at any.
 */
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import { CheckedArray, CodeMap } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

const FINE_MS = 2000;
/** Least correlation of successive changes at 1 s and at 2 s (WLTC's trace: 0.92 at 1 s). */
const MIN_CORRELATION = [0.5, 0.3] as const;
/**
 * Tenths of km/h from which a vehicle counts as moving, and from which equal speeds are counted (WLTC: 4 % of them).
 */
const MOVING = 50;
const CRUISING = 200;
const MAX_EQUAL = 0.12;
/** Share of first records after rest that have the same speed. */
const MAX_ALIKE = 0.3;
const MIN_STARTS = 60;
const MIN_PAIRS = 2000;
const MIN_SPEEDING = 300;
/** Successive pairs of one cruise are correlated: this many count as one. */
const PAIRS_PER_SAMPLE = 10;
/** Changes counted, in tenths of km/h to both sides; smaller ones than MIN_CHANGE are the cruise's. */
const MAX_CHANGE = 400;
const MIN_CHANGE = 10;
/** A spike has this many times the cases of its neighbours. */
const SPIKE = 2;

export class SmoothnessObserver implements Observer {
  private readonly fine: boolean;
  private readonly min: number;
  /** Change before, in this trip; NaN where there is none. */
  private lastChange = Number.NaN;
  private pairs = 0;
  private readonly sums = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  private readonly equal = { of: 0, count: 0 };
  private readonly equalSpeeding = { of: 0, count: 0 };
  /** By speed in tenths of km/h: first moving records after one at rest. */
  private readonly starts = CheckedArray.ofLength(MAX_CHANGE + 1);
  /** By class: changes from -MAX_CHANGE to MAX_CHANGE. */
  private readonly changes: CodeMap<{ readonly name: string; readonly counts: CheckedArray }>;

  constructor(dataset: Dataset) {
    this.fine = dataset.intervalMs <= FINE_MS;
    this.min = dataset.intervalMs <= 1000 ? MIN_CORRELATION[0] : MIN_CORRELATION[1];
    this.changes = new CodeMap(
      dataset.world.classes.map(({ name }) => ({ name, counts: CheckedArray.ofLength(2 * MAX_CHANGE + 1) })),
    );
  }

  add(step: Step): void {
    const { record, lastSpeed, regular } = step;
    const speed = record.speed;
    const change = speed - lastSpeed;
    const before = this.lastChange;
    this.lastChange = Number.NaN;
    if (!regular) return;
    if (speed > CRUISING && lastSpeed > CRUISING) {
      this.equal.of++;
      if (change === 0) this.equal.count++;
      if (record.speeding === 1) {
        this.equalSpeeding.of++;
        if (change === 0) this.equalSpeeding.count++;
      }
    }
    if (!this.fine || Math.abs(change) > MAX_CHANGE) return;
    if (lastSpeed === 0 && speed > 0) this.starts.add(speed);
    if (speed <= MOVING || lastSpeed <= MOVING) return;
    this.lastChange = change;
    this.changes.of(step.facts.classCode).counts.add(change + MAX_CHANGE);
    if (!Number.isNaN(before)) this.pair(before, change);
  }

  checks(): Check[] {
    const name = 'successive speeds above 20 km/h that are equal';
    return [
      this.correlation(),
      equalCheck(name, this.equal, MIN_PAIRS),
      equalCheck(`${name} while speeding`, this.equalSpeeding, MIN_SPEEDING),
      this.alikeStarts(),
      this.spikes(),
    ];
  }

  private pair(x: number, y: number): void {
    const { sums } = this;
    this.pairs++;
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }

  private correlation(): Check {
    const { sums, pairs } = this;
    const xy = sums.xy - (sums.x * sums.y) / pairs;
    const r = xy / Math.sqrt((sums.xx - sums.x ** 2 / pairs) * (sums.yy - sums.y ** 2 / pairs));
    const name = 'correlation of successive changes of speed';
    const expected = `over ${this.min}`;
    if (pairs < MIN_PAIRS) return tooFew('motion', name, expected, `${pairs} pairs`);
    return check('motion', name, expected, digits(r), r > this.min);
  }

  private alikeStarts(): Check {
    const all = this.starts.sum();
    const max = Math.max(...this.starts);
    const share = max / Math.max(1, all);
    const name = 'starts from rest with the same first speed';
    const expected = `less than ${percent(MAX_ALIKE)}`;
    const found = `${percent(share)} of ${all} with ${digits(this.starts.values.indexOf(max) / 10)} km/h`;
    if (all < MIN_STARTS) return tooFew('motion', name, expected, `${all} starts`);
    return check('motion', name, expected, found, share < MAX_ALIKE + spreadOf(MAX_ALIKE, all));
  }

  /** Changes that are far more frequent than those a little smaller or larger. */
  private spikes(): Check {
    const name = 'changes of speed that pile up';
    const found: string[] = [];
    let all = 0;
    for (const { name: vehicleClass, counts } of this.changes) {
      all += counts.sum();
      const spike = spikeOf(counts.values);
      if (spike !== undefined) found.push(`${vehicleClass} ${digits(spike / 10)} km/h`);
    }
    if (all < MIN_PAIRS) return tooFew('motion', name, 'none', `${all} changes`);
    return check('motion', name, 'none', found.join(', ') || 'none', found.length === 0);
  }
}

/** The change, in tenths of km/h, of the highest spike. */
function spikeOf(counts: Float64Array): number | undefined {
  let [highest, at] = [0, 0];
  const both = (i: number): number => (counts[i] ?? 0) + (counts[i + 1] ?? 0);
  for (let i = 0; i < counts.length - 1; i++) {
    const change = i - MAX_CHANGE;
    if (Math.abs(change) < MIN_CHANGE || Math.abs(change + 1) < MIN_CHANGE) continue;
    const here = both(i);
    const usual = Math.max(both(i - 2), both(i + 2));
    const excess = here - SPIKE * usual - CRITICAL_Z * Math.sqrt(PAIRS_PER_SAMPLE * Math.max(1, SPIKE * usual));
    if (excess > highest) [highest, at] = [excess, change];
  }
  return highest > 0 ? at : undefined;
}

function equalCheck(name: string, { of, count }: { of: number; count: number }, min: number): Check {
  const expected = `less than ${percent(MAX_EQUAL)}`;
  const share = count / Math.max(1, of);
  const found = `${percent(share)} of ${of}`;
  if (of < min) return tooFew('motion', name, expected, found);
  return check('motion', name, expected, found, share < MAX_EQUAL + spreadOf(MAX_EQUAL, of / PAIRS_PER_SAMPLE));
}

/** The random error of a share of that many cases. */
function spreadOf(share: number, cases: number): number {
  return CRITICAL_Z * Math.sqrt((share * (1 - share)) / cases);
}
