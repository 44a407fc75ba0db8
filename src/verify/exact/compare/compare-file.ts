/**
 * Compares the rows of one file with the expected ones. Lines as generate writes them are compared as bytes, all others
 * value by value, so that another spelling of the same value is not a difference.
 */
import type { Batch } from '../../../columns/batch.js';
import type { TableSchema } from '../../../columns/column.js';
import { formatOf } from '../../../formats/formats.js';
import { type FieldReader, fieldReader } from '../../../read/field-reader.js';
import type { FileRow, RecordFile } from '../../../read/record-file.js';
import { addFinding, type ChangedValue, emptyFindings, type Findings, sortFindings } from '../findings.js';
import { ExpectedLines, FoundRows } from '../rows/file-cursors.js';
import type { RowKey } from '../rows/row-key.js';
import { valueTexts } from '../rows/value-text.js';
import type { Rows } from './compare-rows.js';
import { type FieldsOnly, OutOfPlace } from './out-of-place.js';
import { SeenIds } from './seen-ids.js';

export interface ComparedFile {
  readonly path: string;
  readonly schema: TableSchema;
  readonly key: RowKey;
}

/** Throws FleetgenError when the file can't be read or has other columns, and the signal's reason. */
export async function compareFile(compared: ComparedFile, expected: Rows, signal?: AbortSignal): Promise<Findings> {
  const file = await formatOf(compared.path).open(compared.schema, compared.path);
  try {
    return await new FileComparison(compared, file, expected, signal).run();
  } finally {
    await file.blocks.return(undefined);
  }
}

/** Both sides in the order of the key; rows of the file that are out of order are kept until their turn comes. */
class FileComparison {
  private readonly findings = emptyFindings();
  private readonly seen = new SeenIds();
  private readonly key: RowKey;
  private readonly keyAt: number;
  private readonly want: ExpectedLines;
  private readonly have: FoundRows;
  private readonly apart: OutOfPlace;
  private readonly changesOf: ReturnType<typeof rowComparer>;

  constructor(
    { path, schema, key }: ComparedFile,
    private readonly file: RecordFile,
    private readonly expected: Rows,
    signal: AbortSignal | undefined,
  ) {
    this.key = key;
    this.keyAt = file.positions[schema.columns.findIndex(({ name }) => name === key.column)]!;
    this.want = new ExpectedLines(schema, formatOf(path), key, expected, signal);
    this.have = new FoundRows(file.blocks);
    this.apart = new OutOfPlace(schema, path);
    this.changesOf = rowComparer(schema, file);
  }

  async run(): Promise<Findings> {
    const { want, have, apart, findings } = this;
    await want.load();
    await have.load();
    while (want.left || have.left) {
      const early = want.left ? apart.takeEarly(want.id) : undefined;
      if (this.file.inOrder && want.left && have.left && want.isLine(have.row.bytes)) {
        if (early !== undefined) this.add('doubled', want.id);
        this.seen.add(want.id);
        findings.compared++;
        if (want.step()) await want.load();
        if (have.step()) await have.load();
        continue;
      }
      const done = this.compare(early);
      if (done !== 'expected' && have.step()) await have.load();
      if (done === 'found') continue;
      findings.compared++;
      if (want.step()) await want.load();
    }
    for (const id of apart.extra()) this.addExtra(id);
    for (const id of apart.missing()) this.add('missing', id);
    sortFindings(findings);
    return findings;
  }

  /**
   * Which of the two rows are finished, the expected one and the file's. `early` is the expected one, found before its
   * place.
   */
  private compare(early: FieldsOnly | undefined): 'expected' | 'found' | 'both' {
    const { want, have, apart, expected } = this;
    const id = have.left ? this.idOf(have.row) : Number.POSITIVE_INFINITY;
    if (want.left && id === want.id) {
      if (early !== undefined) this.add('doubled', id);
      this.check(id, expected.batch, want.at, have.row);
      return 'both';
    }
    if (early !== undefined) {
      this.check(want.id, expected.batch, want.at, early);
      return 'expected';
    }
    if (have.left && !(want.left && id > want.id)) {
      // Too late, or unplaceable: an id that is not a number compares with nothing.
      const late = apart.takeLate(id);
      if (late !== undefined) this.check(id, late.batch, late.at, have.row);
      else this.addExtra(id);
      return 'found';
    }
    const { following } = have;
    if (have.left && (following === undefined || this.idOf(following) < id)) {
      // Too early, as a row with a lower id follows.
      if (!apart.keepEarly(id, have.row)) this.add('doubled', id);
      return 'found';
    }
    // Missing so far.
    const missing = apart.keepLate(want.id, expected.batch, want.at);
    if (missing !== undefined) this.add('missing', missing);
    return 'expected';
  }

  private idOf(row: FileRow): number {
    return this.key.read(row.fields()[this.keyAt] ?? '');
  }

  private check(id: number, batch: Batch, at: number, row: FieldsOnly): void {
    const values = this.changesOf(batch, at, row);
    if (values.length > 0) addFinding(this.findings, { kind: 'changed', ...this.key.name(id), values });
    this.seen.add(id);
  }

  private addExtra(id: number): void {
    const isDoubled = this.seen.has(id);
    if (!isDoubled) this.apart.requireOrder(id);
    this.add(isDoubled ? 'doubled' : 'extra', id);
  }

  private add(kind: 'missing' | 'extra' | 'doubled', id: number): void {
    addFinding(this.findings, { kind, ...this.key.name(id) });
  }
}

/** What differs between an expected row of a batch and a row of the file. */
function rowComparer(schema: TableSchema, file: RecordFile) {
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

/** Another spelling of the value is equal; an invalid value equals none. */
function isValue(read: FieldReader, text: string, value: number): boolean {
  try {
    return read(text) === value;
  } catch {
    return false;
  }
}
