/** The lines of a text file, compressed or not. */
import { createReadStream } from 'node:fs';
import { CODECS } from '../base/compression/codecs.js';
import { COMPRESSIONS, type Compression, compressionOf } from '../base/compression/compression.js';
import { FleetgenError, requestError, runError } from '../base/errors.js';
import { requireCompression, systemReadError } from './read-error.js';

const READ_BYTES = 1 << 20;
/** A longer line is no row; the file is then not of this kind. */
const LONGEST_LINE = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** UTF-16 in either order, as spreadsheets and PowerShell write it. */
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * Blocks of lines without their ends; decompressed where the name's ending says so. Throws FleetgenError when the file
 * can't be read, or is not text of this `format`, whose name the message gives.
 */
export async function* fileLines(path: string, format: string): AsyncGenerator<readonly Buffer[]> {
  const codec = compressionOf(path);
  const compression: Compression | undefined = codec && COMPRESSIONS[codec];
  if (codec !== undefined) requireCompression(path, codec);
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  const pieces: AsyncIterable<Buffer> = codec ? CODECS[codec].decompress(file, READ_BYTES) : file;
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  try {
    for await (const piece of pieces) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const lines: Buffer[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        lines.push(bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end));
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > LONGEST_LINE) {
        throw requestError(
          'BAD_FILE',
          `${path} has a line of over ${LONGEST_LINE} bytes: it is not ${format} of records`,
        );
      }
      if (lines.length === 0) continue;
      if (first) lines[0] = firstLine(lines[0]!, path);
      first = false;
      yield lines;
    }
    if (rest.length > 0) yield [first ? firstLine(rest, path) : rest];
  } catch (error) {
    throw readError(path, compression, error);
  } finally {
    file.destroy();
  }
}

function firstLine(line: Buffer, path: string): Buffer {
  for (const { name, ending, mark } of Object.values(COMPRESSIONS)) {
    if (!line.subarray(0, mark.length).equals(mark)) continue;
    throw requestError('BAD_FILE', `${path} is compressed with ${name}: give it a name that ends in ${ending}`);
  }
  if (UTF_16_MARKS.some((mark) => mark.equals(line.subarray(0, 2)))) {
    throw requestError('BAD_FILE', `${path} is UTF-16: save it as UTF-8`);
  }
  if (line.includes(CARRIAGE_RETURN)) {
    throw requestError('BAD_FILE', `${path} ends its lines with carriage returns only: use line feeds`);
  }
  return BYTE_ORDER_MARK.equals(line.subarray(0, 3)) ? line.subarray(3) : line;
}

function readError(path: string, compression: Compression | undefined, error: unknown): Error {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (compression !== undefined && /^Z(?:STD)?_/.test(code ?? '')) {
    const { name } = compression;
    return runError(
      `BAD_${name.toUpperCase()}`,
      `${path} is not a complete ${name} file (${message}): copy it or create it again`,
      error,
    );
  }
  return systemReadError(path, error);
}
