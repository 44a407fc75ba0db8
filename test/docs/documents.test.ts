/** The documents against the code: what they take from it must be fresh, and their reference tables complete. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Options } from 'yargs';
import { dataDictionaryText, withSample } from '../../scripts/docs-text.js';
import { createBatch } from '../../src/columns/batch.js';
import { BENCH_FLAGS } from '../../src/commands/bench-options.js';
import { GENERATE_FLAGS } from '../../src/commands/generate-options.js';
import { summaryLine } from '../../src/commands/summary-line.js';
import { planDataset } from '../../src/plan/dataset.js';
import { DEFAULTS } from '../../src/run/defaults.js';
import { type GenerateOptions, generate } from '../../src/run/generate.js';
import { fillVehicles } from '../../src/simulate/vehicle-rows.js';

const FRESH = 'npm run build && node scripts/write-docs.js writes it anew';

function document(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

describe('documents', () => {
  it('have the data dictionary that the column catalogue gives', () => {
    assert.equal(document('docs/data-dictionary.md'), dataDictionaryText(), FRESH);
  });

  it('show three records as the simulator makes them', () => {
    const readme = document('README.md');
    assert.equal(readme, withSample(readme), FRESH);
    assert.ok(!withSample(readme).includes('undefined'));
  });

  /** README.md after this command, up to the next. */
  const printed = (command: string): string => {
    const [, rest] = document('README.md').split(`$ npx fleetgen ${command}`);
    assert.ok(rest !== undefined, `README.md does not show ${command}`);
    return rest.split(/\n\n|\n```/)[0]!;
  };

  const shown: readonly (readonly [command: string, options: GenerateOptions])[] = [
    ['generate --vehicles 50 --days 7 ', { vehicles: 50, days: 7 }],
    ['generate --rows 1000 --to - ', { rows: 1000 }],
    ['generate --rows 200000 --to postgres ', { rows: 200_000 }],
  ];
  for (const [command, options] of shown) {
    it(`show the records and labels that ${command}makes`, async () => {
      const [first = '', labels = ''] = summaryLine(await generate({ ...options, to: 'null' })).split('\n');
      const found = printed(command).split('\n');
      assert.ok(
        found.some((line) => line.startsWith(first.slice(0, first.indexOf(' in ')))),
        first,
      );
      assert.ok(found.includes(labels), labels);
    });
  }

  it('show the vehicles of each class as they are', () => {
    const dataset = planDataset({ ...DEFAULTS });
    const batch = createBatch(dataset.vehicle, dataset.vehicles);
    fillVehicles(dataset, 0, batch);
    const { values = [] } = dataset.vehicle.columns.find(({ name }) => name === 'vehicle_class')!;
    const counts = values.map((name, at) => [name, batch.arrays.vehicle_class!.filter((each) => each === at).length]);
    const rows = [...printed('db query "SELECT vehicle_class').matchAll(/^ (\w+) +\| +(\d+)$/gm)];
    const listed = rows.map((row) => [row[1], Number(row[2])]);
    assert.deepEqual(listed.sort(), counts.sort());
  });

  const tables = { 'Flags of `fleetgen generate`': GENERATE_FLAGS, 'Measuring a machine': BENCH_FLAGS };
  for (const [heading, known] of Object.entries<Record<string, Options>>(tables)) {
    it(`list every flag under "${heading}" with its default, and no other`, () => {
      const [, rest = ''] = document('README.md').split(`## ${heading}\n`);
      const [section = ''] = rest.split('\n## ');
      const rows = [...section.matchAll(/^\| `--([a-z-]+)[^`]*` \| ([^|]+) \|/gm)];
      const listed = rows.map((row) => [row[1], row[2]?.trim()]);
      const flags = Object.entries(known).map(([name, flag]) => [name, flag.defaultDescription ?? '']);
      assert.deepEqual(listed.sort(), flags.sort());
    });
  }
});
