/** docs/nightly.md: how fleetgen is installed on a machine, and how cron, systemd and a container run it. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { findFreePort } from '#src/embedded/free-port.js';
import { runProgram } from '../../cli/run-cli.js';
import { blockOf, document, ROOT } from '../../docs/markdown.js';
import { query, startServer, type TestServer } from '../postgres-fixture.js';
import { createReader, type Reader, smaller } from './document-fixture.js';

const PAGE = 'docs/nightly.md';
const LESS = { 'vehicles 500': 'vehicles 3', 'days 30': 'days 2' };
const INSTALL = 'Getting it onto a machine';
const { version } = JSON.parse(document('package.json')) as { version: string };

describe("docs/nightly.md's commands", () => {
  let server: TestServer;
  let reader: Reader;
  let url: string;
  /** Stands for /usr/local. */
  let prefix = '';
  let npm: Record<string, string>;
  before(async () => {
    server = await startServer();
    url = await server.database();
    reader = await createReader();
    await reader.useDatabase(url);
    prefix = join(reader.folder, 'local');
    npm = { npm_config_prefix: prefix, npm_config_prefer_offline: 'true', PATH: process.env.PATH! };
    const pack = await runProgram('npm', ['pack', '--silent', '--pack-destination', reader.folder], {
      cwd: new URL('.', ROOT).pathname,
    });
    assert.equal(pack.code, 0, pack.stderr);
    const { code, stderr } = await reader.shell(line('npm'), npm);
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    await server.stop();
    await reader.remove();
  });
  const installed = join('bin', 'fleetgen');
  /** The page's command of that name. */
  const line = (name: string): string => {
    const found = blockOf(PAGE, 'sh', INSTALL)
      .split('\n')
      .find((each) => each.startsWith(`${name} `));
    assert.ok(found !== undefined, `${PAGE} does not say how ${name} does it`);
    return found;
  };
  const filled = async () => {
    const [found] = await query(
      url,
      `SELECT count(*)::int > 1000 AS filled, max(recorded_at) < now() AS past FROM fleet_telemetry`,
    );
    await query(url, 'DROP TABLE fleet_telemetry, fleet_telemetry_vehicle');
    return found;
  };

  it('install it with npm', async () => {
    const { stdout } = await runProgram(join(prefix, installed), ['--version']);
    assert.equal(stdout.trim(), version);
  });

  it('run it with npx', async () => {
    const { code, stdout, stderr } = await reader.shell(line('npx'), npm);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim(), version);
  });

  it('build an image of it', async () => {
    const text = blockOf(PAGE, 'dockerfile', INSTALL);
    const steps = text
      .trimEnd()
      .replaceAll('\\\n', '')
      .split('\n')
      .map((line) => /^(?<word>[A-Z]+) (?<rest>.*)$/.exec(line)!.groups!);
    assert.deepEqual(
      steps.map(({ word }) => word),
      ['FROM', 'COPY', 'RUN', 'USER', 'ENTRYPOINT'],
    );
    const [from, copy, run, , entry] = steps.map(({ rest }) => rest!);
    assert.match(from!, /^node:24-slim$/);
    // The image's own file system, below a folder.
    const image = join(reader.folder, 'image');
    await mkdir(join(image, 'tmp'), { recursive: true });
    const [source, to] = copy!.split(' ');
    await copyFile(join(reader.folder, source!), join(image, to!, source!));
    const env = { ...npm, npm_config_prefix: join(image, 'local'), HOME: reader.folder };
    const built = await reader.shell(smaller(run!, { '/tmp/': `${join(image, 'tmp')}/` }), env);
    assert.equal(built.code, 0, built.stderr);
    const [program] = JSON.parse(entry!) as [string];
    const job = parse(blockOf(PAGE, 'yaml', 'Kubernetes'));
    const [{ command, args }] = job.spec.jobTemplate.spec.template.spec.containers;
    assert.deepEqual(command, [program]);
    const flags = smaller(args.join('\n'), {
      'vehicles=500': 'vehicles=3',
      'days=30': 'days=2',
      ':9464': `:${await findFreePort()}`,
    });
    const done = await runProgram(join(image, 'local', 'bin', program), flags.split('\n'), {
      env: { HOME: reader.folder, PGSERVICE: 'warehouse' },
    });
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(await filled(), { filled: true, past: true });
  });

  it('run it from cron, which prints nothing', async () => {
    const lines = blockOf(PAGE, 'cron', 'cron')
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    const set = lines.slice(0, -1).map((line) => /^([A-Z]+)=(.*)$/.exec(line)!.slice(1) as [string, string]);
    const [, when, command] = /^((?:[\d*/,-]+ ){5})(.*)$/.exec(lines.at(-1)!)!;
    assert.ok(when !== undefined && command !== undefined);
    assert.ok(!command.includes('%'), 'cron takes % for the end of the line');
    // The variables that cron sets itself, according to crontab(5), and then those of the crontab.
    const own = {
      HOME: reader.folder,
      LOGNAME: 'fleet',
      SHELL: '/bin/sh',
      PATH: '/usr/bin:/bin',
      ...Object.fromEntries(set),
    };
    const local = smaller(own.PATH, { '/usr/local/bin': join(prefix, 'bin') });
    // Node is installed into /usr/local/bin in the same way as npm's commands, or is in /usr/bin.
    await symlink(process.execPath, join(prefix, 'bin', 'node'));
    const env = Object.entries({ ...own, PATH: local }).map((pair) => pair.join('='));
    const { code, stdout, stderr } = await runProgram('env', ['-i', ...env, own.SHELL, '-c', smaller(command, LESS)]);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(await filled(), { filled: true, past: true });
  });

  it('run it from systemd', async () => {
    const units = join(reader.folder, 'units');
    await mkdir(units);
    const files: string[] = [];
    for (const words of ['[Service]', '[Timer]']) {
      const text = blockOf(PAGE, 'ini', 'systemd', words);
      const name = /^# \/etc\/systemd\/system\/(\S+)\n/.exec(text)![1]!;
      files.push(join(units, name));
      // systemd looks in its own folders, where no test installs anything.
      await writeFile(files.at(-1)!, text.replace('ExecStart=fleetgen', `ExecStart=${join(prefix, installed)}`));
    }
    const alert = '[Service]\nType=oneshot\nExecStart=/bin/true\n';
    await writeFile(join(units, 'alert@.service'), alert);
    const verified = await runProgram('systemd-analyze', ['verify', ...files]);
    assert.deepEqual(verified, { code: 0, stdout: '', stderr: '' });

    const service = await readFile(files[0]!, 'utf8');
    // A unit that is restarted only fails, and triggers OnFailure, when the limit is reached within its interval.
    const setting = (name: string) => new RegExp(`^${name}=(\\d+)(h|min)?$`, 'm').exec(service)!;
    const minutes = (name: string) => Number(setting(name)[1]) * (setting(name)[2] === 'h' ? 60 : 1);
    const attempt = minutes('TimeoutStartSec') + minutes('RestartSec');
    assert.ok(minutes('StartLimitIntervalSec') > Number(setting('StartLimitBurst')[1]) * attempt);
    const [, command] = /^ExecStart=(.*)$/m.exec(service)!;
    const [, environment] = /^Environment=(.*)$/m.exec(service)!;
    const done = await reader.shell(
      `${environment} ${smaller(command!, { ...LESS, 'port 9464': `port ${await findFreePort()}` })}`,
      {
        PGSERVICE: '',
      },
    );
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(await filled(), { filled: true, past: true });
  });
});
