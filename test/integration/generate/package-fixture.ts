/** The packed package as a user has it: installed in an empty folder, with the programs that its documents show. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../docs/markdown.js';

export const run = promisify(execFile);

/** Packs the package and installs it as docs/library.md says; returns the folder. */
export async function installPackage(install: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-package-'));
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT });
  await run('npm', ['init', '--yes'], { cwd: folder });
  const env = {
    ...process.env,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  await run('bash', ['-ec', install], { cwd: folder, env });
  return folder;
}

export function removePackage(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Under the strictest flags, with the types of Node.js and of no other package. */
const STRICT = [
  ...['strict', 'noUncheckedIndexedAccess', 'exactOptionalPropertyTypes', 'noPropertyAccessFromIndexSignature'],
  ...['verbatimModuleSyntax', 'noImplicitReturns', 'noUnusedLocals', 'noUnusedParameters', 'isolatedModules'],
];

/** Compiles programs (by name, without ending) in the folder, each to a NAME.mjs. */
export async function compile(folder: string, programs: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of programs) await writeFile(join(folder, `${name}.mts`), text);
  const flags = [...STRICT.map((flag) => `--${flag}`), '--skipLibCheck', 'false'];
  const types = ['--types', 'node', '--typeRoots', fileURLToPath(new URL('node_modules/@types', ROOT))];
  const target = ['--module', 'nodenext', '--target', 'es2023'];
  const tsc = fileURLToPath(new URL('node_modules/.bin/tsc', ROOT));
  const files = [...programs.keys()].map((name) => `${name}.mts`);
  await run(tsc, [...flags, ...target, ...types, ...files], { cwd: folder }).catch((error: { stdout: string }) =>
    assert.fail(error.stdout),
  );
}

/** Runs a program in a folder of its own, which it finds empty. */
export async function runAlone(folder: string, name: string): Promise<string> {
  const empty = join(folder, `run-${name}`);
  await mkdir(empty);
  const { stdout } = await run(process.execPath, [join(folder, `${name}.mjs`)], { cwd: empty, maxBuffer: 1e8 });
  return stdout;
}

const FROM_NODE: Readonly<Record<string, string>> = {
  createWriteStream: 'node:fs',
  pipeline: 'node:stream/promises',
};

/**
 * The examples in the comments of the package's public types, as programs: each with the imports of what it uses and, where
 * it uses one, an opened dataset.
 */
export async function examples(folder: string): Promise<Map<string, string>> {
  const dist = join(folder, 'node_modules/fleetgen/dist');
  const publicNames = Object.keys((await import('#src/index.js')) as object);
  const programs = new Map<string, string>();
  for (const file of await readdir(dist, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const text = await readFile(join(dist, file), 'utf8');
    for (const [, comment] of text.matchAll(/@example\n((?:\s*\*(?!\/).*\n)+)/g)) {
      const code = comment!.replaceAll(/^\s*\* ?/gm, '');
      const opened = code.includes('const dataset =')
        ? ''
        : 'const dataset = await openDataset({ vehicles: 20, days: 1, seed: 7 });\n';
      const body = `${/\bdataset\b/.test(code) ? opened : ''}${code}`;
      const uses = (name: string) => new RegExp(`(?<![.\\w])${name}\\b`).test(body);
      const names = publicNames.filter(uses).join(', ');
      const imports = Object.entries(FROM_NODE).filter(([name]) => uses(name));
      const lines = imports.map(([name, from]) => `import { ${name} } from '${from}';\n`).join('');
      programs.set(`example-${programs.size}`, `${lines}import { ${names} } from 'fleetgen';\n\n${body}`);
    }
  }
  return programs;
}
