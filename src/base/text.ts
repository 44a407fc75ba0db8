/** Nouns and values in messages. */
import { getSystemErrorMap } from 'node:util';

/** The noun in the form that follows the count: 1 vehicle, 2 vehicles, 0 vehicles. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

const MOST_SHOWN = 60;
const MOST_QUOTED = 40;

/** At most `most` characters, with dots for what is cut off. */
export function cut(text: string, most = MOST_SHOWN): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** The same on one line. */
export function shortened(text: string): string {
  return cut(text.replace(/\s+/g, ' '));
}

/** A file's text for an error message: quoted, on one line, shortened. */
export function shownValue(text: string): string {
  return JSON.stringify(cut(text, MOST_QUOTED));
}

/** A system error in words: "permission denied" for EACCES; the error's own message if it is not a system error. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? error.message;
}
