/**
 * Reads PostgreSQL's binary COPY into a batch. A value that the column can't represent exactly (a decimal too
 * many, a foreign word, a null where none may be) becomes one that equals nothing, so that no change is rounded away.
 */
import { type Batch, type ColumnArray, createBatch } from '../../../columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '../../../columns/column.js';

const HEADER_BYTES = 19;
const EPOCH_2000_MS = 946_684_800_000;
const EPOCH_2000_DAYS = 10_957;
const TWO_32 = 4_294_967_296;

/** Placeholders by kind of array: values that no simulated record has. */
const FOREIGN = { float: Number.NaN, int: NULL_INT + 1, byte: 255 } as const;

/** Whether the found batch holds the placeholder for a value that the column can't represent. */
export function isUndecodable(array: ColumnArray, row: number): boolean {
  const value = array[row]!;
  if (array instanceof Float64Array) return Number.isNaN(value);
  return value === (array instanceof Int32Array ? FOREIGN.int : FOREIGN.byte);
}

/** The number of a field's bytes, or undefined for one that is foreign. */
type Decode = (bytes: Buffer, at: number, length: number) => number | undefined;

export class BinaryRows {
  readonly batch: Batch;
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #fields: readonly { array: ColumnArray; decode: Decode; missing: number; foreign: number }[];
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #headerSeen = false;
  #ended = false;

  /** `source` gives the bytes of COPY ... TO STDOUT (FORMAT binary), the columns in the order of the schema. */
  constructor(schema: TableSchema, capacity: number, source: AsyncIterable<Buffer>) {
    this.batch = createBatch(schema, capacity);
    this.#pieces = source[Symbol.asyncIterator]();
    this.#fields = schema.columns.map((column) => {
      const array = this.batch.arrays[column.name]!;
      const foreign =
        array instanceof Float64Array ? FOREIGN.float : array instanceof Int32Array ? FOREIGN.int : FOREIGN.byte;
      const missing = column.nullable ? (column.kind === 'int53' ? -1 : NULL_INT) : foreign;
      return { array, decode: decoderOf(column), missing, foreign };
    });
  }

  /** Fills the batch; false at the end. Throws what the source throws. */
  async next(): Promise<boolean> {
    const { batch } = this;
    batch.length = 0;
    while (batch.length < batch.capacity && !this.#ended) {
      if (!this.#takeRow()) await this.#more();
    }
    return batch.length > 0;
  }

  /** Takes a whole row from the bytes at hand; false when there is none. */
  #takeRow(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    if (!this.#headerSeen) {
      if (bytes.length < HEADER_BYTES) return false;
      this.#headerSeen = true;
      at = HEADER_BYTES;
      this.#at = at;
    }
    if (bytes.length < at + 2) return false;
    if (bytes.readInt16BE(at) === -1) {
      this.#ended = true;
      return true;
    }
    at += 2;
    const row = this.batch.length;
    for (const { array, decode, missing, foreign } of this.#fields) {
      if (bytes.length < at + 4) return false;
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) {
        array[row] = missing;
        continue;
      }
      if (bytes.length < at + length) return false;
      array[row] = decode(bytes, at, length) ?? foreign;
      at += length;
    }
    this.#at = at;
    this.batch.length = row + 1;
    return true;
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#pieces.next();
    if (done === true) throw new Error('the copy ended in the middle of a row');
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? value : Buffer.concat([rest, value]);
    this.#at = 0;
  }
}

function decoderOf(column: Column): Decode {
  const read = readerOf(column);
  switch (column.kind) {
    case 'int53':
      return (bytes, at) => atLeast(read(bytes, at), column.nullable ? 0 : Number.MIN_SAFE_INTEGER);
    case 'int':
      return (bytes, at) => atLeast(read(bytes, at), FOREIGN.int + 1);
    case 'timestamp':
      // Microseconds since 2000.
      return (bytes, at) => whole(read(bytes, at) / 1000 + EPOCH_2000_MS);
    case 'date':
      return (bytes, at) => read(bytes, at) + EPOCH_2000_DAYS;
    case 'bool':
      return (bytes, at) => bytes[at];
    case 'fixed':
      return fixedDecoder(column, read, -FOREIGN.int);
    case 'fixed53':
      return fixedDecoder(column, read, Number.MAX_SAFE_INTEGER);
    case 'enum': {
      const codes = new Map(column.values!.map((text, code) => [text, code]));
      return (bytes, at, length) => codes.get(bytes.toString('utf8', at, at + length));
    }
    case 'tag': {
      const { prefix, digits } = { prefix: column.prefix!, digits: column.digits! };
      return (bytes, at, length) => {
        const text = bytes.toString('latin1', at, at + length);
        const value = Number(text.slice(prefix.length));
        return text === prefix + String(value).padStart(digits, '0') ? value : undefined;
      };
    }
  }
}

/** Only numbers that are the nearest ones to a decimal with the column's digits. */
function fixedDecoder(column: Column, read: (bytes: Buffer, at: number) => number, max: number): Decode {
  const scale = 10 ** (column.decimals ?? 0);
  const nearest = column.sqlType === 'real' ? Math.fround : (value: number) => value;
  return (bytes, at) => {
    const found = read(bytes, at);
    const value = Math.round(found * scale);
    const exact = nearest(value / scale) === found && Math.abs(value) < max;
    // -0 is foreign, as its text differs from that of 0.
    return exact && !Object.is(found, -0) ? value : undefined;
  };
}

function readerOf(column: Column): (bytes: Buffer, at: number) => number {
  switch (column.sqlType) {
    case 'bigint':
    case 'timestamptz':
      return (bytes, at) => bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4);
    case 'integer':
    case 'date':
      return (bytes, at) => bytes.readInt32BE(at);
    case 'smallint':
      return (bytes, at) => bytes.readInt16BE(at);
    case 'real':
      return (bytes, at) => bytes.readFloatBE(at);
    case 'double precision':
      return (bytes, at) => bytes.readDoubleBE(at);
    case 'boolean':
      return (bytes, at) => bytes[at]!;
    case 'text':
      return () => Number.NaN;
  }
}

function atLeast(value: number, min: number): number | undefined {
  return value >= min && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function whole(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}
