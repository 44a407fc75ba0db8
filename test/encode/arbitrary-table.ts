/** Arbitrary tables for properties: columns of every kind, and rows that favour the values where a writer breaks. */
import fc from 'fast-check';
import { type Batch, createBatch } from '#src/columns/batch.js';
import { type Column, NULL_INT, type TableSchema } from '#src/columns/column.js';

export interface Table {
  readonly schema: TableSchema;
  readonly batch: Batch;
}

const INT_EDGES = [
  0,
  1,
  -1,
  9,
  10,
  99,
  100,
  999,
  1000,
  1001,
  999_999,
  1_000_000,
  2 ** 31 - 1,
  -(2 ** 31) + 1,
  -5,
  -999,
  -1000,
];
const INT53_EDGES = [0, 1, 999, 1000, 999_999, 1_000_000, 2 ** 31, 2 ** 32, 1e15, 2 ** 53 - 1, 2 ** 53];
const DAY = 86_400_000;
const DAYS = [
  '1970-01-01',
  '1999-12-31',
  '2000-02-29',
  '2024-02-29',
  '2025-12-31',
  '2026-01-01',
  '2100-03-01',
  '9999-12-31',
].map((date) => Date.parse(date) / DAY);
const TEXTS = fc.oneof(
  fc.constantFrom(
    '',
    'a,b',
    '"',
    'say "hi"',
    'line\nbreak',
    '\r',
    ' ',
    ' a',
    'a\t',
    '\\.',
    'Köln',
    '日本',
    'x'.repeat(40),
  ),
  fc.string(),
);

const integer = fc.oneof(fc.constantFrom(...INT_EDGES), fc.integer({ min: NULL_INT + 1, max: 2 ** 31 - 1 }));
const whole53 = fc.oneof(fc.constantFrom(...INT53_EDGES), fc.maxSafeNat(), fc.nat(3000));
const day = fc.oneof(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: Date.parse('9999-12-31') / DAY }));
const msOfDay = fc.oneof(
  fc.constantFrom(0, 1, 999, 1000, 59_999, 60_000, DAY - 1),
  fc.integer({ min: 0, max: DAY - 1 }),
);

interface Kind {
  readonly column: Omit<Column, 'name' | 'sqlType' | 'unit' | 'description'>;
  readonly value: fc.Arbitrary<number>;
}

const kinds: fc.Arbitrary<Kind> = fc.boolean().chain((nullable): fc.Arbitrary<Kind> => {
  const orNull = (value: fc.Arbitrary<number>, missing: number) =>
    nullable ? fc.oneof(value, fc.constant(missing)) : value;
  const smallest = nullable ? integer : fc.oneof(integer, fc.constant(NULL_INT));
  return fc.oneof<fc.Arbitrary<Kind>[]>(
    fc.constant<Kind>({ column: { kind: 'int53', nullable }, value: orNull(whole53, -1) }),
    fc.constant<Kind>({ column: { kind: 'int53', nullable }, value: fc.integer({ min: -3_000_000_000, max: 5 }) }),
    fc.constant<Kind>({ column: { kind: 'int', nullable }, value: orNull(smallest, NULL_INT) }),
    fc.integer({ min: 0, max: 9 }).map((decimals): Kind => {
      return { column: { kind: 'fixed', nullable, decimals }, value: orNull(smallest, NULL_INT) };
    }),
    fc.integer({ min: 0, max: 9 }).map((decimals): Kind => {
      // A double distinguishes decimals of this size.
      const value = fc.oneof(
        fc.nat(3000),
        fc.nat(10 ** 7),
        fc.maxSafeNat().map((n) => n % 2 ** 43),
      );
      return { column: { kind: 'fixed53', nullable: false, decimals }, value };
    }),
    fc.constant<Kind>({ column: { kind: 'bool', nullable: false }, value: fc.integer({ min: 0, max: 1 }) }),
    fc.array(TEXTS, { minLength: 1, maxLength: 6 }).map((values): Kind => {
      return { column: { kind: 'enum', nullable: false, values }, value: fc.nat(values.length - 1) };
    }),
    fc.tuple(fc.constantFrom('', 'VEH-', 'É'), fc.integer({ min: 1, max: 10 })).map(([prefix, digits]): Kind => {
      const value = fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1), fc.constant(10 ** 6));
      return { column: { kind: 'tag', nullable, prefix, digits }, value: orNull(value, NULL_INT) };
    }),
    fc.constant<Kind>({ column: { kind: 'date', nullable }, value: orNull(day, NULL_INT) }),
    fc.constant<Kind>({
      column: { kind: 'timestamp', nullable },
      value: orNull(
        fc.tuple(day, msOfDay).map(([days, ms]) => days * DAY + ms),
        NULL_INT,
      ),
    }),
  );
});

/** Values often repeat from row to row, because the writer copies unchanged text from the previous row. */
function column(rows: number): fc.Arbitrary<{ kind: Kind; values: number[] }> {
  return kinds.chain((kind) =>
    fc.array(fc.tuple(kind.value, fc.boolean()), { minLength: rows, maxLength: rows }).map((drawn) => {
      const values: number[] = [];
      for (const [value, repeat] of drawn) values.push(repeat && values.length > 0 ? values.at(-1)! : value);
      return { kind, values };
    }),
  );
}

export const arbitraryTable: fc.Arbitrary<Table> = fc
  .integer({ min: 1, max: 12 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.array(column(rows), { minLength: 1, maxLength: 8 })))
  .map(([rows, drawn]) => {
    const columns = drawn.map(({ kind }, i): Column => {
      return { ...kind.column, name: `c${i}`, sqlType: 'text', unit: '', description: '' };
    });
    const batch = createBatch({ columns }, rows);
    batch.length = rows;
    drawn.forEach(({ values }, i) => {
      batch.arrays[`c${i}`]!.set(values);
    });
    return { schema: { columns }, batch };
  });
