/** NDJSON: one JSON object a line, as encode/ndjson.ts writes it. */
import { compileNdjsonWriter } from '../encode/ndjson.js';
import type { FileFormat } from './file-format.js';

export const ndjson: FileFormat = {
  ending: '.ndjson',
  title: 'NDJSON',
  header: undefined,
  compileWriter: compileNdjsonWriter,
  beginning(schema) {
    const members = schema.columns.map(({ name }) => `"${name}":(?:"(?:[^"\\\\]|\\\\.)*"|[^",{}]+)`);
    return new RegExp(`^\\{${members.join(',')}[,}]`);
  },
  async open(schema, path) {
    const { openNdjson } = await import('../read/open-ndjson.js');
    return openNdjson(schema, path);
  },
};
