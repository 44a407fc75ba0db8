/**
 * `npm run bench`: measures this checkout on this machine. --quick takes a minute, --only NAME runs a part
 * (repeatable).
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkoutFacts } from './checkout.js';
import { measureBillion, measureFile, measureFirstByte, measureMemory, measureNull } from './end-to-end.js';
import { measureFormats } from './formats.js';
import { measurePostgres } from './postgres.js';
import { type BenchRun, machineLines, saveRun, sectionTable } from './report.js';
import { type Derived, type Measurement, Recorder } from './results.js';
import { measureEncode, measurePlan, measureRandom, measureSimulate } from './simulation.js';
import { hasTpchgen, measureTpchgen, type TpchgenSize } from './tpchgen.js';

interface Size {
  readonly micro: { readonly rounds: number; readonly time: number };
  /** To null and to a file. */
  readonly run: { readonly rows: number; readonly rounds: number };
  readonly postgres: { readonly rows: number; readonly rounds: number };
  readonly memory: { readonly rows: readonly number[]; readonly rounds: number };
  readonly startRounds: number;
  readonly tpchgen: TpchgenSize;
}

const FULL: Size = {
  micro: { rounds: 5, time: 500 },
  run: { rows: 5_000_000, rounds: 5 },
  postgres: { rows: 8_000_000, rounds: 3 },
  memory: { rows: [1e6, 20e6, 50e6], rounds: 1 },
  startRounds: 9,
  tpchgen: { rows: 20_000_000, scale: 5, rounds: 3 },
};

const QUICK: Size = {
  micro: { rounds: 3, time: 150 },
  run: { rows: 1_000_000, rounds: 3 },
  postgres: { rows: 1_000_000, rounds: 2 },
  memory: { rows: [1e6, 5e6], rounds: 1 },
  startRounds: 3,
  tpchgen: { rows: 2_000_000, scale: 0.5, rounds: 2 },
};

const workers = availableParallelism();
let serverVersion: string | undefined;

const SECTIONS: Record<string, (recorder: Recorder, size: Size) => Promise<void>> = {
  random: (recorder, { micro }) => measureRandom(recorder, micro),
  plan: (recorder, { micro }) => measurePlan(recorder, micro),
  simulate: (recorder, { micro }) => measureSimulate(recorder, micro),
  encode: (recorder, { micro }) => measureEncode(recorder, micro),
  null: (recorder, { run }) => measureNull(recorder, { ...run, workers }),
  file: (recorder, { run }) => measureFile(recorder, { ...run, workers }),
  formats: (recorder, { run }) => measureFormats(recorder, run),
  postgres: async (recorder, { postgres }) => {
    serverVersion = await measurePostgres(recorder, { ...postgres, workers });
  },
  memory: (recorder, { memory }) => measureMemory(recorder, { ...memory, workers }),
  billion: (recorder, { startRounds }) => measureBillion(recorder, startRounds),
  'first-byte': (recorder, { startRounds }) => measureFirstByte(recorder, startRounds),
  tpchgen: (recorder, { tpchgen }) => measureTpchgen(recorder, tpchgen),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  });
  const names = values.only ?? (await standardParts());
  const unknown = names.find((name) => SECTIONS[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`no part is called "${unknown}": give ${Object.keys(SECTIONS).join(', ')}`);

  const machine = checkoutFacts();
  const date = new Date().toISOString();
  const measurements: Measurement[] = [];
  const derived: Derived[] = [];
  for (const name of names) {
    const recorder = new Recorder(name);
    await SECTIONS[name]!(recorder, values.quick ? QUICK : FULL);
    measurements.push(...recorder.measurements);
    derived.push(...recorder.derived);
    print(`${sectionTable(name, recorder.measurements, recorder.derived)}\n`);
  }
  const server = serverVersion === undefined ? {} : { serverVersion };
  const run: BenchRun = { date, quick: values.quick, machine, ...server, measurements, derived };
  print(machineLines(run));
  print(`Medians; the spread of the rounds beside them. Written to ${await saveRun(run)}`);
}

/** All parts, except the one that needs a third-party program if that is missing. */
async function standardParts(): Promise<string[]> {
  const names = Object.keys(SECTIONS);
  if (await hasTpchgen()) return names;
  print('Left out: tpchgen, as tpchgen-cli is not on the PATH (cargo install tpchgen-cli)\n');
  return names.filter((name) => name !== 'tpchgen');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
