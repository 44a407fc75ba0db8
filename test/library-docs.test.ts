/** The library's public names are documented where they are declared: what an editor shows, and what docs:api prints. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { document, ROOT } from './docs/markdown.js';

/** They have an @example, which test/integration/generate/package.test.ts compiles and runs. */
const MAIN = [
  ...['generate', 'openDataset', 'stream', 'verify', 'loadScenario', 'valueReader', 'tuneThreads'],
  ...['planDataset', 'createSimulator', 'createRecordSource', 'shardsOf', 'fillVehicles', 'compileCsvWriter'],
];

interface Declared {
  readonly name: string;
  readonly text: string;
}

/** What src/index.ts exports, each with the text of its declaration and the comment before it. */
function declarations(): Declared[] {
  const index = document('src/index.ts');
  return [...index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^']*)\.js';/gm)].flatMap(([, names, file]) => {
    const source = readFileSync(new URL(`src/${file}.ts`, ROOT), 'utf8');
    const words = names!.split(',').map((word) => word.trim().replace(/^type /, ''));
    return words.filter(Boolean).map((word) => {
      const name = word.replace(/ as .*/, '');
      const kinds = 'async function|function|interface|type|const|class';
      const pattern = new RegExp(`(?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?export (?:${kinds}) ${name}\\b`);
      return { name, text: pattern.exec(source)?.[0] ?? '' };
    });
  });
}

describe("the library's public names", () => {
  const declared = declarations();

  it('are all declared in modules of their own', () => {
    assert.ok(declared.length > 60, String(declared.length));
    assert.deepEqual(
      declared.filter(({ text }) => text === '').map(({ name }) => name),
      [],
    );
  });

  it('have a comment each', () => {
    assert.deepEqual(
      declared.filter(({ text }) => !text.startsWith('/**')).map(({ name }) => name),
      [],
    );
  });

  it('have an example where one is needed', () => {
    const shown = declared.filter(({ text }) => text.includes('@example')).map(({ name }) => name);
    assert.deepEqual(
      MAIN.filter((name) => !shown.includes(name)),
      [],
    );
  });
});
