/** Texts as ready-made bytes and words, made once when a writer is compiled. */

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Fields as words of four bytes, `stride` words a field. */
export interface TextWords {
  readonly words: Int32Array;
  readonly stride: number;
  /** Bytes of each field. */
  readonly lengths: Uint16Array;
  readonly maxLength: number;
}

/** The texts of an enum as their format writes them, each followed by a comma. Throws as wordsOf does. */
export function textWords(texts: readonly string[]): TextWords {
  return wordsOf(texts.map((text) => utf8(`${text},`)));
}

/** Throws RangeError for no field, more than a Uint8 can count, or one that is too long. */
export function wordsOf(fields: readonly Uint8Array[]): TextWords {
  const lengths = Uint16Array.from(fields, (field) => field.length);
  const maxLength = Math.max(0, ...fields.map((field) => field.length));
  if (fields.length === 0 || fields.length > 256)
    throw new RangeError(`an enum has 1 to 256 values, not ${fields.length}`);
  if (maxLength > 4096) throw new RangeError('an enum value is longer than 4 KiB');
  const stride = Math.ceil(maxLength / 4);
  const words = new Int32Array(stride * fields.length);
  fields.forEach((field, code) => {
    field.forEach((byte, i) => {
      words[code * stride + (i >> 2)]! |= byte << (8 * (i & 3));
    });
  });
  return { words, stride, lengths, maxLength };
}

/** The source that stores the text at `o` and steps over it. Only numbers get into the source. */
export function literalSource(text: string): string {
  const bytes = utf8(text);
  let source = '';
  for (let i = 0; i < bytes.length; i += 4) {
    let word = 0;
    bytes.subarray(i, i + 4).forEach((byte, k) => {
      word |= byte << (8 * k);
    });
    source += `d.setInt32(o + ${i}, ${word}, true); `;
  }
  return `${source}o += ${bytes.length};`;
}
