/**
 * The results of a benchmark run: measurements, each with one value per round, and ratios between them. A ratio is
 * computed round by round, so that a temporary slowdown of the machine affects both sides.
 */

export type Unit = 'rows/s' | 'draws/s' | 'vehicle-days/s' | 'bytes/s' | 's' | 'bytes' | 'bytes/record';

/** The goal of a ratio or value. */
export interface Bound {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Measurement {
  readonly section: string;
  readonly name: string;
  readonly unit: Unit;
  /** One per round, in order. */
  readonly values: number[];
  bound?: Bound;
}

/** A figure made from measurements of the same round: a ratio, or with a unit a difference. */
export interface Derived {
  readonly section: string;
  readonly name: string;
  readonly unit?: Unit;
  readonly bound?: Bound;
  readonly values: readonly number[];
}

/** Collects the figures of one section. */
export class Recorder {
  readonly measurements: Measurement[] = [];
  readonly derived: Derived[] = [];

  constructor(readonly section: string) {}

  /** Adds the value of one more round. */
  add(name: string, unit: Unit, value: number): void {
    const known = this.measurements.find((each) => each.name === name);
    if (known !== undefined) known.values.push(value);
    else this.measurements.push({ section: this.section, name, unit, values: [value] });
  }

  /** Sets the goal of a measurement's median. Throws if there is no such measurement. */
  expect(name: string, bound: Bound): void {
    this.find(name).bound = bound;
  }

  /** Computes a figure for every round from the measurements named. Throws if one of them lacks rounds. */
  derive(
    name: string,
    from: readonly string[],
    compute: (...values: number[]) => number,
    more: { readonly bound?: Bound; readonly unit?: Unit } = {},
  ): void {
    const sources = from.map((source) => this.find(source).values);
    const values = sources[0]!.map((_value, round) => compute(...sources.map((each) => each[round]!)));
    this.derived.push({ section: this.section, name, ...more, values });
  }

  private find(name: string): Measurement {
    const found = this.measurements.find((each) => each.name === name);
    if (found === undefined) throw new Error(`nothing was measured as "${name}"`);
    return found;
  }
}

export function holds(value: number, { atLeast = -Infinity, atMost = Infinity }: Bound): boolean {
  return value >= atLeast && value <= atMost;
}

/** True for units of which more is worse. */
export function lowerIsBetter(unit: Unit): boolean {
  return unit === 's' || unit === 'bytes' || unit === 'bytes/record';
}
