import type { Column, ValueRange } from './column.js';
import { TELEMETRY } from './telemetry.js';
import { truthSchema } from './truth.js';
import { vehicleSchema } from './vehicle.js';

const RANGES: ReadonlyMap<string, ValueRange | undefined> = new Map(
  [TELEMETRY, truthSchema([], [], []), vehicleSchema([], [], [])].flatMap(({ columns }) =>
    columns.map(({ name, range }) => [name, range] as const),
  ),
);

/** The range of a column's values in any scenario, for readers that don't know it. */
export function widestRange({ name }: Column): ValueRange {
  return RANGES.get(name) ?? {};
}
