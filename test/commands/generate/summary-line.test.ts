import assert from 'node:assert/strict';
import { it } from 'node:test';
import { summaryLine } from '#src/commands/generate/summary-line.js';
import { generate } from '#src/run/generate.js';

it('includes the best achievable quality only if there are enough records', async () => {
  const of = async (rows: number) => summaryLine(await generate({ rows, to: 'null', workers: 1 }));
  assert.match(await of(999), /^999 rows in [^\n]+$/);
  assert.match(await of(1000), /^1,000 rows in [^\n]+\nrisky: [\d.]+ %; the best that a model can reach: AUC /);
});

it('includes how long readers queued if a table was replaced', async () => {
  const made = await generate({ rows: 10, to: 'null', workers: 1 });
  const swap = { seconds: 61.2, holds: 3, longestHoldSeconds: 0.361, ended: 0 };
  const second = (line: string) => line.split('\n')[1];
  assert.equal(second(summaryLine({ ...made, swap })), 'swapped in 1m 01s; readers queued for at most 0.36 s');
  assert.match(summaryLine({ ...made, swap: { ...swap, ended: 1 } }), /0\.36 s; ended 1 session in the way$/);
});

it('reports that a load with nothing left to do was already complete', async () => {
  const made = await generate({ rows: 10, to: 'null', workers: 1 });
  const resumed = { ...made, rows: 0, rowsSkipped: 200_000 };
  assert.equal(summaryLine({ ...resumed, labels: null }), 'all 200,000 rows were there already: null');
  const labels = { riskyShare: 0.0123, bestAuc: 0.8, bestLogLoss: 0.05 };
  assert.equal(
    summaryLine({ ...resumed, labels }).split('\n')[1],
    'risky: 1.23 %; the best that a model can reach: AUC 0.800, log-loss 0.0500',
  );
});
