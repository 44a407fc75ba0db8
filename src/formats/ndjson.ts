/** NDJSON: one JSON object a line, as encode/ndjson.ts writes it. */
import { compileNdjsonWriter } from '../encode/ndjson.js';
import type { TextFormat } from './file-format.js';

export const ndjson: TextFormat = {
  kind: 'text',
  ending: '.ndjson',
  title: 'NDJSON',
  options: [],
  header: undefined,
  compileLineWriter: compileNdjsonWriter,
  beginning(schema) {
    const members = schema.columns.map(({ name }) => `"${name}":(?:"(?:[^"\\\\]|\\\\.)*"|[^",{}]+)`);
    return new RegExp(`^\\{${members.join(',')}[,}]`);
  },
  async open(schema, path) {
    const { openNdjson } = await import('../read/open-ndjson.js');
    return openNdjson(schema, path);
  },
};
