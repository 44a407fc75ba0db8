/**
 * The source text that writes one field, per kind of column, in CSV or JSON. In the generated code `v` is the stored
 * value, `o` the offset, `d` the DataView over the output, and `F` the array of FieldTables; a field ends with its
 * comma. Only numbers are interpolated: columns are known by position, never by name.
 */
import { DAY_MS } from '../base/time.js';
import { type Column, NULL_INT } from '../columns/column.js';
import { DIGITS_AND_ONE, digitWords } from './digit-tables.js';
import { putDate, putInteger, putNegative, putTag } from './put.js';
import { literalSource, type TextWords, textWords, utf8 } from './text-words.js';

/** Constants that all generated writers share, by the names the source uses. */
export const SHARED = {
  L: DIGITS_AND_ONE,
  I_: digitWords(1000, 0, ','),
  IP: digitWords(1000, 0, '.'),
  T_: digitWords(1000, 3, ','),
  TZ: digitWords(1000, 3, 'Z'),
  W_: digitWords(100, 2, ','),
  WC: digitWords(100, 2, ':'),
  WP: digitWords(100, 2, '.'),
  putInteger,
  putNegative,
} as const;

/** How a format writes what is not a number. Numbers are the same in all. */
export interface Dialect {
  /** What stands for a missing value. */
  readonly missing: string;
  /** Put before and after dates, times and tags. */
  readonly quote: '' | '"';
  /** The texts of false and true. */
  readonly booleans: readonly [string, string];
  /** A text of an enum as its field. */
  readonly text: (text: string) => string;
  /** The prefix of a tag, inside its quotes. */
  readonly prefix: (text: string) => string;
}

/** What one column's source keeps outside the generated function. */
export interface FieldTables {
  /** Bytes last written, to be copied while they hold, and the same as words. */
  readonly kept: Int32Array;
  readonly words: Int32Array;
  readonly lengths: Uint16Array;
  /** Renews `kept` for a value and returns the number of bytes. */
  readonly renew: (value: number) => number;
}

/** The word of "0,": adding 0..9 makes any digit and a comma. */
const DIGIT_AND_COMMA = 0x2c30;

export interface FieldSource {
  readonly tables: FieldTables;
  /** Statements before the loop over rows. */
  readonly setup: string;
  /** Statements that write one value. */
  readonly body: string;
  /** Most bytes a field can take, its comma included. */
  readonly maxBytes: number;
}

/** Of a field that keeps nothing. */
export const NOTHING: FieldTables = {
  kept: new Int32Array(0),
  words: new Int32Array(0),
  lengths: new Uint16Array(0),
  renew: () => 0,
};

/** The source for column number `i`. Throws RangeError for a column that is not well formed. */
export function fieldSource(column: Column, i: number, dialect: Dialect): FieldSource {
  switch (column.kind) {
    case 'int53':
      return orNull(column, -1, dialect, int53Field(i));
    case 'int':
      return orNull(column, NULL_INT, dialect, plain(integerBody(0), 12));
    case 'fixed':
      return orNull(column, NULL_INT, dialect, plain(integerBody(decimalsOf(column)), 13));
    case 'fixed53':
      return plain(fixed53Body(decimalsOf(column)), 19);
    case 'bool':
      return boolField(dialect.booleans, i);
    case 'enum':
      return enumField((column.values ?? []).map(dialect.text), i);
    case 'tag':
      return orNull(column, NULL_INT, dialect, tagField(column, i, dialect));
    case 'date':
      return orNull(column, NULL_INT, dialect, dateField(i, dialect.quote));
    case 'timestamp':
      return orNull(column, NULL_INT, dialect, timestampField(i, dialect.quote));
  }
}

function plain(body: string, maxBytes: number): FieldSource {
  return { tables: NOTHING, setup: '', body, maxBytes };
}

function orNull(column: Column, missing: number, dialect: Dialect, field: FieldSource): FieldSource {
  if (!column.nullable) return field;
  const literal = `${dialect.missing},`;
  return {
    ...field,
    body: `if (v === ${missing}) { ${literalSource(literal)} } else { ${field.body} }`,
    maxBytes: Math.max(field.maxBytes, literal.length),
  };
}

/** One digit is one store; words are an enum's. */
function boolField(booleans: readonly [string, string], i: number): FieldSource {
  if (booleans[0] !== '0' || booleans[1] !== '1') return enumField(booleans, i);
  return plain(`d.setInt16(o, ${DIGIT_AND_COMMA} + v, true); o += 2;`, 2);
}

function decimalsOf(column: Column): number {
  const decimals = column.decimals ?? 0;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 9) {
    throw new RangeError(`a fixed column has 0 to 9 decimals, not ${decimals}`);
  }
  return decimals;
}

/** An Int32 that counts units of 10^-decimals. The sign is always written and stepped over only when it counts. */
function integerBody(decimals: number): string {
  const sign = 'const s = v >> 31; d.setUint8(o, 45); o -= s; const u = ((v ^ s) - s) >>> 0;';
  if (decimals === 0) return `${sign} ${wholeBody('u', '_', 2 ** 31)}`;
  const unit = 10 ** decimals;
  const split = `const q = (u / ${unit}) >>> 0; const f = u - Math.imul(q, ${unit}) | 0;`;
  return `${sign} ${split} ${wholeBody('q', 'P', 2 ** 31 / unit)} ${fractionBody(decimals)}`;
}

/** A double that counts units of 10^-decimals, from 0 on. */
function fixed53Body(decimals: number): string {
  if (decimals === 0) return wholeBody('v', '_', 2 ** 53);
  const unit = 10 ** decimals;
  return `const q = Math.floor(v / ${unit}); const f = v - q * ${unit} | 0; ${wholeBody('q', 'P', 2 ** 53 / unit)} ${fractionBody(decimals)}`;
}

/** The whole number `name`, 0..max, without leading zeros, then the separator of table I_ or IP. */
function wholeBody(name: string, separator: '_' | 'P', max: number): string {
  const small = `d.setInt32(o, I${separator}[${name}], true); o += L[${name}];`;
  if (max < 1000) return small;
  const byte = separator === '_' ? 44 : 46;
  const middle = `const k = (${name} / 1000) >>> 0; d.setInt32(o, I_[k], true); o += L[k] - 1;
    d.setInt32(o, T_[${name} - Math.imul(k, 1000)], true); d.setUint8(o + 3, ${byte}); o += 4;`;
  const large = `o = putInteger(b, o, ${name}, 1); d.setUint8(o++, ${byte});`;
  return `if (${name} < 1000) { ${small} } else if (${name} < 1000000) { ${middle} } else { ${large} }`;
}

/** All `decimals` digits of `f` and a comma, in groups of three from the right. */
function fractionBody(decimals: number): string {
  const first = decimals % 3;
  let source = '';
  for (let left = decimals; left > 0; ) {
    const width = left === decimals && first > 0 ? first : 3;
    left -= width;
    const unit = 10 ** left;
    const group = decimals === width ? 'f' : `((f / ${unit}) >>> 0) % 1000`;
    source +=
      width === 1
        ? `d.setInt16(o, ${DIGIT_AND_COMMA} + ${group}, true); o += 1;`
        : `d.setInt32(o, ${width === 2 ? 'W_' : 'T_'}[${group}], true); o += ${width};`;
  }
  return `${source} o += 1;`;
}

function enumField(values: readonly string[], i: number): FieldSource {
  return storedField(textWords(values), values.length, i);
}

/** A field of column `i` that is one of `count` ready-made runs of bytes. */
export function storedField({ words, stride, lengths, maxLength }: TextWords, count: number, i: number): FieldSource {
  const copy = (word: number) => `d.setInt32(o + ${word * 4}, w${i}[x + ${word}], true);`;
  const nearly = [0, 1].filter((word) => word < stride).map(copy);
  const rest = stride > 2 ? `for (let j = 2; j * 4 < n; j++) d.setInt32(o + j * 4, w${i}[x + j], true);` : '';
  return {
    tables: { ...NOTHING, words, lengths },
    setup: `const w${i} = F[${i}].words, n${i} = F[${i}].lengths;`,
    body: `if (v >= ${count}) throw new RangeError('column ${i} has no value number ' + v);
      const x = v * ${stride}, n = n${i}[v]; ${nearly.join(' ')} ${rest} o += n;`,
    maxBytes: maxLength,
  };
}

/**
 * Thousands are kept as text while they hold, which for a running number is a thousand rows; the rest is one store.
 * Their product with 1000 would outgrow the integers that the first rows let the optimiser count on; the difference is
 * a double.
 */
function int53Field(i: number): FieldSource {
  const kept = new Int32Array(4);
  const bytes = new Uint8Array(kept.buffer);
  return {
    tables: { ...NOTHING, kept, renew: (thousands) => (thousands === 0 ? 0 : putInteger(bytes, 0, thousands, 1)) },
    setup: `const k${i} = F[${i}].kept; let base${i} = -1, n${i} = 0;`,
    body: `if (v < 0) o = putNegative(b, o, v); else {
      let rest = v - base${i};
      if (!(rest >= 0 && rest < 1000) || base${i} < 0) {
        const thousands = Math.floor(v / 1000);
        n${i} = F[${i}].renew(thousands); base${i} = v - v % 1000; rest = v - base${i};
      }
      const u = rest | 0;
      if (n${i} === 0) { d.setInt32(o, I_[u], true); o += L[u]; } else {
        ${copyKept(i, 4)} o += n${i}; d.setInt32(o, T_[u], true); o += 4;
      }
    }`,
    maxBytes: 18,
  };
}

function tagField(column: Column, i: number, { quote, prefix }: Dialect): FieldSource {
  const digits = column.digits ?? 1;
  const before = utf8(quote + prefix(column.prefix ?? ''));
  const after = utf8(`${quote},`);
  if (!(digits >= 1 && digits <= 10)) throw new RangeError(`a tag has 1 to 10 digits, not ${digits}`);
  if (before.length > 64) throw new RangeError('a prefix is longer than 64 bytes');
  return keptField(i, before.length + 10 + after.length, (bytes, value) => {
    const end = putTag(bytes, 0, before, digits, value);
    bytes.set(after, end);
    return end + after.length;
  });
}

function dateField(i: number, quote: string): FieldSource {
  const before = utf8(quote);
  const after = utf8(`${quote},`);
  return keptField(i, before.length + 10 + after.length, (bytes, value) => {
    bytes.set(before);
    const end = putDate(bytes, before.length, value);
    bytes.set(after, end);
    return end + after.length;
  });
}

/**
 * A field of column `i` that is written once, by `put`, which returns its length, and copied for as long as the value
 * is the same in the next rows.
 */
export function keptField(i: number, maxBytes: number, put: (bytes: Uint8Array, value: number) => number): FieldSource {
  const kept = new Int32Array(Math.ceil(maxBytes / 4));
  const bytes = new Uint8Array(kept.buffer);
  return {
    tables: { ...NOTHING, kept, renew: onlyForAnother((value) => put(bytes, value)) },
    setup: `const k${i} = F[${i}].kept; let last${i} = NaN, n${i} = 0;`,
    body: `if (v !== last${i}) { n${i} = F[${i}].renew(v); last${i} = v; } ${copyKept(i, kept.length)} o += n${i};`,
    maxBytes,
  };
}

/** The date is kept while the day lasts; the time of day is four stores. */
function timestampField(i: number, quote: string): FieldSource {
  const at = quote.length;
  const kept = new Int32Array(3);
  const bytes = new Uint8Array(kept.buffer);
  bytes.set(utf8(quote));
  const renew = (day: number): number => {
    bytes[at + 10] = 84;
    return putDate(bytes, at, day) + 1;
  };
  return {
    tables: { ...NOTHING, kept, renew: onlyForAnother(renew) },
    setup: `const k${i} = F[${i}].kept; let day${i} = NaN;`,
    body: `let ms = v - day${i};
      if (!(ms >= 0 && ms < ${DAY_MS})) {
        const day = Math.floor(v / ${DAY_MS});
        F[${i}].renew(day); day${i} = day * ${DAY_MS}; ms = v - day${i};
      }
      const t = ms | 0, sec = (t / 1000) | 0, min = (sec / 60) | 0, h = (min / 60) | 0;
      ${copyKept(i, 3)}
      d.setInt32(o + ${at + 11}, WC[h], true);
      d.setInt32(o + ${at + 14}, WC[min - h * 60], true);
      d.setInt32(o + ${at + 17}, WP[sec - min * 60], true);
      d.setInt32(o + ${at + 20}, TZ[t - sec * 1000], true);
      o += ${at + 24}; ${literalSource(`${quote},`)}`,
    maxBytes: 2 * at + 25,
  };
}

/** A stream writes a few rows at a time: what is kept mostly holds from one call to the next. */
function onlyForAnother(renew: (value: number) => number): (value: number) => number {
  let last = Number.NaN;
  let length = 0;
  return (value) => {
    if (value === last) return length;
    // What a renewal that throws has written is worth nothing.
    last = Number.NaN;
    length = renew(value);
    last = value;
    return length;
  };
}

function copyKept(i: number, words: number): string {
  return Array.from({ length: words }, (_, word) => `d.setInt32(o + ${word * 4}, k${i}[${word}], true);`).join(' ');
}
