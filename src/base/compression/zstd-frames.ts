/**
 * The frames of a zstd file, one by one: Node's decompressor ends with the first of them, and a file that was
 * compressed in pieces has many. Layout of frames and blocks: RFC 8878, sections 3.1.1 and 3.1.2.
 */

const MAGIC = 0xfd2fb528;
/** Of frames that hold no data; the last four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const CHECKSUM_BYTES = 4;
const RLE_BLOCK = 1;
const FIELD_BYTES = [0, 1, 2, 4, 8] as const;

/**
 * Each frame as its bytes, which have to be read before the next frame is asked for. Throws an error of code ZSTD_FRAME
 * for bytes that are no frames, or a file that ends within one.
 */
export async function* zstdFrames(source: AsyncIterable<Buffer>): AsyncGenerator<AsyncGenerator<Buffer>> {
  const bytes = new ByteReader(source);
  for (let magic = await bytes.next(4); magic.length > 0; magic = await bytes.next(4)) {
    if (magic.length === 4 && (magic.readUInt32LE() & ~0xf) >>> 0 === SKIPPABLE_MAGIC) {
      const size = (await bytes.exactly(4)).readUInt32LE();
      await bytes.exactly(size);
    } else {
      if (magic.length < 4 || magic.readUInt32LE() !== MAGIC) throw broken('no frame begins where one ends');
      yield frame(magic, bytes);
    }
  }
}

async function* frame(magic: Buffer, bytes: ByteReader): AsyncGenerator<Buffer> {
  yield magic;
  const first = await bytes.exactly(1);
  yield first;
  const descriptor = first.readUInt8();
  yield await bytes.exactly(restOfHeader(descriptor));
  for (let isLast = false; !isLast; ) {
    const head = await bytes.exactly(3);
    yield head;
    const header = head.readUIntLE(0, 3);
    isLast = (header & 1) === 1;
    yield await bytes.exactly(((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3);
  }
  if ((descriptor & 4) !== 0) yield await bytes.exactly(CHECKSUM_BYTES);
}

/** Bytes of window, dictionary and content size. */
function restOfHeader(descriptor: number): number {
  const isSingleSegment = (descriptor & 32) !== 0;
  const sizeFlag = descriptor >> 6;
  const size = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  return size + (isSingleSegment ? 0 : 1) + (FIELD_BYTES[descriptor & 3] ?? 0);
}

class ByteReader {
  private readonly pieces: AsyncIterator<Buffer>;
  private piece: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.pieces = source[Symbol.asyncIterator]();
  }

  /** Fewer at the end. */
  async next(count: number): Promise<Buffer> {
    while (this.piece.length < count) {
      const next = await this.pieces.next();
      if (next.done === true) break;
      this.piece = this.piece.length === 0 ? next.value : Buffer.concat([this.piece, next.value]);
    }
    const taken = this.piece.subarray(0, count);
    this.piece = this.piece.subarray(count);
    return taken;
  }

  async exactly(count: number): Promise<Buffer> {
    const taken = await this.next(count);
    if (taken.length < count) throw broken('it ends within a frame');
    return taken;
  }
}

function broken(what: string): Error {
  return Object.assign(new Error(what), { code: 'ZSTD_FRAME' });
}
