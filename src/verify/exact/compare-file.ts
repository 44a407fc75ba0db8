/**
 * Rows of one CSV file against those that should be there. Lines as generate writes them are compared as bytes; all others
 * value by value, so that another text of the same value is no difference.
 */
import type { Batch } from '../../columns/batch.js';
import type { TableSchema } from '../../columns/column.js';
import type { CsvRow } from '../../read/csv-rows.js';
import { type FieldReader, fieldReader } from '../../read/field-reader.js';
import { type CsvFile, openCsv } from '../../read/open-csv.js';
import type { Rows } from './compare.js';
import { ExpectedLines, FoundRows } from './file-cursors.js';
import { addFinding, type ChangedValue, type Findings, noFindings } from './findings.js';
import type { Key } from './key.js';
import { SeenIds } from './seen-ids.js';
import { valueTexts } from './value-text.js';

export interface ComparedFile {
  readonly path: string;
  readonly schema: TableSchema;
  readonly key: Key;
}

/** Throws FleetgenError when the file can't be read or has other columns, and the signal's reason. */
export async function compareFile(
  { path, schema, key }: ComparedFile,
  expected: Rows,
  signal?: AbortSignal,
): Promise<Findings> {
  const file = await openCsv(schema, path);
  const findings = noFindings();
  const want = new ExpectedLines(schema, key, expected, signal);
  const have = new FoundRows(file.blocks);
  const keyAt = file.positions[schema.columns.findIndex(({ name }) => name === key.column)]!;
  const changesOf = rowComparer(schema, file);
  const seen = new SeenIds();
  try {
    await want.load();
    await have.load();
    while (want.left || have.left) {
      if (file.inOrder && want.left && have.left && want.isLine(have.row.bytes)) {
        seen.add(want.id);
        findings.compared++;
        if (want.step()) await want.load();
        if (have.step()) await have.load();
        continue;
      }
      const id = have.left ? key.read(have.row.fields()[keyAt] ?? '') : Number.POSITIVE_INFINITY;
      // An id that is no number compares with nothing: it counts as extra.
      if (have.left && !(want.left && id >= want.id)) {
        addFinding(findings, { kind: seen.has(id) ? 'doubled' : 'extra', ...key.name(id) });
        if (have.step()) await have.load();
        continue;
      }
      findings.compared++;
      if (want.id < id) addFinding(findings, { kind: 'missing', ...key.name(want.id) });
      else {
        const values = changesOf(expected.batch, want.at, have.row);
        if (values.length > 0) addFinding(findings, { kind: 'changed', ...key.name(id), values });
        seen.add(id);
        if (have.step()) await have.load();
      }
      if (want.step()) await want.load();
    }
    return findings;
  } finally {
    await file.blocks.return(undefined);
  }
}

/** What differs between an expected row of a batch and a row of the file. */
function rowComparer(schema: TableSchema, file: CsvFile) {
  const textOf = valueTexts(schema);
  const columns = schema.columns.map((column, i) => ({
    name: column.name,
    read: fieldReader(column),
    position: file.positions[i]!,
  }));
  return (expected: Batch, at: number, row: CsvRow): ChangedValue[] => {
    const fields = row.fields();
    const changes: ChangedValue[] = [];
    for (const { name, read, position } of columns) {
      const found = fields[position] ?? '';
      if (!isValue(read, found, expected.arrays[name]![at]!)) {
        changes.push({ column: name, expected: textOf(expected, name, at), found });
      }
    }
    if (fields.length !== file.width) {
      changes.push({ column: '(number of fields)', expected: String(file.width), found: String(fields.length) });
    }
    return changes;
  };
}

/** Another spelling of the value is the value; what is no value of the column equals none. */
function isValue(read: FieldReader, text: string, value: number): boolean {
  try {
    return read(text) === value;
  } catch {
    return false;
  }
}
