/**
 * The rules of the source tree that no compiler enforces: imports point down the pipeline, the folders that compute
 * records are pure, and files stay small. CONTRIBUTING.md explains them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * Folders and files of src in the order of the pipeline: each imports only from itself and from those before it. Read
 * from the table in CONTRIBUTING.md.
 */
const ORDER = layersOf(readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8'));

/** These import only from the source tree itself: no Node modules, no packages. */
const PURE = ['columns', 'random', 'world', 'motion', 'plan', 'simulate', 'encode'];

/** Where numbers that reach the output are made. */
const EXACT = ['random', 'world', 'motion', 'plan', 'simulate', 'encode'];

const MAX_LINES = 400;
/** Files in one folder of src: more than that can't be taken in at a glance. */
const MAX_FILES = 13;

/** What would make the output depend on the clock, the machine or the engine; each with a line that must be found. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp; readonly example: string }[] = [
  { what: 'Math.random', pattern: /\bMath\.random\b/, example: 'const u = Math.random();' },
  { what: 'the clock', pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/, example: 'const d = new Date( );' },
  {
    what: 'a function whose last bit is implementation-defined (random/exact-math.ts has exact ones)',
    pattern:
      /\bMath\.(?:a?(?:sin|cos|tan)h?|atan2|exp|expm1|log|log10|log1p|log2|pow|hypot|cbrt)\b|\bconst\s*{[^}]*\b[a-z][^}]*}\s*=\s*Math\b/,
    example: 'const a = Math.atan2(y, x);',
  },
  {
    what: 'powers but those of whole 2 and 10',
    pattern: /(?<!\b(?:2|10) )\*\*/,
    example: 'const b = e ** x;',
  },
  { what: "the machine's locale", pattern: /\.toLocale\w*|\.localeCompare\b|\bIntl\b/, example: 'n.toLocaleString()' },
  {
    what: 'a global of Node',
    pattern: /\b(?:process|Buffer|crypto|require|setTimeout|setImmediate|setInterval|fetch)\s*[.(]/,
    example: 'const b = Buffer.alloc(8);',
  },
];

function layersOf(contributing: string): string[] {
  const table = /\| folder \| what it holds \|\n([\s\S]*?)\n\n/.exec(contributing)?.[1] ?? '';
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z.-]+)\/?`/g)].map(([, name]) => name ?? ''));
}

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  return readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|js|yaml)$/.test(entry.name))
    .map((entry) => {
      const file = `${entry.parentPath}/${entry.name}`;
      return { path: relative(root, file).split(sep).join('/'), text: readFileSync(file, 'utf8') };
    });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(text: string): string[] {
  const pattern = /\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '');
}

/** The entry of ORDER that a path in src belongs to. */
function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The first cycle found in a graph, with its first node repeated at the end; empty if there is none. */
function circleIn(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    path.push(node);
    for (const target of targets.get(node) ?? []) {
      const circle = visit(target);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(node);
    return [];
  };
  for (const node of targets.keys()) {
    const circle = visit(node);
    if (circle.length > 0) return circle;
  }
  return [];
}

const src = sources('src').filter(({ path }) => path.endsWith('.ts'));

describe('source tree', () => {
  it('has a place in the pipeline for every folder', () => {
    const unplaced = src.filter(({ path }) => !ORDER.includes(layerOf(path))).map(({ path }) => path);
    assert.deepEqual(unplaced, []);
    assert.ok(src.length > 100);
  });

  it('imports down the pipeline only', () => {
    const upward = src.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => posix.join(dirname(path), name).replace(/\.js$/, '.ts'))
        .filter((target) => ORDER.indexOf(layerOf(target)) > ORDER.indexOf(layerOf(path)))
        .map((target) => `${path} imports ${target}`),
    );
    assert.deepEqual(upward, []);
  });

  it('has no circular imports', () => {
    const targets = new Map(
      src.map(({ path, text }) => [
        path,
        importsOf(text)
          .filter((name) => name.startsWith('.'))
          .map((name) => posix.join(dirname(path), name).replace(/\.js$/, '.ts')),
      ]),
    );
    assert.deepEqual(circleIn(targets), []);
    assert.deepEqual(
      circleIn(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['d']],
          ['c', []],
          ['d', ['b']],
        ]),
      ),
      ['b', 'd', 'b'],
    );
  });

  it(`has at most ${MAX_FILES} files in a folder`, () => {
    const counts = new Map<string, number>();
    for (const { path } of src) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > MAX_FILES),
      [],
    );
  });

  it('recognises every form of import', () => {
    const text = `import { a } from './a.js';
import './b.js';
export * from "./c.js"; // from './no.js'
import type { D } from 'd';
const e = await import('./e.js');`;
    assert.deepEqual(importsOf(text), ['./a.js', './b.js', './c.js', 'd', './e.js']);
  });

  it('keeps Node and packages out of the folders that compute records', () => {
    const outside = src
      .filter(({ path }) => PURE.includes(layerOf(path)))
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((name) => !name.startsWith('.'))
          .map((name) => `${path} imports ${name}`),
      );
    assert.deepEqual(outside, []);
  });

  for (const { what, pattern, example } of FORBIDDEN) {
    it(`computes records without ${what}`, () => {
      assert.match(withoutComments(example), pattern);
      const found = src
        .filter(({ path, text }) => EXACT.includes(layerOf(path)) && pattern.test(withoutComments(text)))
        .map(({ path }) => path);
      assert.deepEqual(found, []);
    });
  }

  it(`has no file over ${MAX_LINES} lines`, () => {
    const long = ['src', 'test', 'scripts', 'bench']
      .flatMap(sources)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    assert.deepEqual(long, []);
  });
});
