/** In the packed package every link of its documents works, and the scripts that they call are included. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';
import { before, describe, it } from 'node:test';
import { anchorsOf, blocksOf, document, linksOf, ROOT } from './markdown.js';

describe('the documents of the package', () => {
  let packed: ReadonlyMap<string, number>;
  let pages: readonly string[];
  before(() => {
    // Without scripts, as prepack would rebuild dist/ under running tests.
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(told) as [{ files: { path: string; mode: number }[] }];
    packed = new Map(files.map(({ path, mode }) => [path, mode]));
    pages = [...packed.keys()].filter((path) => path.endsWith('.md'));
  });

  it('are complete', () => {
    for (const page of ['README.md', 'SECURITY.md', 'docs/nightly.md', 'docs/streaming.md']) {
      assert.ok(pages.includes(page), page);
    }
  });

  it('link only to files in the package', () => {
    const links = pages.flatMap((page) => linksOf(document(page)).map((target) => [page, target] as const));
    assert.ok(links.length > 20);
    const broken = links.filter(([page, target]) => !leads(page, target));
    assert.deepEqual(broken, []);
  });

  it('call only scripts that are in the package and executable', () => {
    const called = pages
      .filter((page) => page.startsWith('docs/'))
      .flatMap((page) => blocksOf(document(page)))
      .flatMap(({ text }) =>
        [...text.matchAll(/(?<![\w./])(?:scripts|spark)\/[\w-]+[\w./-]*\.(?:js|sh|py|env|properties)/g)].map(
          ([path]) => path,
        ),
      );
    assert.ok(called.includes('scripts/kafka.sh'));
    for (const path of new Set(called)) {
      const mode = packed.get(path);
      assert.ok(mode !== undefined && (path.endsWith('.js') || (mode & 0o111) !== 0), path);
    }
  });

  it('exclude files that only a checkout needs', () => {
    const needless = [...packed.keys()].filter((path) =>
      /^(?!dist\/).*\.ts$|^test\/|^python\/|__pycache__|\.tsbuildinfo$/.test(path),
    );
    assert.deepEqual(needless, []);
  });

  function leads(page: string, target: string): boolean {
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? page : posix.join(posix.dirname(page), file);
    if (!packed.has(path)) return false;
    return anchor === undefined || anchorsOf(document(path)).includes(anchor);
  }
});
