/** Words and values in messages. */
import { getSystemErrorMap } from 'node:util';

/** The noun as it stands after the count: 1 vehicle, 2 vehicles, 0 vehicles. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

const MOST_SHOWN = 60;
const MOST_QUOTED = 40;

/** At most so many characters, with dots for what is left out. */
export function cut(text: string, most = MOST_SHOWN): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** The same on one line. */
export function shortened(text: string): string {
  return cut(text.replace(/\s+/g, ' '));
}

/** What a file holds, for an error: in quotes, on one line, and not too long. */
export function shownValue(text: string): string {
  return JSON.stringify(cut(text, MOST_QUOTED));
}

/** What the system refused, as people say it: "permission denied" for EACCES; the error's own message where it is not the system's. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? error.message;
}
