/** What a column means, in sentences. */
import type { Column } from '../column.js';

/** With unit and range: for COMMENT ON COLUMN and the schemas. */
export function columnDescription(column: Column): string {
  const unit = column.unit === '' ? '' : ` Unit: ${column.unit}.`;
  const range = rangeText(column);
  return column.description + unit + (range === '' ? '' : ` ${range}`);
}

/** One sentence, or nothing. */
export function rangeText({ range = {} }: Column): string {
  const { min, max } = range;
  if (min === undefined) return max === undefined ? '' : `Up to ${max}.`;
  return max === undefined ? `From ${min}.` : `From ${min} to ${max}.`;
}
