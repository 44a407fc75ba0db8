/** The key that identifies and orders the rows of a table or file. */
import type { TableSchema } from '../../../columns/column.js';
import type { RowIdentity } from '../findings.js';

export interface RowKey {
  readonly column: string;
  /** SQL after ORDER BY. */
  readonly order: string;
  /** The number in a batch that represents a text of the CSV, or NaN for a foreign one. */
  readonly read: (text: string) => number;
  /** `id` is the number in a batch, or NaN; a vehicle's is negative too when it is foreign. */
  readonly name: (id: number) => RowIdentity;
}

/** Of records and their truth. */
export const RECORD_KEY: RowKey = {
  column: 'record_id',
  order: 'record_id',
  read: (text) => (/^-?\d{1,16}(?:\.0*)?$/.test(text) ? Number(text) : Number.NaN),
  name: (id) => ({ recordId: Number.isNaN(id) ? null : id }),
};

/** Of vehicles. */
export function vehicleKey(schema: TableSchema): RowKey {
  const { prefix = '', digits = 0 } = schema.columns.find(({ name }) => name === 'vehicle_id')!;
  const text = (id: number) => prefix + String(id).padStart(digits, '0');
  return {
    column: 'vehicle_id',
    // As numbers: longer ones come later.
    order: 'length(vehicle_id), vehicle_id COLLATE "C"',
    read: (found) => {
      const id = Number(found.slice(prefix.length));
      return text(id) === found ? id : Number.NaN;
    },
    name: (id) => ({ vehicleId: id >= 0 ? text(id) : null }),
  };
}
