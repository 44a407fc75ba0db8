/**
 * Result rows as JSON, one object per line. Numbers keep PostgreSQL's digits, so bigint and numeric lose no precision.
 */
import type { Cell, ResultColumn, ResultPrinter } from './db-results.js';
import { isNumeric } from './db-types.js';

const BOOLEAN = 16;
const JSON_TYPES = [114, 3802];

export function createJsonPrinter(): ResultPrinter {
  let columns: readonly ResultColumn[] = [];
  let keys: string[] = [];
  return {
    begin(found) {
      columns = found;
      keys = found.map(({ name }) => JSON.stringify(name));
      return '';
    },
    row: (cells) => `{${cells.map((cell, i) => `${keys[i]}:${jsonOf(cell, columns[i]!.type)}`).join(',')}}\n`,
    end: () => '',
  };
}

function jsonOf(cell: Cell, type: number): string {
  if (cell === null) return 'null';
  if (type === BOOLEAN) return cell === 't' ? 'true' : 'false';
  if (JSON_TYPES.includes(type)) return cell.replace(/\n\s*/g, ' ');
  // NaN and Infinity are numbers to PostgreSQL only.
  return isNumeric(type) && /\d/.test(cell) ? cell : JSON.stringify(cell);
}
