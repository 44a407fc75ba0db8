/** Parquet: one shard of the dataset, or a part of it, a row group; the encodings are those of encode/parquet/. */
import { packageVersion } from '../base/package.js';
import type { TableSchema } from '../columns/column.js';
import { schemaMessage } from '../encode/arrow/messages.js';
import { compileCsvWriter } from '../encode/csv.js';
import { PARQUET_MAGIC, parquetFooter } from '../encode/parquet/footer.js';
import { compileParquetWriter, type RowGroupEntry } from '../encode/parquet/parquet.js';
import type { BlockFile, BlockFormat } from './file-format.js';

const WRITER = 'fleetgen version ';

export const parquet: BlockFormat = {
  kind: 'blocks',
  ending: '.parquet',
  title: 'Parquet',
  options: ['codec', 'rowGroupRows', 'decimals'],
  signature: { at: 'end', text: WRITER },
  async compileWriter(schema, { codec, rowGroupRows, decimals }) {
    const { pageCompressor } = await import('../base/compression/page-codecs.js');
    return compileParquetWriter(schema, {
      groupRows: rowGroupRows,
      decimals,
      compress: await pageCompressor(codec),
    });
  },
  head: () => PARQUET_MAGIC,
  tail({ schema, options, sortedBy, identity }: BlockFile, blocks) {
    return parquetFooter(schema, blocks as readonly RowGroupEntry[], {
      codec: options.codec,
      decimals: options.decimals,
      createdBy: `${WRITER}${packageVersion()} (build 0)`,
      keyValues: [
        ['fleetgen', identity],
        ['ARROW:schema', arrowSchema(schema, options.decimals)],
      ],
      sortedBy,
    });
  },
  // Rows are read as lines of CSV.
  compileLineWriter: compileCsvWriter,
  async open(schema, path) {
    const { openParquet } = await import('../read/columnar/open-parquet.js');
    return openParquet(schema, path);
  },
};

/** Arrow's own types and the metadata of fields, for readers that make Arrow's tables: base64 of a schema message. */
function arrowSchema(schema: TableSchema, decimals: boolean): string {
  return Buffer.from(schemaMessage(schema, { keyValues: [], decimals }).head).toString('base64');
}
