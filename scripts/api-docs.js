// Pages of the library's API from its comments, in api/: npm run docs:api. They are not committed.
//
// typedoc uses the compiler's JavaScript API, which TypeScript 7, the compiler of this project, no longer has: the newest typedoc
// works with TypeScript up to 6.0. So both come by npx and are no development dependencies; the sources compile with either.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const packages = ['typedoc@0.28.20', 'typescript@6.0'].map((name) => `--package=${name}`);
// Types of scenarios and of internal events are described by their own documents.
const checks = ['--treatWarningsAsErrors', '--validation.notExported', 'false'];
const pages = ['--entryPoints', 'src/index.ts', '--out', 'api', '--name', 'fleetgen', '--readme', 'docs/library.md'];
const { status } = spawnSync('npx', ['--yes', ...packages, 'typedoc', ...pages, ...checks], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
