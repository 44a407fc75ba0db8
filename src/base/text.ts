/** Nouns and values in messages. */
import { getSystemErrorMap } from 'node:util';

/** The noun in the form that follows the count: 1 vehicle, 2 vehicles, 0 vehicles. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** a, b or c */
export function alternatives(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

/** Width of a terminal that all output fits. */
export const COLUMNS = 80;

/** Lines of at most `width` columns, broken at spaces; a longer word has a line of its own. */
export function wrapText(text: string, width = COLUMNS): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const MAX_SHOWN = 60;
const MAX_QUOTED = 40;

/** At most `max` characters, with dots for what is cut off. */
export function truncate(text: string, max = MAX_SHOWN): string {
  return text.length > max ? `${text.slice(0, max - 3)}...` : text;
}

/** The same on one line. */
export function truncateLine(text: string): string {
  return truncate(text.replace(/\s+/g, ' '));
}

/** A file's text for an error message: quoted, on one line, shortened. */
export function shownValue(text: string): string {
  return JSON.stringify(truncate(text, MAX_QUOTED));
}

/** A system error in words: "permission denied" for EACCES; the error's own message if it is not a system error. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? error.message;
}
