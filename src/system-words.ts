/** What the system refused, as people say it. */
import { getSystemErrorMap } from 'node:util';

/** "permission denied" for EACCES; the error's own message where it is none of the system's. */
export function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? error.message;
}
