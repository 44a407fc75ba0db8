/** A CSV file as rows of a schema, whichever tool wrote it. */
import { type FleetgenError, requestError } from '../base/errors.js';
import { plural, shownValue } from '../base/text.js';
import type { TableSchema } from '../columns/column.js';
import { csvRows } from './csv-rows.js';
import { fieldReader } from './field-reader.js';
import { type FileRow, firstRows, followedBy, OTHER_COLUMNS_FIX, type RecordFile } from './record-file.js';

/**
 * Reads the header if there is one: names in any order and case; an unnamed column (the index that pandas writes) is
 * ignored. Without a header the columns are in the order of the schema. Throws a requestError for other columns, and
 * FleetgenError if the file can't be read, as does `blocks`.
 */
export async function openCsv(schema: TableSchema, path: string): Promise<RecordFile> {
  const rows = csvRows(path);
  const block = await firstRows(rows);
  const [first] = block;
  const fields = first?.fields();
  const named = fields !== undefined && isHeader(schema, fields);
  try {
    const positions = named ? positionsOf(schema, fields, path) : schema.columns.map((_, i) => i);
    const width = named ? fields.length : positions.length;
    const inOrder = width === positions.length && positions.every((position, i) => position === i);
    const blocks = followedBy(named ? block.slice(1) : block, rows);
    const faultOf = (_row: FileRow, found: readonly string[]) => widthFault(width, found);
    return { rowName: 'line', empty: first === undefined, inOrder, positions, width, blocks, faultOf };
  } catch (error) {
    await rows.return(undefined);
    throw error;
  }
}

function widthFault(width: number, { length }: readonly string[]): string | undefined {
  return length === width ? undefined : `it has ${length} ${plural(length, 'field')}, not ${width}`;
}

/** The name of a column is never a value of the first column, which is a number or an id. */
function isHeader({ columns }: TableSchema, fields: readonly string[]): boolean {
  try {
    fieldReader(columns[0]!)(fields[0] ?? '');
    return false;
  } catch {
    return true;
  }
}

function positionsOf(schema: TableSchema, header: readonly string[], path: string): number[] {
  const found = header.map((name) => name.trim().toLowerCase());
  const names = schema.columns.map(({ name }) => name);
  const missing = names.find((name) => !found.includes(name));
  if (missing !== undefined) throw otherColumns(path, `no column ${missing}`, header);
  const twice = names.find((name) => found.indexOf(name) !== found.lastIndexOf(name));
  if (twice !== undefined) throw otherColumns(path, `two columns ${twice}`, header);
  const more = found.findIndex((name) => name !== '' && !names.includes(name));
  if (more >= 0) throw otherColumns(path, `one more column, ${shownValue(header[more]!)}`, header);
  return names.map((name) => found.indexOf(name));
}

function otherColumns(path: string, what: string, header: readonly string[]): FleetgenError {
  const fix = header.length === 1 && /[;\t|]/.test(header[0]!) ? 'separate its columns by commas' : OTHER_COLUMNS_FIX;
  return requestError('BAD_FILE', `${path} has ${what}: ${fix}`);
}
