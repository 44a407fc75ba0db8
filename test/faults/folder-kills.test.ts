/**
 * Loads into a folder that are killed at any moment and resumed. FLEETGEN_KILLS says how many; a dozen by default, and 100
 * by `npm run test:kills`.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, runCli } from '../cli/run-cli.js';

const KILLS = Number(process.env.FLEETGEN_KILLS ?? 12);
/** Several parts a thread. */
const ARGS = ['generate', '--scenario', 'tiny', '--rows', '1000000', '--truth', '--quiet'];

let parent = '';
const folder = (name: string) => join(parent, name);
const bytesOf = (name: string, ...path: string[]) => readFile(join(folder(name), ...path));
const manifestOf = (name: string) => readFile(join(folder(name), 'manifest.json'), 'utf8');
before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fleetgen-kills-'));
});
after(() => rm(parent, { recursive: true }));

/** As a share of the whole run: multiples of the golden ratio, so that no part of it is spared. */
const momentOf = (attempt: number): number => 0.2 + 0.8 * ((attempt * 0.618) % 1);

/** Kills the command after some milliseconds, unless it has ended by then. Returns whether it was killed. */
async function killed(name: string, ms: number): Promise<boolean> {
  const args = [CLI, ...ARGS, '--to', `${folder(name)}/`, '--if-exists', 'resume'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await Promise.race([ended, sleep(ms)]);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  return signal === 'SIGKILL';
}

it(`${KILLS} kills, each resumed, leave the folder of an undisturbed load`, { timeout: KILLS * 30_000 }, async () => {
  const started = performance.now();
  await runCli([...ARGS, '--to', `${folder('undisturbed')}/`]);
  const whole = performance.now() - started;
  const expected = await manifestOf('undisturbed');
  let kills = 0;
  let attempts = 0;
  let parts = 0;
  for (let round = 0; kills < KILLS; round++) {
    const name = `killed-${round}`;
    // Until a run is through.
    for (; kills < KILLS && (await killed(name, momentOf(attempts++) * whole)); kills++) {
      const made = await readdir(join(folder(name), 'telemetry')).catch(() => []);
      parts += made.filter((each) => !each.startsWith('.')).length;
    }
    const { code } = await runCli([...ARGS, '--to', `${folder(name)}/`, '--if-exists', 'resume']);
    assert.equal(code, 0);
    assert.equal(await manifestOf(name), expected);
    for (const table of ['telemetry', 'truth', 'vehicle']) {
      const names = (await readdir(join(folder('undisturbed'), table))).sort();
      assert.deepEqual((await readdir(join(folder(name), table))).sort(), names);
      for (const each of names)
        assert.ok((await bytesOf(name, table, each)).equals(await bytesOf('undisturbed', table, each)));
    }
    assert.ok(!existsSync(join(folder(name), '.fleetgen')));
    await rm(folder(name), { recursive: true });
  }
  assert.ok(parts > 0, 'no run was killed after its first part');
});
