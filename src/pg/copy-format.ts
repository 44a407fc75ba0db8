/** The formats of COPY. Apart from copy-stream.ts, so that the library's types need none of pg's. */
import { PGBINARY_HEADER, PGBINARY_TRAILER } from '../encode/pgbinary.js';

const NOTHING = new Uint8Array(0);

/** By format: the option of COPY, and the bytes before and after the rows. */
export const FRAMES = {
  // No header line; an empty field is null: the dialect of encode/csv.
  csv: { name: 'csv', header: NOTHING, trailer: NOTHING },
  pgbinary: { name: 'binary', header: PGBINARY_HEADER, trailer: PGBINARY_TRAILER },
} as const satisfies Record<string, { name: string; header: Uint8Array; trailer: Uint8Array }>;

/** How rows travel to a server. */
export type CopyRowFormat = keyof typeof FRAMES;
