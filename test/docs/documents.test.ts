/** The documents against the code: generated parts must be up to date, and reference tables complete. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Options } from 'yargs';
import { BENCH_FLAGS } from '#src/commands/bench/bench-options.js';
import { GENERATE_FLAGS } from '#src/commands/generate/generate-options.js';
import { dataDictionaryText, withSample } from '../../scripts/docs-text.js';
import { document } from './markdown.js';

const FRESH = 'npm run build && node scripts/write-docs.js writes it anew';

describe('documents', () => {
  it('have the data dictionary generated from the column catalogue', () => {
    assert.equal(document('docs/data-dictionary.md'), dataDictionaryText(), FRESH);
  });

  it('show three records exactly as the simulator makes them', () => {
    const reference = document('docs/reference.md');
    assert.equal(reference, withSample(reference), FRESH);
    assert.ok(!withSample(reference).includes('undefined'));
  });

  const tables = { 'Flags of `fleetgen generate`': GENERATE_FLAGS, 'Measuring a machine': BENCH_FLAGS };
  for (const [heading, known] of Object.entries<Record<string, Options>>(tables)) {
    it(`list every flag under "${heading}" with its letter and its default, and no other`, () => {
      const [, rest = ''] = document('docs/reference.md').split(`## ${heading}\n`);
      const [section = ''] = rest.split('\n## ');
      const rows = [...section.matchAll(/^\| `--([a-z-]+)[^`]*`(?:, `-([a-z])`)? \| ([^|]+) \|/gm)];
      const listed = rows.map((row) => [row[1], row[2] ?? '', row[3]?.trim()]);
      const flags = Object.entries(known).map(([name, flag]) => [
        name,
        flag.alias ?? '',
        flag.defaultDescription ?? '',
      ]);
      assert.deepEqual(listed.sort(), flags.sort());
    });
  }
});
