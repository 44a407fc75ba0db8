/** Arrow IPC: a file that can be read at random, or on standard output a stream; the layout is that of encode/arrow/. */
import { arrowHead, arrowTail, type BatchEntry, compileArrowWriter } from '../encode/arrow/arrow.js';
import { compileCsvWriter } from '../encode/csv.js';
import type { BlockFile, BlockFormat } from './file-format.js';

/** Rows of a record batch: some 1.5 MB. */
const BATCH_ROWS = 16_384;
const KEY = 'fleetgen';

export const arrow: BlockFormat = {
  kind: 'blocks',
  ending: '.arrow',
  title: 'Arrow',
  options: [],
  signature: { at: 'beginning', text: KEY },
  compileWriter: async (schema) => compileArrowWriter(schema, BATCH_ROWS),
  head: (file) => arrowHead(file.schema, keyValues(file), file.isStream),
  tail: (file, blocks) => arrowTail(file.schema, keyValues(file), file.isStream, blocks as readonly BatchEntry[]),
  // Rows are read as lines of CSV.
  compileLineWriter: compileCsvWriter,
  async open(schema, path) {
    const { openArrow } = await import('../read/columnar/open-arrow.js');
    return openArrow(schema, path);
  },
};

function keyValues({ identity }: BlockFile) {
  return [[KEY, identity]] as const;
}
