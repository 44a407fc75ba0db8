/** What a streamed message holds: a row of the main table, and when it arrived, which the table leaves to a sum. */
import type { Arrays, ArraysOf, Column, TableSchema } from './column.js';

/** recorded_at + network_delay_ms, the last field of a message. */
export const RECEIVED_AT = {
  name: 'received_at',
  sqlType: 'timestamptz',
  kind: 'timestamp',
  nullable: false,
  unit: 'UTC',
  description: 'When the record arrived: recorded_at + network_delay_ms.',
} as const satisfies Column;

type MessageColumns<Known extends Arrays> = Known & ArraysOf<[typeof RECEIVED_AT]>;

export function messageSchema<Known extends Arrays>(telemetry: TableSchema<Known>): TableSchema<MessageColumns<Known>> {
  return { columns: [...telemetry.columns, RECEIVED_AT] };
}
