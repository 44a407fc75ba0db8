/** Texts as ready-made bytes and words, made once when a writer is compiled. */

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The texts of an enum as words of four bytes, `stride` words a text, each as its format writes it and followed by a comma. */
export interface TextWords {
  readonly words: Int32Array;
  readonly stride: number;
  /** Bytes of each text with its comma. */
  readonly lengths: Uint16Array;
  readonly maxLength: number;
}

/** Throws RangeError for no text, more than a Uint8 can count, or a text too long for a field. */
export function textWords(texts: readonly string[]): TextWords {
  const fields = texts.map((text) => utf8(`${text},`));
  const lengths = Uint16Array.from(fields, (field) => field.length);
  const maxLength = Math.max(0, ...fields.map((field) => field.length));
  if (texts.length === 0 || texts.length > 256)
    throw new RangeError(`an enum has 1 to 256 values, not ${texts.length}`);
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
