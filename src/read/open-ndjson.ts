/** A file of JSON objects, one a line, as rows of a schema, whichever tool wrote it. */
import { requestError } from '../base/errors.js';
import { shownValue } from '../base/text.js';
import type { TableSchema } from '../columns/column.js';
import { type FileRow, firstRows, followedBy, type RecordFile, type RowBlocks } from './record-file.js';
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
  if (first !== undefined) {
    first.fields();
    const fault = faultOf(first);
    if (fault !== undefined) {
      await rows.return(undefined);
      const fix =
        fault === NO_OBJECT
          ? 'write one object a line'
          : 'give the --scenario that it was made with, or name a file that generate wrote';
      throw requestError('BAD_FILE', `${path}, line ${first.line}: ${fault}; ${fix}`);
    }
  }
  return {
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
  /** Why `fields` returned none. */
  fault: string | undefined;

  constructor(
    readonly line: number,
    readonly bytes: Buffer,
    private readonly names: readonly string[],
  ) {}

  fields(): readonly string[] {
    const object = objectOf(this.bytes.toString());
    if (object === undefined) return this.none(NO_OBJECT);
    const missing = this.names.find((name) => !Object.hasOwn(object, name));
    if (missing !== undefined) return this.none(`it has no ${missing}`);
    const found = Object.keys(object);
    if (found.length > this.names.length) {
      const more = found.find((name) => !this.names.includes(name)) ?? '';
      return this.none(`it has one more name, ${shownValue(more)}`);
    }
    return this.names.map((name) => textOf(object[name]));
  }

  private none(fault: string): readonly string[] {
    this.fault = fault;
    return [];
  }
}

function faultOf(row: FileRow): string | undefined {
  return row instanceof ObjectRow ? row.fault : undefined;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
