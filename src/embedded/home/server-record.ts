/**
 * What is stored between runs about a home's server: where it is and how to log in. The file holds the password, so
 * only its owner may read it; it is replaced atomically, so a reader never sees a partial one.
 */
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { runError } from '../../base/errors.js';
import { type Home, unwritableHomeError } from './home.js';

export interface ServerRecord {
  /** The folder of data/, the settings and, if they had to be copied, the binaries. */
  readonly instanceFolder: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Where the binaries of the last start were. */
  readonly binFolder: string;
  /** Version of those binaries, like 18.4. */
  readonly version: string;
  /** Whether the user asked for a server that outlives the processes that use it. */
  readonly stays: boolean;
}

/** 24 random bytes in the alphabet that needs no escaping in a URL or in SQL. */
export function generatePassword(): string {
  return randomBytes(24).toString('base64url');
}

/** The record, or undefined if there is none. Throws FleetgenError if it can't be read. */
export async function readRecord(home: Home): Promise<ServerRecord | undefined> {
  let text: string;
  try {
    text = await readFile(home.recordFile, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unwritableHomeError(home, error);
  }
  try {
    const record = JSON.parse(text) as ServerRecord;
    if (typeof record.instanceFolder === 'string' && typeof record.password === 'string') return record;
  } catch {
    // Falls through to the same error as a record of another shape.
  }
  throw runError(
    'EMBEDDED_RECORD',
    `${home.recordFile} is damaged, so the password is lost: \`fleetgen db reset\` deletes the embedded server and its data`,
  );
}

export async function writeRecord(home: Home, record: ServerRecord): Promise<void> {
  const draft = `${home.recordFile}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  // Root may use another user's home, but must not lock its owner out.
  const { uid, gid } = await stat(home.folder);
  if (process.getuid?.() === 0 && uid !== 0) await chown(draft, uid, gid);
  await rename(draft, home.recordFile);
}
