import { COLUMNS, wrapText } from '../base/text.js';
import type { Check } from './check.js';

const STATUS_WIDTH = 8;
const NAME_WIDTH = 10;

/** A line per check, longer ones continued under their beginning, in 80 columns; ends with a line feed. */
export function checksText(checks: readonly Check[]): string {
  const indent = STATUS_WIDTH + NAME_WIDTH;
  return checks
    .flatMap(({ name, status, message }) => {
      const [first = '', ...rest] = wrapText(message, COLUMNS - indent);
      return [
        status.padEnd(STATUS_WIDTH) + name.padEnd(NAME_WIDTH) + first,
        ...rest.map((line) => ' '.repeat(indent) + line),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
