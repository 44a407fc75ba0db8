import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgressLines } from '#src/run/progress/progress-lines.js';
import { runProgram } from '../../cli/run-cli.js';

const PROGRESS = { phase: 'rows', totalRows: 30_000_000 } as const;

describe('progress in lines', () => {
  it('comes every ten seconds, and not before', () => {
    let clock = 5000;
    const said: string[] = [];
    const lines = new ProgressLines(
      (line) => said.push(`${clock / 1000}: ${line}`),
      undefined,
      () => clock,
    );
    for (; clock <= 40_000; clock += 100) {
      const seconds = clock / 1000 - 5;
      // A pause of 12 s, as of a machine that sleeps, is not made up for.
      if (seconds > 20 && seconds < 32) continue;
      lines.update({ ...PROGRESS, rows: seconds * 600_000, bytes: seconds * 60_000_000, seconds });
    }
    lines.end();
    assert.deepEqual(said, [
      '15: 6,000,000 of 30,000,000 rows (20 %), 600k rows/s, about 40 s left\n',
      '25: 12,000,000 of 30,000,000 rows (40 %), 600k rows/s, about 30 s left\n',
      '37: 19,200,000 of 30,000,000 rows (64 %), 600k rows/s, about 18 s left\n',
    ]);
  });

  it('counts from the beginning, planning included', () => {
    let clock = 0;
    const said: string[] = [];
    const lines = new ProgressLines(
      (line) => said.push(line),
      undefined,
      () => clock,
    );
    clock = 60_000;
    for (const seconds of [0, 0.1]) lines.update({ ...PROGRESS, rows: 0, bytes: 0, seconds });
    assert.deepEqual(said, ['0 of 30,000,000 rows, starting\n']);
  });

  it('comes from a real load', async () => {
    const program = fileURLToPath(new URL('load-with-lines.js', import.meta.url));
    const { code, stdout, stderr } = await runProgram(process.execPath, [program]);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    const lines = stderr.trimEnd().split('\n');
    const shape =
      /^(0 of 1,500,000 rows, starting|[\d,]+ of 1,500,000 rows \(\d+ %\)(, \S+ rows\/s, about .* left)?|1,500,000 rows are in; finishing \(\S+ s\))$/;
    for (const line of lines) assert.match(line, shape);
    const rows = lines.map((line) => Number(line.split(' ')[0]!.replaceAll(',', '')));
    assert.deepEqual(
      rows,
      rows.toSorted((a, b) => a - b),
    );
    assert.ok(new Set(rows).size > 1, stderr);
  });
});
