/** What has to be known of PostgreSQL's types to show their values. */

/** OIDs of int8, int2, int4, oid, float4, float8 and numeric. */
const NUMERIC = new Set([20, 21, 23, 26, 700, 701, 1700]);

/** Whether a value of the type is a number: aligned right, unquoted in JSON. */
export function isNumeric(type: number): boolean {
  return NUMERIC.has(type);
}
