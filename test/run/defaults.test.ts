import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DEFAULT_ROWS } from '#src/plan/capacity/find-capacity.js';
import { planDataset } from '#src/plan/dataset.js';
import { DEFAULTS } from '#src/run/defaults.js';

it('--help names the defaults that the planner uses', () => {
  assert.equal(DEFAULTS.rows, DEFAULT_ROWS);
  const { seed, start, intervalSeconds } = DEFAULTS;
  assert.equal(planDataset({ seed, start, intervalSeconds }).days, 14);
});
