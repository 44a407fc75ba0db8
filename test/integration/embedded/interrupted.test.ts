/** Ctrl-C while the embedded server starts. The start never finishes: it waits for WAL that never arrives. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FleetgenError } from '#src/base/errors.js';
import { openEmbedded } from '#src/embedded/open.js';
import { embeddedStatus } from '#src/embedded/status.js';
import { resetEmbedded } from '#src/embedded/stop.js';
import { CLI } from '../../cli/run-cli.js';

const USER_SCRIPT = fileURLToPath(new URL('./embedded-user.js', import.meta.url));
const START_SCRIPT = fileURLToPath(new URL('../../../scripts/start.js', import.meta.url));
const REASON = new FleetgenError('INTERRUPTED', 'enough', 130);
let parent: string;
let home: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fleetgen-interrupted-'));
  await chmod(parent, 0o755);
  home = join(parent, 'home');
  await (await openEmbedded({ home })).stop();
  const { dataFolder } = await embeddedStatus(home);
  await appendFile(join(dataFolder, 'postgresql.auto.conf'), "restore_command = 'sleep 600'\n");
  await writeFile(join(dataFolder, 'recovery.signal'), '');
});
afterEach(async () => {
  await resetEmbedded(home);
  await rm(parent, { recursive: true, force: true });
});

async function untilStarting(): Promise<void> {
  while (!(await embeddedStatus(home)).running);
}

async function isRunning(): Promise<boolean> {
  return (await embeddedStatus(home)).running;
}

test('an aborted start leaves no server, and releases the lock', async () => {
  const starter = new AbortController();
  const starting = assert.rejects(openEmbedded({ home, signal: starter.signal }), (error) => error === REASON);
  await untilStarting();
  const waiter = new AbortController();
  const waiting = assert.rejects(openEmbedded({ home, signal: waiter.signal }), (error) => error === REASON);
  waiter.abort(REASON);
  await waiting;
  assert.equal(await isRunning(), true);
  starter.abort(REASON);
  await starting;
  assert.equal(await isRunning(), false);
});

test('aborting the wait for a server that a killed process was starting stops the server', async () => {
  const child = spawn(process.execPath, [USER_SCRIPT, home], { stdio: 'ignore' });
  await untilStarting();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const controller = new AbortController();
  const opening = assert.rejects(openEmbedded({ home, signal: controller.signal }), (error) => error === REASON);
  // From its lease on, the opening waits for the server.
  const own = async () => (await readdir(join(home, 'leases'))).some((name) => name.startsWith(`${process.pid}-`));
  while (!(await own()));
  assert.equal(await isRunning(), true);
  controller.abort(REASON);
  await opening;
  assert.equal(await isRunning(), false);
});

for (const [name, args, signal, exitCode] of [
  ['generate', [CLI, 'generate', '--rows', '1000'], 'SIGINT', 130],
  ['generate', [CLI, 'generate', '--rows', '1000'], 'SIGHUP', 129],
  ['verify', [CLI, 'verify'], 'SIGTERM', 143],
  ['npm start', [START_SCRIPT], 'SIGINT', 130],
] as const) {
  test(`${signal} ends ${name} with ${exitCode} and without a server`, async () => {
    const child = spawn(process.execPath, args, {
      cwd: parent,
      env: { ...process.env, FLEETGEN_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    await untilStarting();
    child.kill(signal);
    assert.deepEqual(await once(child, 'close'), [exitCode, null]);
    assert.match(stderr, name === 'verify' ? /^fleetgen: interrupted\n$/ : /^fleetgen: interrupted: [^\n]+\n$/);
    assert.equal(await isRunning(), false);
  });
}
