/**
 * The metrics table as a page with three charts: records, speed and events a minute, by region or by vehicle class.
 *   node dist/chart/metrics-chart.js [--table fleet_telemetry_metrics] [--by region|vehicle_class]
 *     [--out metrics.html] [--every SECONDS]
 * The database is the one in FLEETGEN_DATABASE_URL. With --every the page is written again and again until Ctrl-C, and
 * reloads itself in the browser.
 */
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { escapeIdentifier } from 'pg';
import { FleetgenError } from '../base/errors.js';
import { requirePackage } from '../base/package.js';
import { MINUTE_MS } from '../base/time.js';
import { connectClient } from '../pg/client.js';
import { connectionOf } from '../pg/connection/connection.js';

interface Minute {
  readonly minute: Date;
  readonly member: string;
  readonly records: number;
  readonly p95_speed_kmh: number;
  readonly braking_events: number;
}

type Metric = 'records' | 'p95_speed_kmh' | 'braking_events';

const CHARTS: readonly [metric: Metric, title: string][] = [
  ['records', 'Records a minute'],
  ['p95_speed_kmh', '95th percentile of speed, km/h'],
  ['braking_events', 'Records with hard braking a minute'],
];
const SIZE = { width: 1100, height: 300 };
/** Minutes of event time that are shown: a day. */
const MINUTES = 1440;

const USAGE =
  'metrics-chart.js [--table fleet_telemetry_metrics] [--by region|vehicle_class] [--out metrics.html] [--every SECONDS]';
const { values } = readFlags();
const url = process.env.FLEETGEN_DATABASE_URL;
const seconds = values.every === undefined ? undefined : Number(values.every);

if (values.help) {
  process.stdout.write(`${USAGE}\nDraws the metrics of the database in FLEETGEN_DATABASE_URL.\n`);
  process.exit(0);
}
if (url === undefined || url.trim() === '') {
  const state = url === undefined ? 'not set' : 'empty';
  fail(
    `FLEETGEN_DATABASE_URL is ${state}: it must be the database of the Spark job, such as $(fleetgen db url) prints`,
    2,
  );
}
if (seconds !== undefined && !(seconds > 0)) fail(`--every ${values.every} is not a number of seconds above 0`, 2);
try {
  requirePackage('echarts', 'the chart');
  await draw(url);
  while (seconds !== undefined) {
    await sleep(seconds * 1000);
    await draw(url);
  }
} catch (error) {
  if (error instanceof FleetgenError) fail(error.message, error.exitCode);
  fail(`cannot draw ${values.table}: ${error instanceof Error ? error.message : error}`, 1);
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        table: { type: 'string', default: 'fleet_telemetry_metrics' },
        by: { type: 'string', default: 'region' },
        out: { type: 'string', default: 'metrics.html' },
        every: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}; usage: ${USAGE}`, 2);
  }
}

async function draw(database: string): Promise<void> {
  const minutes = await readMinutes(database);
  const refresh = seconds === undefined ? '' : `<meta http-equiv="refresh" content="${seconds}">`;
  const echarts = await import('echarts');
  const charts = CHARTS.map(([metric, title]) => chart(echarts, minutes, metric, title)).join('\n');
  const page = `<!doctype html><meta charset="utf-8">${refresh}<title>Live metrics</title>\n${charts}\n`;
  // A browser must never see half a page.
  await writeFile(`${values.out}.partial`, page);
  await rename(`${values.out}.partial`, values.out);
  process.stderr.write(`${values.out}: ${minutes.length} rows, up to ${minutes.at(-1)?.minute.toISOString() ?? '-'}\n`);
}

async function readMinutes(database: string): Promise<Minute[]> {
  const client = await connectClient(connectionOf(database));
  try {
    const table = escapeIdentifier(values.table);
    const sql = `SELECT window_start AS minute, member, records::int, p95_speed_kmh, braking_events::int
      FROM ${table} WHERE dimension = $1
        AND window_start > (SELECT max(window_start) FROM ${table}) - make_interval(mins => $2)
      ORDER BY window_start, member`;
    return (await client.query<Minute>(sql, [values.by, MINUTES])).rows;
  } finally {
    await client.end();
  }
}

/** One line per member, as SVG. */
function chart(echarts: typeof import('echarts'), minutes: readonly Minute[], metric: Metric, title: string): string {
  const members = [...new Set(minutes.map((each) => each.member))].sort();
  const plot = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  plot.setOption({
    animation: false,
    title: { text: title, left: 0, textStyle: { fontSize: 14 } },
    legend: { top: 0, right: 20 },
    grid: { left: 50, right: 20, top: 40, bottom: 30 },
    // As the table's times are printed.
    useUTC: true,
    xAxis: { type: 'time' },
    yAxis: { type: 'value', minInterval: metric === 'p95_speed_kmh' ? 0 : 1 },
    series: members.map((member) => ({
      name: member,
      type: 'line',
      showSymbol: false,
      data: points(
        minutes.filter((each) => each.member === member),
        metric,
      ),
    })),
  });
  const svg = plot.renderToSVGString();
  plot.dispose();
  return svg;
}

/** Pairs of time and value, with a gap after each run of minutes: a line across a silent hour would be invented. */
function points(minutes: readonly Minute[], metric: Metric): (readonly [number, number | null])[] {
  return minutes.flatMap((each, i) => {
    const time = each.minute.getTime();
    const point = [time, each[metric]] as const;
    const next = minutes[i + 1]?.minute.getTime() ?? 0;
    return next - time > MINUTE_MS ? [point, [time + MINUTE_MS, null] as const] : [point];
  });
}

function fail(message: string, exitCode: number): never {
  process.stderr.write(`metrics-chart: ${message}\n`);
  process.exit(exitCode);
}
