/**
 * The source text that writes one field of binary COPY, per kind of column and SQL type. In the generated code `v` is
 * the stored value, `o` the offset and `d` the DataView over the output, whose stores are big-endian unless told
 * otherwise.
 */
import { DAY_MS } from '../base/time.js';
import { type Column, NULL_INT, type SqlType } from '../columns/column.js';
import { type FieldSource, keptField, NOTHING, storedField } from './fields.js';
import { putTag } from './put.js';
import { utf8, wordsOf } from './text-words.js';

const TWO_32 = 2 ** 32;
/** From 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
const DAYS_TO_2000 = 10_957;
const MS_TO_2000 = DAYS_TO_2000 * DAY_MS;
const LENGTH_BYTES = 4;

/** The source for column number `i`. Throws RangeError for a column that is not well formed. */
export function binaryFieldSource(column: Column, i: number): FieldSource {
  switch (column.kind) {
    case 'int53':
      return orNull(column, -1, bigintOf(column));
    case 'int':
      return orNull(column, NULL_INT, integerField(column, i));
    case 'fixed':
    case 'fixed53':
      return orNull(column, NULL_INT, decimalField(column, i));
    case 'bool':
      return typed(column, ['boolean'], fixedSize(1, `d.setUint8(o + 4, v);`));
    case 'enum':
      return typed(column, ['text'], enumField(column.values ?? [], i));
    case 'tag':
      return orNull(column, NULL_INT, typed(column, ['text'], tagField(column, i)));
    case 'date':
      return orNull(column, NULL_INT, typed(column, ['date'], fixedSize(4, `d.setInt32(o + 4, v - ${DAYS_TO_2000});`)));
    case 'timestamp':
      return orNull(column, NULL_INT, typed(column, ['timestamptz'], TIMESTAMP));
  }
}

/** Text can always be sent as CSV; in binary a kind of value and a type have to fit. */
function typed(column: Column, types: readonly SqlType[], field: FieldSource): FieldSource {
  if (types.includes(column.sqlType)) return field;
  throw new RangeError(`a column of kind ${column.kind} and type ${column.sqlType} has no binary form`);
}

function orNull(column: Column, missing: number, field: FieldSource): FieldSource {
  if (!column.nullable) return field;
  return { ...field, body: `if (v === ${missing}) { d.setInt32(o, -1); o += 4; } else { ${field.body} }` };
}

function fixedSize(bytes: number, store: string): FieldSource {
  const body = `d.setInt32(o, ${bytes}); ${store} o += ${LENGTH_BYTES + bytes};`;
  return { tables: NOTHING, setup: '', body, maxBytes: LENGTH_BYTES + bytes };
}

/** A whole number of up to 53 bits as two words: a BigInt per value would cost many times as much. */
const BIGINT = fixedSize(
  8,
  `const hi = Math.floor(v / ${TWO_32}); d.setInt32(o + 4, hi); d.setUint32(o + 8, v - hi * ${TWO_32});`,
);

/** Microseconds since 2000 can pass 2^53, so the two words of the milliseconds are multiplied one by one. */
const TIMESTAMP = fixedSize(
  8,
  `const ms = v - ${MS_TO_2000}, hi = Math.floor(ms / ${TWO_32}), us = (ms - hi * ${TWO_32}) * 1000,
     carry = Math.floor(us / ${TWO_32});
   d.setInt32(o + 4, hi * 1000 + carry); d.setUint32(o + 8, us - carry * ${TWO_32});`,
);

function bigintOf(column: Column): FieldSource {
  return typed(column, ['bigint'], BIGINT);
}

function integerField(column: Column, i: number): FieldSource {
  switch (column.sqlType) {
    case 'smallint':
      return fixedSize(
        2,
        `if (v << 16 >> 16 !== v) throw new RangeError('column ${i} is a smallint, which does not hold ' + v);
         d.setInt16(o + 4, v);`,
      );
    case 'bigint':
      return BIGINT;
    default:
      return typed(column, ['integer'], fixedSize(4, 'd.setInt32(o + 4, v);'));
  }
}

/**
 * Both operands of the division are exact, so it gives the double nearest to the decimal, as reading its text does. For
 * a real, that double is rounded once more, and still gives the float nearest to the decimal: another one would need a
 * decimal within 2^-53 of its size from the middle between two floats, but not on it. With 31 bits and d decimals it
 * can't be: the middle is an odd number of 25 bits times 2^e, and the decimal's distance from it is at least 2^-31 of
 * its size where e + d >= 0, and 2^-25 x 5^-d elsewhere.
 */
function decimalField(column: Column, i: number): FieldSource {
  const decimals = column.decimals ?? 0;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 9) {
    throw new RangeError(`column ${i} has 0 to 9 decimals, not ${decimals}`);
  }
  const value = decimals === 0 ? 'v' : `v / ${10 ** decimals}`;
  if (column.sqlType === 'real') return fixedSize(4, `d.setFloat32(o + 4, ${value});`);
  return typed(column, ['double precision'], fixedSize(8, `d.setFloat64(o + 4, ${value});`));
}

function enumField(values: readonly string[], i: number): FieldSource {
  return storedField(wordsOf(values.map(lengthAndText)), values.length, i);
}

function lengthAndText(text: string): Uint8Array {
  const bytes = utf8(text);
  const field = new Uint8Array(LENGTH_BYTES + bytes.length);
  new DataView(field.buffer).setInt32(0, bytes.length);
  field.set(bytes, LENGTH_BYTES);
  return field;
}

function tagField(column: Column, i: number): FieldSource {
  const digits = column.digits ?? 1;
  const prefix = utf8(column.prefix ?? '');
  if (!(digits >= 1 && digits <= 10)) throw new RangeError(`a tag has 1 to 10 digits, not ${digits}`);
  if (prefix.length > 64) throw new RangeError('a prefix is longer than 64 bytes');
  return keptField(i, LENGTH_BYTES + prefix.length + 10, (bytes, value) => {
    const end = putTag(bytes, LENGTH_BYTES, prefix, digits, value);
    new DataView(bytes.buffer).setInt32(0, end - LENGTH_BYTES);
    return end;
  });
}
