/** The footer of an Arrow file, as far as it says how much a whole file holds. */
import { open } from 'node:fs/promises';

const MAGIC = Buffer.from('ARROW1');
const LENGTH_BYTES = 4;
/** A file begins with its magic, filled up to eight bytes; a stream follows, which a stream alone is. */
export const FILE_HEAD_BYTES = 8;
/** Of Footer in File.fbs. */
const RECORD_BATCHES = 3;

/** How many record batches the file has; undefined for a stream. Throws an Error for a damaged footer. */
export async function countRecordBatches(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (from: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, from)).buffer;
    if (!(await read(0, MAGIC.length)).equals(MAGIC)) return undefined;
    const end = size - LENGTH_BYTES - MAGIC.length;
    const tail = await read(Math.max(0, end), LENGTH_BYTES + MAGIC.length);
    const length = tail.readInt32LE();
    if (!tail.subarray(LENGTH_BYTES).equals(MAGIC) || length <= 0 || length > end - FILE_HEAD_BYTES)
      throw new Error('it is not complete');
    return vectorLength(await read(end - length, length), RECORD_BATCHES);
  } finally {
    await file.close();
  }
}

/** The length of the vector in a field of the root table; 0 where it is missing. https://flatbuffers.dev/internals/ */
function vectorLength(flatBuffer: Buffer, field: number): number {
  const table = flatBuffer.readUInt32LE();
  const fields = table - flatBuffer.readInt32LE(table);
  const entry = 2 * (field + 2);
  const place = entry < flatBuffer.readUInt16LE(fields) ? flatBuffer.readUInt16LE(fields + entry) : 0;
  if (place === 0) return 0;
  const reference = table + place;
  return flatBuffer.readUInt32LE(reference + flatBuffer.readUInt32LE(reference));
}
