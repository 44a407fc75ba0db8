/**
 * Rows of one CSV file against those that should be there: line by line as bytes, and field by field only where lines
 * differ. The file may start with a header line.
 */
import type { TableSchema } from '../../columns/column.js';
import { compileCsvWriter, csvHeader } from '../../encode/csv.js';
import type { Rows } from './compare.js';
import { fieldsOf, fileLines } from './file-lines.js';
import { addFinding, type ChangedValue, type Findings, noFindings } from './findings.js';
import type { Key } from './key.js';

export interface ComparedFile {
  readonly path: string;
  readonly gzip: boolean;
  readonly schema: TableSchema;
  readonly key: Key;
}

/** Throws FleetgenError when the file can't be read, and the signal's reason. */
export async function compareFile(
  { path, gzip, schema, key }: ComparedFile,
  expected: Rows,
  signal?: AbortSignal,
): Promise<Findings> {
  const findings = noFindings();
  const wanted = expectedLines(schema, key, expected);
  const lines = fileLines(path, gzip);
  const header = Buffer.from(csvHeader(schema).trimEnd());
  try {
    let line = (await lines.next()).value;
    if (line !== undefined && header.equals(line)) line = (await lines.next()).value;
    let want = (await wanted.next()).value;
    let last: number | undefined;
    while (line !== undefined || want !== undefined) {
      if (line !== undefined && want?.text.equals(line)) {
        last = want.id;
        if (++findings.compared % 65_536 === 0) signal?.throwIfAborted();
        line = (await lines.next()).value;
        want = (await wanted.next()).value;
        continue;
      }
      const id = line === undefined ? Number.POSITIVE_INFINITY : key.read(firstField(line));
      if (line !== undefined && (want === undefined || !(id >= want.id))) {
        addFinding(findings, { kind: id === last ? 'doubled' : 'extra', ...key.name(id) });
        line = (await lines.next()).value;
      } else if (want !== undefined && want.id < id) {
        addFinding(findings, { kind: 'missing', ...key.name(want.id) });
        findings.compared++;
        want = (await wanted.next()).value;
      } else if (want !== undefined && line !== undefined) {
        addFinding(findings, { kind: 'changed', ...key.name(id), values: changes(schema, want.text, line) });
        findings.compared++;
        last = id;
        line = (await lines.next()).value;
        want = (await wanted.next()).value;
      }
    }
    return findings;
  } finally {
    await lines.return(undefined);
  }
}

interface ExpectedLine {
  readonly id: number;
  readonly text: Buffer;
}

async function* expectedLines(schema: TableSchema, key: Key, rows: Rows): AsyncGenerator<ExpectedLine, undefined> {
  const writer = compileCsvWriter(schema);
  const { batch } = rows;
  const bytes = Buffer.alloc(batch.capacity * writer.maxRowBytes);
  const ends = new Int32Array(batch.capacity);
  while (await rows.next()) {
    writer.write(batch, 0, batch.length, bytes, 0, ends);
    for (let row = 0; row < batch.length; row++) {
      const start = row === 0 ? 0 : ends[row - 1]!;
      yield { id: batch.arrays[key.column]![row]!, text: bytes.subarray(start, ends[row]! - 1) };
    }
  }
  return undefined;
}

function firstField(line: Buffer): string {
  const comma = line.indexOf(44);
  return line.toString('latin1', 0, comma < 0 ? line.length : comma);
}

function changes({ columns }: TableSchema, want: Buffer, line: Buffer): ChangedValue[] {
  const expected = fieldsOf(want.toString());
  const found = fieldsOf(line.toString());
  const more = found.slice(columns.length).map((text) => ({ column: '(one more field)', expected: '', found: text }));
  const values = columns
    .map(({ name }, i) => ({ column: name, expected: expected[i] ?? '', found: found[i] ?? '' }))
    .filter((value) => value.expected !== value.found);
  // Lines can differ in their quotes only.
  return values.length + more.length > 0
    ? [...values, ...more]
    : [{ column: '(the whole line)', expected: want.toString(), found: line.toString() }];
}
