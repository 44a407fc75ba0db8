/** libpq's password file (.pgpass): lines of host:port:database:user:password, first match wins. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The values that the first four fields of a line are compared with; `host` is `localhost` for a Unix socket. */
export interface PassFileQuery {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password for the query, or undefined. As in libpq, a file counts as absent if it is missing, not a regular file,
 * or accessible to group or others.
 */
export function passwordFromFile(query: PassFileQuery, file = join(homedir(), '.pgpass')): string | undefined {
  const wanted = [query.host, String(query.port), query.database, query.user];
  for (const line of readPrivate(file).split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields.length >= 5 && wanted.every((value, i) => fields[i] === '*' || unescaped(fields[i]!) === value)) {
      return unescaped(fields[4]!);
    }
  }
  return undefined;
}

function readPrivate(file: string): string {
  try {
    const { mode } = statSync(file);
    const closed = process.platform === 'win32' || (mode & 0o077) === 0;
    return closed ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** Splits at unescaped colons; the fields keep their escapes, so that `\*` is not a wildcard. */
function fieldsOf(line: string): string[] {
  return line.match(/(?:\\.|[^:\\])+|(?<=:|^)(?=:|$)/g) ?? [];
}

function unescaped(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}
