/**
 * `npm run bench:streaming`: the live feed against Kafka's own kafka-producer-perf-test on a temporary broker, the
 * accuracy of its pace, and its rate as lines of JSON. --quick for fewer messages. Needs what scripts/kafka.sh needs:
 * Java 17 and Maven.
 */
import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { interleave } from '#src/bench/measure/interleave.js';
import { withTemporaryFolder } from '#src/bench/measure/temporary-folder.js';
import { checkoutFacts } from './checkout.js';
import { machineLines, saveRun, sectionTable } from './report.js';
import { Recorder } from './results.js';

const CLI = fileURLToPath(import.meta.resolve('#src/cli.js'));
const KAFKA = fileURLToPath(new URL('../../scripts/kafka.sh', import.meta.url));
const PAYLOADS = 50_000;
const MIN_RATIO = 0.7;
const MIN_LINES = 350_000;
const PACE = { atLeast: 0.98, atMost: 1.02 };
const PACED_MS = 60_000;
const RATE = 5000;
const SPEED = 60;

const run = promisify(execFile);

interface Size {
  readonly messages: number;
  readonly rounds: number;
}

/** Messages per second of Kafka's own producer, with messages of this size and the same settings. */
async function perfTest(home: string, broker: string, payloads: string, { messages }: Size): Promise<number> {
  const { stdout } = await kafka(
    home,
    ...['tool', 'org.apache.kafka.tools.ProducerPerformance', '--topic', 'perf', '--num-records', String(messages)],
    ...['--payload-file', payloads, '--throughput', '-1'],
    ...['--producer-props', `bootstrap.servers=${broker}`, 'acks=all', 'compression.type=lz4'],
  );
  const rates = [...stdout.matchAll(/([\d.]+) records\/sec/g)];
  // The last line summarises all records.
  return Number(rates.at(-1)![1]);
}

async function stream(...args: string[]): Promise<{ rowsPerSecond: number }> {
  const { stdout } = await run(process.execPath, [CLI, 'stream', '--json', '--quiet', ...args]);
  return JSON.parse(stdout);
}

function kafka(home: string, ...args: string[]) {
  return run(KAFKA, args, { env: { ...process.env, FLEETGEN_KAFKA_HOME: home } });
}

async function measureKafka(recorder: Recorder, size: Size): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const home = join(folder, 'kafka');
    const broker = (await kafka(home, 'start', '--port', '0')).stdout.trim();
    try {
      const url = (topic: string) => `kafka://${broker}/${topic}`;
      const six = ['--create-topic', 'partitions=6'];
      const payloads = join(folder, 'payloads');
      const lines = await run(process.execPath, [CLI, 'stream', '--rows', String(PAYLOADS), '--quiet'], {
        maxBuffer: 1e9,
      });
      await writeFile(payloads, lines.stdout);
      await stream('--rows', '1', '--to', url('perf'), ...six);
      const rows = ['--rows', String(size.messages)];
      await interleave(size.rounds, [
        async () => recorder.add('kafka-producer-perf-test', 'rows/s', await perfTest(home, broker, payloads, size)),
        async () => {
          const { rowsPerSecond } = await stream(...rows, '--to', url('fleet'), ...six);
          recorder.add('fleetgen stream', 'rows/s', rowsPerSecond);
        },
      ]);
    } finally {
      await kafka(home, 'reset');
    }
  });
  recorder.derive(
    'share of perf-test',
    ['fleetgen stream', 'kafka-producer-perf-test'],
    (own, theirs) => own / theirs,
    {
      bound: { atLeast: MIN_RATIO },
    },
  );
}

interface Seen {
  readonly lines: number;
  readonly seconds: number;
  /** Between the arrivals of the first and the last line, in milliseconds of the data. */
  readonly dataMs: number;
}

/** Reads a stream's lines, from the first piece to the last one within `forMs`. */
function watchLines(args: readonly string[], forMs: number): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'stream', '--quiet', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let timer: NodeJS.Timeout | undefined;
    let firstAt = 0;
    let lastAt = 0;
    let lines = 0;
    let firstLine = '';
    let tail = '';
    child.stdout.on('data', (piece: Buffer) => {
      const now = performance.now();
      if (firstAt === 0) {
        firstAt = now;
        firstLine = piece.toString('utf8', 0, piece.indexOf(10));
        timer = setTimeout(() => child.kill('SIGINT'), forMs);
      }
      if (now - firstAt > forMs) return;
      lastAt = now;
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++;
      tail = (tail + piece.toString('utf8', Math.max(0, piece.length - 4096))).slice(-4096);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      const lastLine = tail.slice(0, tail.lastIndexOf('\n')).split('\n').at(-1)!;
      const arrival = (line: string) => Date.parse(JSON.parse(line).received_at);
      const dataMs = arrival(lastLine) - arrival(firstLine);
      resolve({ lines, seconds: (lastAt - firstAt) / 1000, dataMs });
    });
  });
}

async function measurePace(recorder: Recorder): Promise<void> {
  const day = ['--vehicles', '2000'];
  const rated = await watchLines([...day, '--rate', `${RATE}/s`], PACED_MS);
  recorder.add(`--rate ${RATE}/s`, 'rows/s', rated.lines / rated.seconds);
  recorder.derive(`share of ${RATE}/s`, [`--rate ${RATE}/s`], (rate) => rate / RATE, { bound: PACE });
  const sped = await watchLines([...day, '--speed', `${SPEED}x`], PACED_MS);
  recorder.add('time of the data', 's', sped.dataMs / 1000);
  recorder.add('time on the clock', 's', sped.seconds);
  recorder.derive(
    `share of ${SPEED}x`,
    ['time of the data', 'time on the clock'],
    (data, clock) => data / clock / SPEED,
    {
      bound: PACE,
    },
  );
}

async function measureLines(recorder: Recorder, { messages, rounds }: Size): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const seen = await watchLines(['--rows', String(messages)], 1e9);
    recorder.add('to standard output', 'rows/s', seen.lines / seen.seconds);
  }
  recorder.expect('to standard output', { atLeast: MIN_LINES });
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const size: Size = values.quick ? { messages: 500_000, rounds: 2 } : { messages: 2_000_000, rounds: 5 };
const machine = checkoutFacts();
const date = new Date().toISOString();
const recorders: Recorder[] = [];
for (const [name, measure] of [
  ['lines', measureLines],
  ['pace', measurePace],
  ['kafka', measureKafka],
] as const) {
  const recorder = new Recorder(name);
  await measure(recorder, size);
  recorders.push(recorder);
  process.stdout.write(`${sectionTable(name, recorder.measurements, recorder.derived)}\n\n`);
}
const figures = {
  date,
  quick: values.quick,
  machine,
  measurements: recorders.flatMap((recorder) => recorder.measurements),
  derived: recorders.flatMap((recorder) => recorder.derived),
};
process.stdout.write(`${machineLines(figures)}\n`);
process.stdout.write(`Medians of ${size.rounds} rounds. Written to ${await saveRun(figures)}\n`);
