/** Words and values in messages. */
import { getSystemErrorMap } from 'node:util';

/** The noun as it stands after the count: 1 vehicle, 2 vehicles, 0 vehicles. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** One line of at most so many characters. */
export function shortened(text: string, most = 60): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most - 3)}...` : line;
}

const MOST_QUOTED = 40;

/** What a file holds, for an error: in quotes, on one line, and not too long. */
export function shownValue(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED - 3)}...` : text);
}

/** What the system refused, as people say it: "permission denied" for EACCES; the error's own message where it is not the system's. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? error.message;
}
