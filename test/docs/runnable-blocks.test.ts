/** Everything that a document tells its readers to run is run by a test. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { blocksOf, document, ROOT } from './markdown.js';

const RUNNABLE = ['sh', 'bash', 'console', 'js', 'ts', 'sql', 'cron', 'dockerfile', 'ini'];

/** Tests without a list here run all blocks of their page; the others run each of the listed ones. */
const TESTS: Readonly<Record<string, { readonly by: readonly string[]; readonly blocks?: readonly string[] }>> = {
  'README.md': { by: ['integration/docs/document-commands'] },
  'docs/library.md': { by: ['integration/generate/package'] },
  'docs/reference.md': { by: ['integration/docs/document-commands'] },
  'docs/scenario.md': { by: ['integration/docs/document-commands'] },
  'docs/files.md': { by: ['readers/readers'] },
  'docs/python.md': { by: ['python/package'] },
  'docs/questions.md': { by: ['integration/docs/document-commands', 'integration/docs/questions'] },
  'SECURITY.md': {
    by: ['integration/postgres/connect/grants'],
    blocks: ['sql, What a role needs on your server', 'sql, What a role needs on your server'],
  },
  'docs/nightly.md': {
    by: ['integration/docs/nightly-commands', 'integration/docs/nightly-machines'],
    blocks: [
      'bash, A table that is rebuilt every night',
      'bash, When it fails',
      'sql, Going back to a kept table',
      'sql, Going back to a kept table',
      'sh, Getting it onto a machine',
      'dockerfile, Getting it onto a machine',
      'cron, cron',
      'ini, systemd',
      'ini, systemd',
      'sql, Alerts',
      'bash, Several machines',
    ],
  },
};
/** Its steps need Kafka and Spark: test/streaming runs these. */
const STREAMING = 'docs/streaming.md';

describe('commands in the documents', () => {
  const docs = readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const pages = ['README.md', 'SECURITY.md', ...docs]
    .map((page) => ({ page, blocks: blocksOf(document(page)).filter(({ language }) => RUNNABLE.includes(language)) }))
    .filter(({ page, blocks }) => blocks.length > 0 && page !== STREAMING);

  it('appear on exactly these pages', () => {
    assert.deepEqual(pages.map(({ page }) => page).sort(), Object.keys(TESTS).sort());
  });

  for (const { page, blocks } of pages) {
    it(`of ${page} are run by a test`, () => {
      const { by, blocks: known } = TESTS[page]!;
      for (const test of by) assert.ok(document(`test/${test}.test.ts`).includes(page), test);
      if (known)
        assert.deepEqual(
          blocks.map(({ language, heading }) => `${language}, ${heading}`),
          known,
        );
    });
  }
});
