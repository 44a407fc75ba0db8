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
import { addFinding, type ChangedValue, type Findings, noFindings, sortFindings } from './findings.js';
import type { Key } from './key.js';
import { type FieldsOnly, OutOfPlace } from './out-of-place.js';
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
  const apart = new OutOfPlace(schema, path);
  const idOf = (row: CsvRow) => key.read(row.fields()[keyAt] ?? '');
  const check = (id: number, batch: Batch, at: number, row: FieldsOnly) => {
    const values = changesOf(batch, at, row);
    if (values.length > 0) addFinding(findings, { kind: 'changed', ...key.name(id), values });
    seen.add(id);
  };
  const addExtra = (id: number) => {
    const doubled = seen.has(id);
    if (!doubled) apart.requireOrder(id);
    addFinding(findings, { kind: doubled ? 'doubled' : 'extra', ...key.name(id) });
  };
  try {
    await want.load();
    await have.load();
    while (want.left || have.left) {
      const early = want.left ? apart.takeEarly(want.id) : undefined;
      if (file.inOrder && want.left && have.left && want.isLine(have.row.bytes)) {
        if (early !== undefined) addFinding(findings, { kind: 'doubled', ...key.name(want.id) });
        seen.add(want.id);
        findings.compared++;
        if (want.step()) await want.load();
        if (have.step()) await have.load();
        continue;
      }
      const id = have.left ? idOf(have.row) : Number.POSITIVE_INFINITY;
      if (have.left && !(want.left && id >= want.id)) {
        // Behind its place, or nowhere: an id that is no number compares with nothing.
        const late = apart.takeLate(id);
        if (late !== undefined) check(id, late.batch, late.at, have.row);
        else addExtra(id);
        if (early !== undefined) apart.keepEarly(want.id, early);
        if (have.step()) await have.load();
        continue;
      }
      if (want.id === id || early !== undefined) {
        findings.compared++;
        if (want.id === id) {
          if (early !== undefined) addFinding(findings, { kind: 'doubled', ...key.name(id) });
          check(id, expected.batch, want.at, have.row);
          if (have.step()) await have.load();
        } else check(want.id, expected.batch, want.at, early!);
        if (want.step()) await want.load();
        continue;
      }
      // It comes too early if one of a lower id follows; else those before it are missing so far.
      const { following } = have;
      if (have.left && (following === undefined || idOf(following) < id)) {
        if (!apart.keepEarly(id, have.row)) addFinding(findings, { kind: 'doubled', ...key.name(id) });
        if (have.step()) await have.load();
        continue;
      }
      findings.compared++;
      const missing = apart.keepLate(want.id, expected.batch, want.at);
      if (missing !== undefined) addFinding(findings, { kind: 'missing', ...key.name(missing) });
      if (want.step()) await want.load();
    }
    for (const id of apart.extra()) addExtra(id);
    for (const id of apart.missing()) addFinding(findings, { kind: 'missing', ...key.name(id) });
    sortFindings(findings);
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
  return (expected: Batch, at: number, row: FieldsOnly): ChangedValue[] => {
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
