/** A text file as lines, however it is cut into the pieces that are read. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileLines } from '#src/read/text-lines.js';

/** Files are read in pieces of this size, which is also the longest line there may be. */
const PIECE = 1 << 20;

describe('the lines of a text file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetgen-lines-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(content: string | Buffer, name = 'file.csv'): Promise<string[]> {
    const path = join(folder, name);
    await writeFile(path, content);
    return linesOf(path);
  }

  async function linesOf(path: string): Promise<string[]> {
    const lines: string[] = [];
    for await (const block of fileLines(path, 'CSV')) lines.push(...block.map(String));
    return lines;
  }

  it('are none in an empty file', async () => {
    assert.deepEqual(await read(''), []);
  });

  it('include blank ones, so that they can be counted', async () => {
    assert.deepEqual(await read('\n\r\na\n\nb'), ['', '', 'a', '', 'b']);
  });

  it('are whole where a piece ends within them', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i}:${'x'.repeat(i % 163)}`);
    const text = lines.join('\n');
    assert.ok(text.length > 2 * PIECE);
    assert.deepEqual(await read(text), lines);
    assert.deepEqual(await read(gzipSync(text), 'file.csv.gz'), lines);
  });

  it('lose a carriage return that is the last byte of a piece', async () => {
    const line = 'x'.repeat(PIECE - 1);
    assert.deepEqual(await read(`${line}\r\nnext\r\n`), [line, 'next']);
  });

  it('keep a carriage return that ends no line', async () => {
    assert.deepEqual(await read('first\na\rb\r\n'), ['first', 'a\rb']);
  });

  it('end with line feeds, not with carriage returns alone', async () => {
    await assert.rejects(read('a\rb\r'), { code: 'BAD_FILE', exitCode: 2, message: /use line feeds$/ });
  });

  it('lose a byte-order mark on the first of them alone', async () => {
    assert.deepEqual(await read('\ufeffa\n\ufeffb\n'), ['a', '\ufeffb']);
    assert.deepEqual(await read('\ufeffa'), ['a']);
  });

  it('may be a mebibyte long, and no longer', async () => {
    const longest = 'x'.repeat(PIECE);
    assert.deepEqual(await read(`a\n${longest}`), ['a', longest]);
    await assert.rejects(read(`a\n${longest}x`), {
      code: 'BAD_FILE',
      exitCode: 2,
      message: /has a line of over 1048576 bytes: it is not CSV of records$/,
    });
  });

  it('may begin with the mark of a compression or of UTF-16 after the first', async () => {
    const marks = [gzipSync('a').subarray(0, 3), Buffer.from([0xff, 0xfe])];
    for (const mark of marks) {
      assert.equal((await read(Buffer.concat([Buffer.from('a\n'), mark]))).length, 2);
      await assert.rejects(read(Buffer.concat([mark, Buffer.from('\na')])), { code: 'BAD_FILE', exitCode: 2 });
    }
  });

  for (const [what, name, error] of [
    ['a file that is not there', 'none.csv', { code: 'NO_FILE', exitCode: 2 }],
    ['a compressed file that is not there', 'none.csv.gz', { code: 'NO_FILE', exitCode: 2 }],
    ['a name that is too long', `${'x'.repeat(300)}.csv`, { code: 'NO_FILE', exitCode: 2 }],
    ['a file in a file', 'file.csv/a.csv', { code: 'NO_FILE', exitCode: 2 }],
    ['a folder', '.', { code: 'NO_FILE', exitCode: 2 }],
  ] as const) {
    it(`are not those of ${what}`, () => assert.rejects(linesOf(join(folder, name)), error));
  }

  it('end with an error where a compressed file is cut short, after those before', async () => {
    const whole = gzipSync(Array.from({ length: 500_000 }, (_, i) => i).join('\n'));
    const path = join(folder, 'cut.csv.gz');
    await writeFile(path, whole.subarray(0, -9));
    let lines = 0;
    const count = async () => {
      for await (const block of fileLines(path, 'CSV')) lines += block.length;
    };
    await assert.rejects(count, { code: 'BAD_GZIP', exitCode: 1, message: /cut\.csv\.gz is not a complete gzip file/ });
    assert.ok(lines > 0 && lines < 500_000, `${lines} lines`);
  });
});
