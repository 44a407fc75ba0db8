/**
 * The rows of a CSV file, gzipped or not, as text. fleetgen's values never contain a line break, so a line is a row;
 * lines with quotes go through fast-csv, all others are split at commas, which is many times faster.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parseString } from 'fast-csv';
import { FleetgenError, requestError, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';

export interface CsvRow {
  /** Its line in the file, from 1. */
  readonly line: number;
  /** The line without its end. */
  readonly bytes: Buffer;
  fields(): readonly string[];
}

const READ_BYTES = 1 << 20;
/** A longer line is not a row, and the file not one of these CSV files. */
const LONGEST_LINE = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const GZIP_MARK = Buffer.from([0x1f, 0x8b]);
/** Byte-order marks of UTF-16, as written by spreadsheets and PowerShell. */
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** Blocks of rows, without byte-order mark and blank lines. Throws FleetgenError if the file can't be read as CSV. */
export async function* csvRows(path: string): AsyncGenerator<readonly CsvRow[], undefined> {
  let line = 0;
  for await (const lines of fileLines(path)) {
    const rows: CsvRow[] = [];
    const quoted: QuotedRow[] = [];
    for (const bytes of lines) {
      line++;
      if (bytes.length === 0) continue;
      const row = bytes.includes(QUOTE) ? new QuotedRow(line, bytes) : new PlainRow(line, bytes);
      rows.push(row);
      if (row instanceof QuotedRow) quoted.push(row);
    }
    if (quoted.length > 0) await unquote(quoted, path);
    yield rows;
  }
  return undefined;
}

/** The error for an invalid row. */
export function badRow(path: string, line: number, what: string, cause?: unknown): FleetgenError {
  return runError('BAD_ROW', `${path}, line ${line}${what}; correct the line or write the file again`, cause);
}

class PlainRow implements CsvRow {
  constructor(
    readonly line: number,
    readonly bytes: Buffer,
  ) {}

  fields(): readonly string[] {
    return this.bytes.toString().split(',');
  }
}

class QuotedRow implements CsvRow {
  values: readonly string[] = [];

  constructor(
    readonly line: number,
    readonly bytes: Buffer,
  ) {}

  fields(): readonly string[] {
    return this.values;
  }
}

/** Parses the rows' values, in one go if each line is a row. */
async function unquote(rows: readonly QuotedRow[], path: string): Promise<void> {
  const parsed = await parse(rows.map(({ bytes }) => bytes)).catch(() => []);
  if (parsed.length === rows.length) {
    for (const [i, row] of rows.entries()) row.values = parsed[i]!;
    return;
  }
  for (const row of rows) {
    const alone = await parse([row.bytes]).catch((error: unknown) => {
      throw badRow(path, row.line, ': its quotes are not in pairs', error);
    });
    if (alone.length !== 1) throw badRow(path, row.line, ': a carriage return stands in its middle');
    row.values = alone[0]!;
  }
}

async function parse(lines: readonly Buffer[]): Promise<string[][]> {
  const text = lines.map((line) => line.toString()).join('\n');
  const rows: string[][] = [];
  for await (const fields of parseString<string[], string[]>(text, { headers: false })) rows.push(fields as string[]);
  return rows;
}

/** Blocks of lines without their ends. */
async function* fileLines(path: string): AsyncGenerator<readonly Buffer[]> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  const packed = /\.gz$/i.test(path);
  const stream: Readable = packed ? file.pipe(createGunzip({ chunkSize: READ_BYTES })) : file;
  if (packed) file.on('error', (error) => stream.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
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
          'NOT_CSV',
          `${path} has a line of over ${LONGEST_LINE} bytes: it is not a CSV file of records`,
        );
      }
      if (lines.length === 0) continue;
      if (first) lines[0] = firstLine(lines[0]!, path);
      first = false;
      yield lines;
    }
    if (rest.length > 0) yield [first ? firstLine(rest, path) : rest];
  } catch (error) {
    throw readError(path, error);
  } finally {
    file.destroy();
  }
}

function firstLine(line: Buffer, path: string): Buffer {
  if (GZIP_MARK.equals(line.subarray(0, 2))) {
    throw requestError('NOT_CSV', `${path} is compressed with gzip: give it a name that ends in .gz`);
  }
  if (line.includes(CARRIAGE_RETURN)) {
    throw requestError('NOT_CSV', `${path} ends its lines with carriage returns only: use line feeds`);
  }
  if (UTF_16_MARKS.some((mark) => mark.equals(line.subarray(0, 2)))) {
    throw requestError('NOT_CSV', `${path} is UTF-16: save it as UTF-8`);
  }
  return BYTE_ORDER_MARK.equals(line.subarray(0, 3)) ? line.subarray(3) : line;
}

function readError(path: string, error: unknown): Error {
  if (error instanceof FleetgenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return requestError('NO_FILE', `${path} can't be read (${systemWords(error)}): correct its name or mode`, error);
  }
  if (code?.startsWith('Z_')) {
    return runError('BAD_GZIP', `${path} is not a complete gzip file (${message}): copy it or create it again`, error);
  }
  return runError('READ_FAILED', `${path} can't be read (${systemWords(error)}): see the disk`, error);
}
