/** libpq's connection service file (pg_service.conf): named groups of connection parameters. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { requestError } from '../../base/errors.js';

/**
 * The parameters of a service, by libpq keyword. The user's file takes precedence over the system's. Throws a
 * requestError if no file has the service, or if one of its lines is not KEYWORD=VALUE.
 */
export function readService(
  name: string,
  env: NodeJS.ProcessEnv,
  file = env.PGSERVICEFILE ?? join(homedir(), '.pg_service.conf'),
): Record<string, string> {
  const system = join(env.PGSYSCONFDIR ?? '/etc/postgresql-common', 'pg_service.conf');
  for (const candidate of [file, system]) {
    const found = sectionOf(readText(candidate), name, candidate);
    if (found !== null) return found;
  }
  throw requestError(
    'PG_SERVICE',
    `the service "${name}" is neither in ${file} nor in ${system}: add it or name another`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function sectionOf(text: string, name: string, file: string): Record<string, string> | null {
  let section: Record<string, string> | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (section !== null) return section;
      if (line === `[${name}]`) section = {};
    } else if (section !== null) {
      const equals = line.indexOf('=');
      if (equals <= 0) {
        throw requestError('PG_SERVICE', `line ${index + 1} of ${file} is not KEYWORD=VALUE: correct it`);
      }
      section[line.slice(0, equals).trim()] ??= line.slice(equals + 1).trim();
    }
  }
  return section;
}
