import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cell, ResultColumn } from '#src/commands/db/db-results.js';
import { createTablePrinter } from '#src/commands/db/db-table.js';

const INT: ResultColumn = { name: 'n', type: 23 };
const TEXT: ResultColumn = { name: 'name', type: 25 };

function printed(columns: ResultColumn[], rows: Cell[][], width = 80): string {
  const printer = createTablePrinter(width);
  return [printer.begin(columns), ...rows.map((row) => printer.row(row)), printer.end()].join('');
}

test('aligns numbers right and text left, with an empty cell for null', () => {
  const rows = [
    ['1', 'Ärger'],
    ['1000', null],
  ];
  assert.equal(printed([INT, TEXT], rows), '  n   | name\n------+-------\n    1 | Ärger\n 1000 |\n(2 rows)\n\n');
});

test('prints a table wider than the terminal as one block per row', () => {
  const table = printed([INT, TEXT], [['1', 'abc']], 11);
  assert.match(table, /^ n \| name\n/);
  assert.equal(printed([INT, TEXT], [['1', 'abc']], 9), '-[ record 1 ]\nn    | 1\nname | abc\n(1 row)\n\n');
});

test('prints the header for no rows, or nothing if it would not fit', () => {
  assert.equal(printed([INT], []), ' n\n---\n(0 rows)\n\n');
  assert.equal(printed([INT, TEXT], [], 5), '(0 rows)\n\n');
});

test('escapes control characters', () => {
  assert.match(printed([TEXT], [['a\nb\u001b[31m\u0085']]), /^ a\\nb\\x1b\[31m\\x85$/m);
});

test('keeps the layout for rows beyond the measured ones and counts them', () => {
  const rows = Array.from({ length: 2500 }, (_, i) => [String(i)]);
  const lines = printed([INT], rows).split('\n');
  assert.equal(lines[2], '   0');
  assert.equal(lines[2 + 2499], ' 2499');
  assert.equal(lines[2 + 2500], '(2500 rows)');
});

test('prints a header for each of several results', () => {
  const printer = createTablePrinter(80);
  const both = [printer.begin([INT]), printer.row(['1']), printer.end(), printer.begin([TEXT]), printer.end()].join('');
  assert.equal(both, ' n\n---\n 1\n(1 row)\n\n name\n------\n(0 rows)\n\n');
});
