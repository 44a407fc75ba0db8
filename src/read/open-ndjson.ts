/** A file of JSON objects, one a line, as rows of a schema, whichever tool wrote it. */
import { requestError } from '../base/errors.js';
import { shownValue } from '../base/text.js';
import type { TableSchema } from '../columns/column.js';
import {
  type FileRow,
  firstRows,
  followedBy,
  OTHER_COLUMNS_FIX,
  type RecordFile,
  type RowBlocks,
} from './record-file.js';
import { fileLines } from './text-lines.js';

const NO_OBJECT = 'it is not a JSON object';

/**
 * Names may stand in any order. Throws a requestError where the first object has other names than the schema's columns,
 * and FleetgenError when the file can't be read; `blocks` throws that too.
 */
export async function openNdjson(schema: TableSchema, path: string): Promise<RecordFile> {
  const names = schema.columns.map(({ name }) => name);
  const rows = objectRows(path, names);
  const block = await firstRows(rows);
  const [first] = block;
  const faultOf = (row: FileRow, fields: readonly string[]) =>
    fields.length === names.length ? undefined : faultIn(objectOf(row.bytes), names);
  const fault = first && faultOf(first, first.fields());
  if (first !== undefined && fault !== undefined) {
    await rows.return(undefined);
    const fix = fault === NO_OBJECT ? 'write one object a line' : OTHER_COLUMNS_FIX;
    throw requestError('BAD_FILE', `${path}, line ${first.line}: ${fault}; ${fix}`);
  }
  return {
    rowName: 'line',
    empty: first === undefined,
    inOrder: true,
    positions: names.map((_, i) => i),
    width: names.length,
    blocks: followedBy(block, rows),
    faultOf,
  };
}

async function* objectRows(path: string, names: readonly string[]): RowBlocks {
  let line = 0;
  for await (const lines of fileLines(path, 'NDJSON')) {
    const rows: FileRow[] = [];
    for (const bytes of lines) {
      line++;
      if (bytes.length > 0) rows.push(new ObjectRow(line, bytes, names));
    }
    yield rows;
  }
  return undefined;
}

class ObjectRow implements FileRow {
  constructor(
    readonly line: number,
    readonly bytes: Buffer,
    private readonly names: readonly string[],
  ) {}

  /** None where the row has a fault. */
  fields(): readonly string[] {
    const object = objectOf(this.bytes);
    if (object === undefined || faultIn(object, this.names) !== undefined) return [];
    return this.names.map((name) => textOf(object[name]));
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function faultIn(object: JsonObject | undefined, names: readonly string[]): string | undefined {
  if (object === undefined) return NO_OBJECT;
  const missing = names.find((name) => !Object.hasOwn(object, name));
  if (missing !== undefined) return `it has no ${missing}`;
  const found = Object.keys(object);
  if (found.length === names.length) return undefined;
  const more = found.find((name) => !names.includes(name)) ?? '';
  return `it has one more name, ${shownValue(more)}`;
}

function objectOf(line: Buffer): JsonObject | undefined {
  try {
    const found: unknown = JSON.parse(line.toString());
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
