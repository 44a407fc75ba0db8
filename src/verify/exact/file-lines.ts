/** The lines of a CSV file, packed or not, as bytes. A line is one row, since no value holds a line feed. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FleetgenError, requestError, runError } from '../../errors.js';
import { systemWords } from '../../system-words.js';

const READ_BYTES = 1 << 20;
/** A longer line is no row; the file is then not CSV of this kind. */
const LONGEST_LINE = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Without their line ends. Throws FleetgenError when the file can't be read. */
export async function* fileLines(path: string, gzip: boolean): AsyncGenerator<Buffer, undefined> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  const stream: Readable = gzip ? file.pipe(createGunzip({ chunkSize: READ_BYTES })) : file;
  if (stream !== file) file.on('error', (error) => stream.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        yield bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > LONGEST_LINE) {
        throw requestError('NOT_CSV', `${path} has a line of over ${LONGEST_LINE} bytes: it is no CSV of records`);
      }
    }
    if (rest.length > 0) yield rest;
  } catch (error) {
    throw readError(path, error);
  } finally {
    file.destroy();
  }
  return undefined;
}

/** The fields of one line in the dialect of RFC 4180. */
export function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function readError(path: string, error: unknown): Error {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return requestError('NO_FILE', `${path} can't be read (${systemWords(error)}): correct its name or mode`, error);
  }
  if (code?.startsWith('Z_')) {
    return runError('BAD_GZIP', `${path} is no whole gzip file (${message}): copy or make it again`, error);
  }
  return runError('READ_FAILED', `${path} can't be read (${systemWords(error)}): see the disk`, error);
}
