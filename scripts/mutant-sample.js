// A plugin for Stryker, which has no samples of its own: a checker that passes as many mutants as asked, chosen at random but always the
// same ones while the code is the same. scripts/mutants.js loads it. All others are reported as errors, which no score counts.
import { createHash } from 'node:crypto';

/**
 * The size comes from the configuration.
 *
 * @param {{ sample: number }} options
 */
function createSample({ sample }) {
  return {
    async init() {},
    /** @param {Mutant[]} mutants All of them, also those that no test reaches. */
    group: async (mutants) => [mutants.map(({ id }) => id)],
    /** @param {Mutant[]} mutants */
    async check(mutants) {
      const order = mutants
        .map((mutant) => ({ id: mutant.id, at: hashOf(mutant) }))
        .sort((a, b) => (a.at < b.at ? -1 : 1));
      return Object.fromEntries(
        order.map(({ id }, i) => [
          id,
          i < sample ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' },
        ]),
      );
    },
  };
}
createSample.inject = /** @type {const} */ (['options']);

/**
 * @typedef {{ id: string, fileName: string, location: object, replacement: string }} Mutant
 * @param {Mutant} mutant
 */
function hashOf({ fileName, location, replacement }) {
  const file = fileName.slice(fileName.lastIndexOf('/dist/'));
  return createHash('sha256')
    .update(JSON.stringify([file, location, replacement]))
    .digest('hex');
}

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', factory: createSample }];
