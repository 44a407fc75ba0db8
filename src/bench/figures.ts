/** Collects a stage's values round by round, and closes it with medians and a score. */
import { stageScore } from './reference.js';
import type { Figure, Stage, StageName, Unit } from './report.js';
import { median } from './statistics.js';

export class StageRecorder {
  readonly #values = new Map<string, { readonly unit: Unit; readonly values: number[] }>();

  /** Adds the value of one more round. Figures keep the order in which they first came. */
  add(name: string, unit: Unit, value: number): void {
    const known = this.#values.get(name);
    if (known !== undefined) known.values.push(value);
    else this.#values.set(name, { unit, values: [value] });
  }

  stage(name: StageName): Stage {
    const figures = [...this.#values].map(
      ([figure, { unit, values }]): Figure => ({ name: figure, unit, values, median: median(values) }),
    );
    return { name, score: stageScore(name, figures), figures };
  }
}

/** How many times as fast `now` is as `then`: seconds count the other way round. */
export function speedup(unit: Unit, now: number, then: number): number {
  return unit === 's' ? then / now : now / then;
}
