/**
 * Result rows as an aligned table or, if that is wider than the terminal, as one block per row with a line per column.
 * Widths come from the first rows; wider later rows are not aligned, so memory stays bounded.
 */
import type { Cell, ResultColumn, ResultPrinter } from './db-results.js';
import { isNumeric } from './db-types.js';

const ROWS_MEASURED = 1000;

/** `width`: columns of the terminal. */
export function createTablePrinter(width: number): ResultPrinter {
  let columns: readonly ResultColumn[] = [];
  let names: string[] = [];
  let waiting: string[][] = [];
  let format: ((cells: readonly string[], number: number) => string) | undefined;
  let count = 0;

  /** Decides the layout and returns the rows held back so far. */
  const settle = (): string => {
    const widths = names.map((name, i) => Math.max(length(name), ...waiting.map((cells) => length(cells[i]!))));
    const wide = widths.reduce((sum, each) => sum + each + 3, -1) > width;
    const first = count - waiting.length + 1;
    const rows = waiting;
    waiting = [];
    if (wide) {
      const nameWidth = Math.max(...names.map(length));
      format = (cells, number) => block(names, nameWidth, cells, number);
    } else {
      format = (cells) => line(columns, widths, cells);
    }
    const layout = format;
    const head = wide ? '' : header(names, widths);
    return head + rows.map((cells, i) => layout(cells, first + i)).join('');
  };

  return {
    begin(found) {
      columns = found;
      names = found.map(({ name }) => shown(name));
      waiting = [];
      format = undefined;
      count = 0;
      return '';
    },
    row(cells) {
      count += 1;
      const texts = cells.map(shown);
      if (format !== undefined) return format(texts, count);
      waiting.push(texts);
      return waiting.length < ROWS_MEASURED ? '' : settle();
    },
    end: () => `${format === undefined ? settle() : ''}(${count} ${count === 1 ? 'row' : 'rows'})\n\n`,
  };
}

function header(names: readonly string[], widths: readonly number[]): string {
  const titles = names.map((name, i) => ` ${centred(name, widths[i]!)} `).join('|');
  return `${titles.trimEnd()}\n${widths.map((each) => '-'.repeat(each + 2)).join('+')}\n`;
}

function line(columns: readonly ResultColumn[], widths: readonly number[], cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const gap = ' '.repeat(Math.max(0, widths[i]! - length(cell)));
    return isNumeric(columns[i]!.type) ? ` ${gap}${cell} ` : ` ${cell}${gap} `;
  });
  return `${padded.join('|').trimEnd()}\n`;
}

function block(names: readonly string[], width: number, cells: readonly string[], number: number): string {
  const title = `-[ record ${number} ]`.padEnd(width + 1, '-');
  const lines = names.map((name, i) => `${name}${' '.repeat(width - length(name))} | ${cells[i]!}`.trimEnd());
  return `${title}\n${lines.join('\n')}\n`;
}

function centred(text: string, width: number): string {
  const gap = width - length(text);
  const left = gap >> 1;
  return ' '.repeat(left) + text + ' '.repeat(gap - left);
}

/** Null as an empty cell; control characters as escapes: they would break the lines, or drive the terminal. */
function shown(cell: Cell): string {
  if (cell === null) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return cell.replace(/[\u0000-\u001f\u007f-\u009f]/g, escaped);
}

function escaped(control: string): string {
  const known: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return known[control] ?? `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Length in code points. */
function length(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
