/** What the system refused, as people say it. */
import { getSystemErrorMap } from 'node:util';

/** "permission denied" for EACCES; the error's own message where it is none of the system's. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1] ?? error.message;
}
