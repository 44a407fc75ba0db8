/** Rows in chunks: all of them, in order, as many per chunk as certainly fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatch } from '#src/columns/batch.js';
import type { TableSchema } from '#src/columns/column.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { ChunkWriter } from '#src/run/shards/chunk-writer.js';

const CHUNK = 256 * 1024;
/** With the line end a row of 56 bytes, in room for 64: after 4680 rows a chunk has exactly that room left. */
const ROW = 56;
const schema: TableSchema = {
  columns: [
    {
      name: 'c',
      sqlType: 'text',
      kind: 'enum',
      nullable: false,
      unit: '',
      description: '',
      values: ['a'.repeat(ROW - 1), 'b'.repeat(ROW - 1)],
    },
  ],
};

/** Sends batches of so many rows, every third row another text; returns the chunks and all that was to be in them. */
async function chunksOf(batches: readonly number[]): Promise<{ chunks: string[]; wanted: string }> {
  const writer = compileCsvWriter(schema);
  assert.equal(writer.maxRowBytes, ROW + 8);
  const chunks: string[] = [];
  let wanted = '';
  const chunkWriter = new ChunkWriter(async (chunk, length) => {
    chunks.push(Buffer.from(chunk.subarray(0, length)).toString());
    return chunk.fill(0);
  });
  for (const rows of batches) {
    const batch = createBatch(schema, Math.max(1, rows));
    batch.length = rows;
    for (let row = 0; row < rows; row++) {
      batch.arrays.c![row] = row % 3 === 0 ? 1 : 0;
      wanted += `${schema.columns[0]!.values![row % 3 === 0 ? 1 : 0]}\n`;
    }
    await chunkWriter.writeRows(writer, batch);
  }
  assert.equal((await chunkWriter.finish()).length, CHUNK);
  return { chunks, wanted };
}

test('a chunk takes a row that just fits, and not the next one', async () => {
  const full = (CHUNK - (ROW + 8)) / ROW + 1;
  assert.equal(full, 4681);
  for (const [batches, lengths] of [
    [[full], [full]],
    [[full + 1], [full, 1]],
    [
      [full - 1, 1, 1],
      [full, 1],
    ],
    [[2 * full + 7], [full, full, 7]],
    [
      [full, full],
      [full, full],
    ],
  ] as const) {
    const { chunks, wanted } = await chunksOf(batches);
    assert.equal(chunks.join('') === wanted, true, `${batches} rows`);
    assert.deepEqual(
      chunks.map((chunk) => chunk.length / ROW),
      lengths,
    );
  }
});

test('no rows produce no chunk', async () => {
  assert.deepEqual(await chunksOf([0, 0]), { chunks: [], wanted: '' });
  assert.deepEqual(await chunksOf([]), { chunks: [], wanted: '' });
});
