/**
 * The parts of the documentation that are generated from the code: scripts/write-docs.js writes them, test/docs checks
 * them.
 */
import { createBatch } from '#src/columns/batch.js';
import { schemaText } from '#src/commands/schema-command.js';
import { compileCsvWriter } from '#src/encode/csv.js';
import { planDataset } from '#src/plan/dataset.js';
import { DEFAULTS } from '#src/run/defaults.js';
import { createRecordSource } from '#src/simulate/record-source.js';

export const SAMPLE_START = '<!-- sample: written by scripts/write-docs.js -->\n';
export const SAMPLE_END = '<!-- end of sample -->\n';

/** docs/data-dictionary.md */
export function dataDictionaryText(): string {
  return schemaText('markdown', DEFAULTS.schema, DEFAULTS.table);
}

/** The reference with the current sample. Throws if the markers of the sample are missing. */
export function withSample(reference: string): string {
  const start = reference.indexOf(SAMPLE_START);
  const end = reference.indexOf(SAMPLE_END);
  if (start < 0 || end < start) throw new Error('docs/reference.md has lost the comments that mark its sample');
  return `${reference.slice(0, start + SAMPLE_START.length)}${sampleText()}${reference.slice(end)}`;
}

type Row = Readonly<Record<string, string>>;

/** Selects the three rows. */
const SHOWN: readonly ((row: Row) => boolean)[] = [
  (row) => row.event_type === 'normal' && row.road_type === 'city' && Number(row.speed_kmh) > 20,
  (row) => row.event_type === 'braking' && row.road_type === 'highway',
  (row) => row.gps_loss_event === '1' && Number(row.speed_kmh) > 20,
];
const SEARCHED = 200_000;
const BATCH = 1024;

/** Three records of the default million, as columns. */
function sampleText(): string {
  const { rows, seed, start, intervalSeconds } = DEFAULTS;
  const dataset = planDataset({ rows, seed, start, intervalSeconds });
  const names = dataset.telemetry.columns.map((column) => column.name);
  const found: (Row | undefined)[] = SHOWN.map(() => undefined);
  for (const row of rowsOf(dataset, names)) {
    const at = SHOWN.findIndex((matches, i) => found[i] === undefined && matches(row));
    if (at >= 0) found[at] = row;
    if (!found.includes(undefined)) break;
  }
  const lines = names.map((name) => [name, ...found.map((row) => row?.[name] || 'null')]);
  const widths = names.slice(0, 1 + SHOWN.length).map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return `\`\`\`text\n${text.join('\n')}\n\`\`\`\n`;
}

function* rowsOf(dataset: ReturnType<typeof planDataset>, names: readonly string[]): Generator<Row> {
  const source = createRecordSource(dataset, 0, SEARCHED);
  const writer = compileCsvWriter(dataset.telemetry);
  const batch = createBatch(dataset.telemetry, BATCH);
  const bytes = new Uint8Array(BATCH * writer.maxRowBytes);
  const decoder = new TextDecoder();
  while (source.fill(batch) > 0) {
    const length = writer.write(batch, 0, batch.length, bytes, 0);
    for (const line of decoder.decode(bytes.subarray(0, length)).trimEnd().split('\n')) {
      const cells = line.split(',');
      yield Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    }
  }
}
