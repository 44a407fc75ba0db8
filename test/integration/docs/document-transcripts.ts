/**
 * Blocks of the documents that show commands, with or without what they print, run in one shell as they are written.
 */
import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import type { Block } from '../../docs/markdown.js';
import type { Reader } from './document-fixture.js';

interface Command {
  readonly text: string;
  /** The output that the document shows below it, if any. */
  readonly shown: string;
}

const MARK = '@@ next command @@';

/**
 * Runs the block. In `sh` every command has to succeed; in `console` those whose output is shown have to print it, and
 * the others have to succeed. Rates, times and ports are whatever they are.
 */
export async function runBlock(reader: Reader, block: Block): Promise<void> {
  if (block.language === 'sh') {
    const { code, stderr } = await reader.shell(`set -e -o pipefail\n${block.text}`);
    assert.equal(code, 0, stderr);
    return;
  }
  const commands = commandsOf(block.text);
  assert.ok(commands.length > 0, `no command in ${block.text}`);
  const script = commands.map(({ text, shown }) => (shown === '' ? `${text} || echo "exit code $?"` : text));
  const { stdout } = await reader.shell(`exec 2>&1\n${script.join(`\necho '${MARK}'\n`)}`);
  const outputs = stdout.split(`${MARK}\n`);
  for (const [i, { text, shown }] of commands.entries()) {
    const printed = outputs[i] ?? '';
    if (shown === '') assert.doesNotMatch(printed, /exit code/, text);
    else assert.deepEqual(linesOf(printed), linesOf(shown), text);
  }
}

/** A command continues over lines until its quotes are closed. */
function commandsOf(text: string): Command[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const lines = part.split('\n');
      let length = 1;
      while (isOpen(lines.slice(0, length).join('\n')) && length < lines.length) length++;
      return { text: lines.slice(0, length).join('\n'), shown: lines.slice(length).join('\n').trim() };
    });
}

function isOpen(command: string): boolean {
  return /["']/.test(command.replaceAll(/'[^']*'|"[^"]*"/g, '')) || command.endsWith('\\');
}

/** In any order, as the two programs of a pipe print independently. */
function linesOf(output: string): string[] {
  return output
    .replaceAll(/ in [^(\n]+ \([\d,]+ rows\/s\)/g, ' in a while')
    .replaceAll(/(127\.0\.0\.1):\d{2,5}\//g, '$1:PORT/')
    .replaceAll(`postgresql://${userInfo().username}@`, 'postgresql://root@')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}
