// Updates the pinned bytes of the golden datasets: node scripts/update-golden.js (npm run golden builds first). The only way
// golden.json changes. Once a version is published, different bytes need a new ALGORITHM_VERSION, which this script enforces.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../test/golden/golden.json', import.meta.url);
const { computeGolden } = await import(new URL('../build/test/golden/datasets.js', import.meta.url));
const golden = await computeGolden();
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { sha256: {} };

const names = Object.keys(golden.sha256);
const changed = names.filter((name) => name in before.sha256 && before.sha256[name] !== golden.sha256[name]);
for (const name of changed) process.stderr.write(`changed: ${name}\n`);
if (
  changed.length > 0 &&
  before.algorithmVersion === golden.algorithmVersion &&
  !process.argv.includes('--unreleased')
) {
  process.stderr.write(
    'The same seed gives other bytes: raise ALGORITHM_VERSION in src/plan/dataset.ts and run this again, or say --unreleased if no release has this version yet.\n',
  );
  process.exitCode = 1;
} else {
  writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
  process.stderr.write(`pinned ${names.length} datasets, ${changed.length} of them changed\n`);
}
