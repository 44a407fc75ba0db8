/** Collects a stage's values round by round, and closes it with medians and a score. */

import { median } from '../measure/round-statistics.js';
import { REFERENCE_FIGURES } from './reference.js';
import type { Figure, Stage, StageName, Unit } from './report.js';

export class StageRecorder {
  readonly #values = new Map<string, { readonly unit: Unit; readonly values: number[] }>();

  /** Adds the value of one more round. Figures keep the order of their first value. */
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

/** Speed of `now` relative to `then`; inverse for seconds. */
export function speedup(unit: Unit, now: number, then: number): number {
  return unit === 's' ? then / now : now / then;
}

/** 1000 times the geometric mean of the speed-ups over the reference, over the figures that the reference has. */
function stageScore(stage: StageName, figures: readonly Figure[]): number {
  const ratios = figures.flatMap(({ name, unit, median }) => {
    const reference = REFERENCE_FIGURES[stage][name];
    return reference === undefined ? [] : [speedup(unit, median, reference)];
  });
  const product = ratios.reduce((all, ratio) => all * ratio, 1);
  return Math.round(1000 * product ** (1 / ratios.length));
}
