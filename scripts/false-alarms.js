// How often chance alone fails `verify --checks realism`: audits the genuine records of many seeds, with their truth and
// without it, and prints each check that failed. `npm run build && node scripts/false-alarms.js [ROWS] [SEEDS] [SCENARIO]`
import { createBatch } from '../dist/columns/batch.js';
import { planDataset } from '../dist/plan/dataset.js';
import { loadScenario } from '../dist/scenario/read/load-scenario.js';
import { createSimulator } from '../dist/simulate/record-source.js';
import { createAudit } from '../dist/verify/realism/audit.js';

const [rows = 20_000, seeds = 200] = process.argv.slice(2, 4).map(Number);
const { scenario } = await loadScenario(process.argv[4] ?? 'default', []);
const failed = new Map([
  ['with truth', 0],
  ['without', 0],
]);
for (let seed = 1; seed <= seeds; seed++) {
  const dataset = planDataset({ seed, start: '2026-01-05', intervalSeconds: 10, rows, scenario });
  for (const kind of failed.keys()) {
    const batch = createBatch(dataset.telemetry, 5000);
    const truth = kind === 'with truth' ? createBatch(dataset.truth, 5000) : undefined;
    const source = createSimulator(dataset).range(0, rows);
    const audit = createAudit(dataset);
    while (source.fill(batch, truth) > 0) audit.add(batch, truth);
    const wrong = audit.checks().filter(({ verdict }) => verdict === 'FAILED');
    for (const { group, name, expected, found } of wrong) {
      console.log(`seed ${seed}, ${kind}: ${group}: ${name}: expected ${expected}, found ${found}`);
    }
    if (wrong.length > 0) failed.set(kind, failed.get(kind) + 1);
  }
}
for (const [kind, count] of failed) console.log(`${count} of ${seeds} runs of ${rows} rows failed ${kind}`);
