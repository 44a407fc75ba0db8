/**
 * What `npm start` does: a million records into the embedded PostgreSQL, then a first look at them. The server is
 * stopped at the end, unless another process uses it or it was asked to stay.
 */
import pg from 'pg';
import { FleetgenError } from '#src/base/errors.js';
import { formatCount, formatDuration } from '#src/base/format-numbers.js';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { type EmbeddedServer, openEmbedded } from '#src/embedded/open.js';
import { embeddedStatus } from '#src/embedded/status.js';
import { generate } from '#src/run/generate.js';
import { openProgress } from '#src/run/progress/open-progress.js';
import { tuneThreads } from '#src/threads/start-threads.js';

const ROWS = 1_000_000;
const SEED = 42;

const SAMPLE_QUERY = `
  SELECT vehicle_id, to_char(recorded_at, 'DD Mon HH24:MI:SS') AS recorded_at, latitude, longitude, speed_kmh,
         acceleration_ms2, odometer_km, road_type, weather, traffic_density, temperature_c, sensor_battery_pct,
         signal_strength_dbm, event_type, risk_score, risk_label
  FROM fleet_telemetry
  WHERE record_id IN (
    (SELECT min(record_id) FROM fleet_telemetry WHERE event_type = 'normal' AND risk_label = 'safe' AND speed_kmh > 40),
    (SELECT min(record_id) FROM fleet_telemetry WHERE event_type = 'braking'),
    (SELECT min(record_id) FROM fleet_telemetry WHERE weather = 'rainy' AND risk_label = 'risky'))
  ORDER BY record_id`;

const RISK_QUERY = `SELECT weather,
       count(*) AS records,
       count(*) FILTER (WHERE risk_label = 'risky') AS risky,
       round(100.0 * avg((risk_label = 'risky')::int), 2) AS risky_percent
FROM fleet_telemetry GROUP BY weather ORDER BY risky_percent DESC`;

const stop = new AbortController();
for (const [signal, exitCode] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(
      new FleetgenError('INTERRUPTED', 'interrupted: nothing of this run is left; run npm start again', exitCode),
    );
  });
}

async function main(): Promise<void> {
  print('Starting the embedded PostgreSQL ...');
  const server = await openEmbedded({ signal: stop.signal });
  try {
    await load();
    stop.signal.throwIfAborted();
    await look(server);
  } finally {
    await server.stop();
  }
}

async function load(): Promise<void> {
  print(`Making ${formatCount(ROWS)} fleet records (seed ${SEED}) and loading them ...`);
  const progress = await openProgress(process.stderr, process.env);
  const options = { rows: ROWS, seed: SEED, to: 'embedded', ifExists: 'replace', signal: stop.signal } as const;
  const summary = await generate({ ...options, onProgress: progress.update }).finally(() => progress.end());
  const { rows, seconds, rowsPerSecond, workers, vehicles, days, start, table } = summary;
  print(`
${formatCount(rows)} rows in ${formatDuration(seconds)}: ${formatCount(rowsPerSecond)} rows/s with ${workers} workers, index and all.
${formatCount(vehicles)} vehicles, ${days} days from ${start}.
They are in ${table} and ${table}_vehicle of the embedded PostgreSQL,
which keeps its data in ${(await embeddedStatus()).dataFolder}`);
}

async function look(server: EmbeddedServer): Promise<void> {
  const client = new pg.Client({ ...server.connection });
  await client.connect();
  try {
    const sample = await client.query(SAMPLE_QUERY);
    print('\nThree of the records, as columns:\n');
    print(columnsOf(sample.fields.map(({ name }) => [name, ...sample.rows.map((row) => cellOf(name, row[name]))])));

    const risk = await client.query(RISK_QUERY);
    print('\nHow much of the driving is risky in which weather?\n');
    const names = risk.fields.map(({ name }) => name);
    print(columnsOf([names, ...risk.rows.map((row) => names.map((name) => String(row[name])))]));
  } finally {
    await client.end();
  }
  print(`
Look further:
  npx fleetgen db query "SELECT * FROM fleet_telemetry_vehicle LIMIT 5"
  npx fleetgen db query "SELECT event_type, count(*) FROM fleet_telemetry
                         GROUP BY 1 ORDER BY 2 DESC"
  npx fleetgen db url        URL for any PostgreSQL client; starts the server
  npx fleetgen db stop       stops it
  npx fleetgen generate --help`);
}

const DECIMALS = new Map(TELEMETRY.columns.map(({ name, decimals }) => [name, decimals]));

/** A value as the CSV prints it: with all decimals of its column. */
function cellOf(name: string, value: unknown): string {
  const decimals = DECIMALS.get(name);
  if (decimals !== undefined && typeof value === 'number') return value.toFixed(decimals);
  return String(value ?? '');
}

/** Lines of cells, padded to columns; numbers to the right. */
function columnsOf(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_cell, at) => Math.max(...lines.map((line) => line[at]!.length)));
  const isNumber = (cell: string) => /^-?\d+(\.\d+)?$/.test(cell);
  const pad = (cell: string, width: number) => (isNumber(cell) ? cell.padStart(width) : cell.padEnd(width));
  return lines.map((line) => `  ${line.map((cell, at) => pad(cell, widths[at]!)).join('  ')}`.trimEnd()).join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

tuneThreads();
try {
  await main();
} catch (error) {
  process.stderr.write(`fleetgen: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof FleetgenError ? error.exitCode : 1;
}
