/** README.md and docs/: every command, run as it is written by someone in the project's folder. */
import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { resetEmbedded } from '#src/embedded/stop.js';
import { type Block, blocksOf, document, ROOT } from '../../docs/markdown.js';
import { createReader, type Reader, smaller } from './document-fixture.js';
import { runBlock } from './document-transcripts.js';

const RUN = ['sh', 'bash', 'console', 'js'];
const runnable = (page: string): Block[] => blocksOf(document(page)).filter(({ language }) => RUN.includes(language));
const title = ({ heading, text }: Block): string => `${heading}: ${text.split('\n')[0]}`;

/** What npm start does once it has built. */
const START = 'node build/scripts/start.js';

/** A folder that looks like a built checkout, where only npx finds `fleetgen`, and a separate home. */
async function checkout(): Promise<Reader> {
  const reader = await createReader({ npx: true });
  for (const name of ['package.json', 'dist', 'build', 'node_modules']) {
    await symlink(fileURLToPath(new URL(name, ROOT)), join(reader.folder, name));
  }
  return reader;
}

describe("README.md's commands", () => {
  let reader: Reader;
  before(async () => {
    reader = await checkout();
  });
  after(async () => {
    await resetEmbedded(join(reader.folder, '.fleetgen'));
    await reader.remove();
  });

  for (const block of runnable('README.md')) {
    it(title(block), async () => {
      if (block.heading === 'Two lines' && block.language === 'sh') {
        // The install, the build and the tests are under way; what npm start does after its build is not.
        assert.match(block.text, /^npm ci && npm start .*\nnpm ci && npm test .*\n$/);
        const { code, stderr } = await reader.shell(START);
        assert.equal(code, 0, stderr);
      } else if (block.language === 'js') {
        await writeFile(join(reader.folder, 'library.mjs'), block.text);
        const { code, stderr } = await reader.shell('node library.mjs');
        assert.equal(code, 0, stderr);
      } else if (block.heading === 'Try it') {
        const { code, stdout, stderr } = await reader.shell(`set -e\n${block.text}`);
        assert.equal(code, 0, stderr);
        const [lines = '', ...more] = stdout.trimEnd().split('\n');
        assert.equal(lines.trim(), '1000');
        assert.equal(more.filter((line) => line.startsWith('{')).length, 3);
        assert.ok(more.includes('321408 truths compared: 0 changed, 0 missing, 0 extra, 0 doubled'), stdout);
      } else {
        await runBlock(reader, block);
      }
    });
  }
});

describe("docs/reference.md's commands", () => {
  let reader: Reader;
  before(async () => {
    reader = await checkout();
    // As a reader arrives here: after the README's first command.
    const { code, stderr } = await reader.shell(START);
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    await resetEmbedded(join(reader.folder, '.fleetgen'));
    await reader.remove();
  });
  const npx = async (args: string) => (await reader.shell(`npx fleetgen ${args}`)).stdout.trim();

  for (const block of runnable('docs/reference.md')) {
    it(title(block), async () => {
      if (block.text.includes('export PGHOST')) {
        const { port, password } = new URL(await npx('db url'));
        const known = { 'PGPORT=34467': `PGPORT=${port}`, 'PGPASSWORD=...': `PGPASSWORD=${password}` };
        await runBlock(reader, { ...block, text: smaller(block.text, known) });
      } else if (block.text.includes('sha256sum')) {
        const { stdout } = await reader.shell(block.text);
        const [whole, pieces, ...more] = stdout.trimEnd().split('\n');
        assert.match(whole!, /^[0-9a-f]{64} /);
        assert.deepEqual([pieces, ...more], [whole]);
      } else {
        await runBlock(reader, block);
      }
    });
  }
});

describe("docs/scenario.md's commands", () => {
  let reader: Reader;
  before(async () => {
    reader = await checkout();
    const files = blocksOf(document('docs/scenario.md')).filter(({ language }) => language === 'yaml');
    const vans = files.filter(({ text }) => text.includes('door_open_event'));
    assert.equal(vans.length, 1);
    await writeFile(join(reader.folder, 'vans.yaml'), vans[0]!.text);
    await writeFile(join(reader.folder, 'bad.yaml'), 'events:\n  braking_event:\n    per_houer: 3\n');
  });
  after(async () => {
    await resetEmbedded(join(reader.folder, '.fleetgen'));
    await reader.remove();
  });

  for (const block of runnable('docs/scenario.md')) {
    it(title(block), async () => {
      if (block.language === 'js') {
        await writeFile(join(reader.folder, 'library.mjs'), block.text);
        const { code, stderr } = await reader.shell('node library.mjs');
        assert.equal(code, 0, stderr);
      } else await runBlock(reader, block);
    });
  }
});

describe("docs/questions.md's load", () => {
  it('creates the table that its SQL queries', async () => {
    const reader = await checkout();
    const [block, ...more] = runnable('docs/questions.md');
    assert.deepEqual(more, []);
    await runBlock(reader, {
      ...block!,
      text: smaller(block!.text, { 5000000: '5000', 'vehicles 500': 'vehicles 5' }),
    });
    const { stdout } = await reader.shell('npx fleetgen db query "SELECT count(*) FROM fleet_telemetry_truth" --json');
    assert.deepEqual(JSON.parse(stdout), { count: 5000 });
    await resetEmbedded(join(reader.folder, '.fleetgen'));
    await reader.remove();
  });
});
