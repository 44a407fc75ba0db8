/** What CSV and NDJSON files say of themselves: columns, order, and what is wrong with a row. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Column, TableSchema } from '#src/columns/column.js';
import { fileBatches } from '#src/read/file-batches.js';
import { openCsv } from '#src/read/open-csv.js';
import { openNdjson } from '#src/read/open-ndjson.js';
import type { RecordFile } from '#src/read/record-file.js';

const base = { sqlType: 'integer', nullable: false, unit: '', description: '' } as const;
const columns: Column[] = [
  { ...base, name: 'id', kind: 'int' },
  { ...base, name: 'count', kind: 'int', nullable: true },
  { ...base, name: 'word', kind: 'enum', sqlType: 'text', values: ['zero', 'one', 'two, or so', 'say "3"'] },
];
const schema: TableSchema = { columns };
/** More rows than a batch has. */
const MANY = 2500;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetgen-open-'));
});
after(() => rm(folder, { recursive: true }));

type Open = (schema: TableSchema, path: string) => Promise<RecordFile>;

async function opened(open: Open, text: string): Promise<{ path: string; file: RecordFile }> {
  const path = join(folder, 'file');
  await writeFile(path, text);
  return { path, file: await open(schema, path) };
}

/** The stored values by row. */
async function rowsOf(open: Open, text: string): Promise<number[][]> {
  const { path, file } = await opened(open, text);
  const rows: number[][] = [];
  for await (const { arrays, length } of fileBatches(schema, path, file)) {
    for (let row = 0; row < length; row++) rows.push(columns.map(({ name }) => arrays[name]![row]!));
  }
  return rows;
}

const badRow = (message: RegExp) => ({ code: 'BAD_ROW', exitCode: 1, message });
const badFile = (message: RegExp) => ({ code: 'BAD_FILE', exitCode: 2, message });

describe('a CSV file', () => {
  const csv = (text: string) => rowsOf(openCsv, text);

  it('says whether its columns are in the order of the schema, and where they are', async () => {
    const facts = async (text: string) => {
      const { empty, inOrder, positions, width } = (await opened(openCsv, text)).file;
      return { empty, inOrder, positions, width };
    };
    const inOrder = { empty: false, inOrder: true, positions: [0, 1, 2], width: 3 };
    assert.deepEqual(await facts('id,count,word\n'), inOrder);
    assert.deepEqual(await facts('7,5,one\n'), inOrder);
    assert.deepEqual(await facts(''), { ...inOrder, empty: true });
    assert.deepEqual(await facts(' ID ,Count, word\n'), inOrder);
    assert.deepEqual(await facts('word,id,count\n'), { ...inOrder, inOrder: false, positions: [1, 2, 0] });
    assert.deepEqual(await facts('id,word,count\n'), { ...inOrder, inOrder: false, positions: [0, 2, 1] });
    assert.deepEqual(await facts('id,count,word,\n'), { ...inOrder, inOrder: false, width: 4 });
  });

  it('has all its rows read, a batch after the other, with the last in part', async () => {
    const rows = Array.from({ length: MANY }, (_, i) => [i, i % 7, i % 2]);
    const text = rows.map(([id, count, word]) => `${id},${count},${columns[2]!.values![word!]}\n`).join('');
    assert.deepEqual(await csv(text), rows);
  });

  it('has quoted fields with commas and quotes read, in the row where they stand', async () => {
    const text = 'id,count,word\n1,1,one\n2,2,"two, or so"\n3,3,zero\n4,4,"say ""3"""\n';
    assert.deepEqual(await csv(text), [
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 0],
      [4, 4, 3],
    ]);
  });

  it('may have nothing but a header', async () => {
    assert.deepEqual(await csv('id,count,word\n'), []);
  });

  it('may begin with more blank lines than are read at once', async () => {
    assert.deepEqual(await csv(`${'\n'.repeat(1 << 21)}id,count,word\n1,1,one\n`), [[1, 1, 1]]);
  });

  it('without even that is refused', async () => {
    await assert.rejects(csv(''), badFile(/file is empty: name a file that generate wrote$/));
    await assert.rejects(csv('\n\n'), badFile(/file is empty/));
  });

  for (const [row, says] of [
    ['1,2', /, line 3: it has 2 fields, not 3; correct/],
    ['1', /, line 3: it has 1 field, not 3; correct/],
    ['1,2,one,', /, line 3: it has 4 fields, not 3; correct/],
    ['1,2,"one', /, line 3: its quotes are not in pairs; correct/],
    ['1,2,"o\rne"\r,"', /, line 3: its quotes are not in pairs; correct/],
    ['"1",2,one\r1,2,one', /, line 3: a carriage return stands in its middle; correct/],
    [',2,one', /, line 3, column id: a value is missing; correct/],
  ] as const) {
    it(`has the row ${JSON.stringify(row)} named`, () =>
      assert.rejects(csv(`id,count,word\n0,0,"zero"\n${row}\n4,4,"zero"\n`), badRow(says)));
  }

  for (const [header, says] of [
    ['id,count', /has no column word: give the --scenario/],
    ['id;count;word', /has no column id: separate its columns by commas$/],
    ['id\tcount\tword', /has no column id: separate its columns by commas$/],
    ['Note;,count,word', /has no column id: give the --scenario/],
    ['id,count,word,ID', /has two columns id: give/],
    ['id,count,word,Note', /has one more column, "Note": give/],
    ['Note,id,count,word', /has one more column, "Note": give/],
  ] as const) {
    it(`of the header ${JSON.stringify(header)} is refused`, () => assert.rejects(csv(`${header}\n`), badFile(says)));
  }
});

describe('an NDJSON file', () => {
  const ndjson = (...rows: unknown[]) =>
    rowsOf(openNdjson, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  const row = { id: 1, count: null, word: 'one' };

  it('has all its rows read, whatever the order of their names', async () => {
    const values = Array.from({ length: MANY }, (_, i) => [i, i % 7, i % 2]);
    const rows = values.map(([id, count, word]) => ({ word: columns[2]!.values![word!], id, count }));
    assert.deepEqual(await ndjson(...rows), values);
  });

  it('may have blank lines, which count', async () => {
    assert.equal((await ndjson('', row, '', row, '')).length, 2);
    await assert.rejects(ndjson('', row, '', '{}'), badRow(/, line 4: it has no id; correct/));
  });

  for (const [bad, says] of [
    [{ id: 1, count: 2 }, 'it has no word'],
    [{ ...row, note: 1 }, 'it has one more name, "note"'],
    [[1, 2, 3], 'it is not a JSON object'],
    [null, 'it is not a JSON object'],
    ['7', 'it is not a JSON object'],
    ['{"id": 1', 'it is not a JSON object'],
  ] as const) {
    const fix = says.endsWith('JSON object') ? 'write one object a line$' : 'give the --scenario';
    it(`that begins with ${JSON.stringify(bad)} is refused`, () =>
      assert.rejects(ndjson(bad, row), badFile(new RegExp(`, line 1: ${says}; ${fix}`))));

    it(`has the row ${JSON.stringify(bad)} named`, () =>
      assert.rejects(ndjson(row, bad), badRow(new RegExp(`, line 2: ${says}; correct`))));
  }

  it('has a value of the wrong kind named as it stands', async () => {
    await assert.rejects(ndjson({ ...row, word: { a: 1 } }), badRow(/column word: "\{\\"a\\":1\}" is not one of/));
    await assert.rejects(ndjson({ ...row, id: null }), badRow(/column id: a value is missing/));
  });
});
