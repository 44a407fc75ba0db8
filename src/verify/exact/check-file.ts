/**
 * Every record of a CSV file against the simulation: line by line as bytes, and field by field only where lines differ.
 * The file may start with a header line. A line is one record, since no value of a record holds a line feed.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createBatch } from '../../columns/batch.js';
import { compileCsvWriter, csvHeader } from '../../encode/csv.js';
import { requestError, runError } from '../../errors.js';
import type { Dataset } from '../../plan/dataset.js';
import { createRecordSource } from '../../simulate/record-source.js';
import { systemWords } from '../../system-words.js';
import { addFinding, type ChangedValue, type Findings, noFindings } from './findings.js';

export interface FileCheck {
  readonly path: string;
  readonly gzip: boolean;
  readonly dataset: Dataset;
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal;
  /** Called with the records compared so far. */
  readonly onProgress?: (compared: number) => void;
}

const BATCH_ROWS = 1024;
const READ_BYTES = 1 << 20;
/** A longer line is no record; the file is then not CSV of this kind. */
const LONGEST_LINE = 1 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Throws FleetgenError when the file can't be read. */
export async function checkFile(check: FileCheck): Promise<Findings> {
  const { path, dataset, signal, onProgress } = check;
  const findings = noFindings();
  const lines = linesOf(path, check.gzip);
  const expected = expectedLines(check);
  const header = Buffer.from(csvHeader(dataset.telemetry).trimEnd());
  try {
    let line = (await lines.next()).value;
    if (line !== undefined && header.equals(line)) line = (await lines.next()).value;
    let want = expected.next().value;
    let last: number | undefined;
    while (line !== undefined || want !== undefined) {
      if (line !== undefined && want?.text.equals(line)) {
        last = want.id;
        if (++findings.compared % 65_536 === 0) {
          signal?.throwIfAborted();
          onProgress?.(findings.compared);
        }
        line = (await lines.next()).value;
        want = expected.next().value;
        continue;
      }
      const id = line === undefined ? Number.POSITIVE_INFINITY : idOf(line);
      if (line !== undefined && (want === undefined || !(id >= want.id))) {
        addFinding(findings, { kind: id === last ? 'doubled' : 'extra', recordId: Number.isNaN(id) ? null : id });
        line = (await lines.next()).value;
      } else if (want !== undefined && want.id < id) {
        addFinding(findings, { kind: 'missing', recordId: want.id });
        findings.compared++;
        want = expected.next().value;
      } else if (want !== undefined && line !== undefined) {
        addFinding(findings, { kind: 'changed', recordId: id, values: changes(dataset, want.text, line) });
        findings.compared++;
        last = id;
        line = (await lines.next()).value;
        want = expected.next().value;
      }
    }
    return findings;
  } catch (error) {
    throw signal?.aborted ? signal.reason : readError(path, error);
  } finally {
    await lines.return(undefined);
  }
}

interface ExpectedLine {
  readonly id: number;
  readonly text: Buffer;
}

function* expectedLines({ dataset, from, to }: FileCheck): Generator<ExpectedLine, undefined> {
  const writer = compileCsvWriter(dataset.telemetry);
  const batch = createBatch(dataset.telemetry, BATCH_ROWS);
  const source = createRecordSource(dataset, from, to);
  const bytes = Buffer.alloc(BATCH_ROWS * writer.maxRowBytes);
  const ends = new Int32Array(BATCH_ROWS);
  for (let count = source.fill(batch); count > 0; count = source.fill(batch)) {
    writer.write(batch, 0, count, bytes, 0, ends);
    for (let row = 0; row < count; row++) {
      const start = row === 0 ? 0 : ends[row - 1]!;
      yield { id: batch.arrays.record_id![row]!, text: bytes.subarray(start, ends[row]! - 1) };
    }
  }
  return undefined;
}

async function* linesOf(path: string, gzip: boolean): AsyncGenerator<Buffer, undefined> {
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
  } finally {
    file.destroy();
  }
  return undefined;
}

/** The number in the first field, or NaN. */
function idOf(line: Buffer): number {
  const comma = line.indexOf(44);
  const text = line.toString('latin1', 0, comma < 0 ? line.length : comma);
  return /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function changes({ telemetry }: Dataset, want: Buffer, line: Buffer): ChangedValue[] {
  const expected = fieldsOf(want.toString());
  const found = fieldsOf(line.toString());
  const names = telemetry.columns.map((column) => column.name);
  const more = found.slice(names.length).map((text) => ({ column: '(one more field)', expected: '', found: text }));
  const values = names
    .map((column, i) => ({ column, expected: expected[i] ?? '', found: found[i] ?? '' }))
    .filter((value) => value.expected !== value.found);
  // Lines can differ in their quotes only.
  return values.length + more.length > 0
    ? [...values, ...more]
    : [{ column: '(the whole line)', expected: want.toString(), found: line.toString() }];
}

/** The fields of one line in the dialect of RFC 4180. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function readError(path: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof Error && error.name === 'FleetgenError') return error;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return requestError('NO_FILE', `${path} can't be read (${systemWords(error)}): correct its name or mode`, error);
  }
  if (code?.startsWith('Z_')) {
    return runError('BAD_GZIP', `${path} is no whole gzip file (${message}): copy or make it again`, error);
  }
  return runError('READ_FAILED', `${path} can't be read (${systemWords(error)}): see the disk`, error);
}
