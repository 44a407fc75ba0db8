/**
 * Objects of typed arrays on shared memory as one piece of memory that can be kept in a file: a line of JSON that says
 * the layout, then the arrays' memory as it is, which is used in place after reading.
 */

type Numbers = Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array;
type TypeName = 'Float64Array' | 'Float32Array' | 'Int32Array' | 'Int16Array' | 'Uint16Array' | 'Uint8Array';
const TYPES: Readonly<Record<TypeName, new (memory: SharedArrayBuffer, at: number, length: number) => Numbers>> = {
  Float64Array,
  Float32Array,
  Int32Array,
  Int16Array,
  Uint16Array,
  Uint8Array,
};

/** A cache line, which no array's memory shares with another's. */
const LINE_BYTES = 64;
const NEWLINE = 10;

interface ArrayEntry {
  readonly type: TypeName;
  /** Bytes from the begin of the image, and entries. */
  readonly at: number;
  readonly length: number;
}

type Layout =
  | { readonly array: ArrayEntry }
  | { readonly list: readonly Layout[] }
  | { readonly map: LayoutMap }
  | { readonly plain: unknown };
interface LayoutMap {
  readonly [name: string]: Layout;
}

/**
 * The image of plain objects, lists, typed arrays on shared memory and JSON values. Arrays on the same memory stay so.
 */
export function toMemoryImage(key: string, value: unknown): Uint8Array {
  const buffers = new Map<ArrayBufferLike, number>();
  let end = 0;
  const placed = (buffer: ArrayBufferLike): number => {
    const known = buffers.get(buffer);
    if (known !== undefined) return known;
    const at = end;
    buffers.set(buffer, at);
    end = aligned(at + buffer.byteLength);
    return at;
  };
  const layoutOf = (part: unknown): Layout => {
    if (ArrayBuffer.isView(part)) {
      const array = part as Numbers;
      const type = array.constructor.name as TypeName;
      if (!(type in TYPES)) throw new TypeError(`no image of ${type}`);
      return { array: { type, at: placed(array.buffer) + array.byteOffset, length: array.length } };
    }
    if (Array.isArray(part)) return { list: part.map(layoutOf) };
    if (typeof part !== 'object' || part === null) return { plain: part };
    return { map: Object.fromEntries(Object.entries(part).map(([name, each]) => [name, layoutOf(each)])) };
  };
  const head = new TextEncoder().encode(`${JSON.stringify({ key, layout: layoutOf(value) })}\n`);
  const start = aligned(head.length);
  const image = new Uint8Array(start + end);
  image.set(head);
  for (const [buffer, at] of buffers) image.set(new Uint8Array(buffer), start + at);
  return image;
}

/** What an image was made of, on the image's memory; undefined if it was made with another key. */
export function fromMemoryImage(key: string, image: Uint8Array<SharedArrayBuffer>): unknown {
  const end = image.indexOf(NEWLINE);
  const head = JSON.parse(new TextDecoder().decode(image.slice(0, end))) as { key: string; layout: Layout };
  if (head.key !== key) return undefined;
  const start = image.byteOffset + aligned(end + 1);
  const partOf = (layout: Layout): unknown => {
    if ('plain' in layout) return layout.plain;
    if ('list' in layout) return layout.list.map(partOf);
    if ('map' in layout)
      return Object.fromEntries(Object.entries(layout.map).map(([name, each]) => [name, partOf(each)]));
    const { type, at, length } = layout.array;
    return new TYPES[type](image.buffer, start + at, length);
  };
  return partOf(head.layout);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
}
