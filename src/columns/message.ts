/** What a streamed message holds: a row of the main table, and when it arrived, which the table leaves to a sum. */
import type { Column, TableSchema } from './column.js';

/** recorded_at + network_delay_ms, the last field of a message. */
export const RECEIVED_AT: Column = {
  name: 'received_at',
  sqlType: 'timestamptz',
  kind: 'timestamp',
  nullable: false,
  unit: 'UTC',
  description: 'When the record arrived: recorded_at + network_delay_ms.',
};

export function messageSchema(telemetry: TableSchema): TableSchema {
  return { columns: [...telemetry.columns, RECEIVED_AT] };
}
