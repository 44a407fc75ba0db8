/** The expected metrics table, computed by SQL from the table that generate loaded. */
import { TELEMETRY } from '#src/columns/telemetry.js';

const EVENTS = TELEMETRY.columns.filter((column) => column.kind === 'bool').map((column) => column.name);

/** Compared for equality; p95 too, which is exact with three decimals. */
const EXACT: Readonly<Record<string, string>> = {
  records: 'count(*)',
  vehicles: 'count(DISTINCT vehicle_id)',
  p95_speed_kmh: 'round(percentile_cont(0.95) WITHIN GROUP (ORDER BY speed_kmh)::numeric, 3)::double precision',
  ...Object.fromEntries(EVENTS.map((event) => [`${event}s`, `count(*) FILTER (WHERE ${event})`])),
  late_records: 'count(*) FILTER (WHERE network_delay_ms > 60000)',
  max_delay_ms: 'max(network_delay_ms)',
};

/** Averages: the order of the sum may differ, hence 1e-9. */
const CLOSE: Readonly<Record<string, string>> = {
  mean_speed_kmh: 'avg(speed_kmh)',
  risky_share: "avg((risk_label = 'risky')::integer)",
};

/** Names of all metrics that this file checks. */
export const METRICS = [...Object.keys(EXACT), ...Object.keys(CLOSE)];

/**
 * One row: `rows` expected, and for each metric how many of the rows of either side differ. `records` picks the
 * records that the stream carried.
 */
export function differences(metricsTable: string, records = 'true'): string {
  const all = { ...EXACT, ...CLOSE };
  const aggregates = Object.entries(all).map(([name, sql]) => `${sql} AS ${name}`);
  const differing = [
    ...Object.keys(EXACT).map((name) => [name, `e.${name} IS DISTINCT FROM m.${name}`]),
    ...Object.keys(CLOSE).map((name) => [
      name,
      `abs(e.${name} - m.${name}) IS DISTINCT FROM 0
      AND coalesce(abs(e.${name} - m.${name}) > 1e-9, true)`,
    ]),
  ].map(([name, condition]) => `(count(*) FILTER (WHERE ${condition}))::int AS ${name}`);
  return `
    WITH expected AS (
      SELECT date_trunc('minute', recorded_at) AS window_start, of.dimension, of.member, ${aggregates.join(', ')}
      FROM fleet_telemetry JOIN fleet_telemetry_vehicle AS v USING (vehicle_id),
        LATERAL (VALUES ('region', v.region), ('vehicle_class', v.vehicle_class)) AS of (dimension, member)
      WHERE ${records}
      GROUP BY 1, 2, 3
    )
    SELECT count(e.records)::int AS rows, ${differing.join(', ')}
    FROM expected AS e FULL JOIN ${metricsTable} AS m USING (window_start, dimension, member)`;
}
