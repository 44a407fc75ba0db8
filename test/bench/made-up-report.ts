import { StageRecorder } from '#src/bench/report/figures.js';
import { REFERENCE_FIGURES } from '#src/bench/report/reference.js';
import { type BenchReport, FORMAT_VERSION, STAGES, type StageName, type Unit } from '#src/bench/report/report.js';

/** The reference machine's report, each of its figures `faster` times as fast. */
export function madeUpReport(faster = 1): BenchReport {
  const point = (workers: number, median: number) => ({ workers, values: [median], median });
  return {
    ...{ command: 'bench', formatVersion: FORMAT_VERSION, fleetgenVersion: '0.1.0', algorithmVersion: 1 },
    ...{ date: '2026-01-05T00:00:00.000Z', seconds: 60, workers: 2, busyShare: 0.01, folder: '/tmp' },
    machine: {
      ...{ platform: 'linux x64', cpu: 'A <very> "long" name of a processor & its clock @ 2.40GHz', cores: 2 },
      ...{ memoryBytes: 2 ** 34, node: 'v20.20.2', loadAverage: 0 },
    },
    server: { target: 'embedded', version: '18.4' },
    stages: STAGES.map((name) => stage(name, faster)),
    curves: [
      { name: 'make', points: [point(1, 1_500_000), point(2, 2_900_000)] },
      { name: 'load', points: [point(1, 250_000), point(2, 480_000)] },
    ],
    verdict: ["The server's parsing of text limits a load: the server uses 70 % of the processor and fleetgen 25 %."],
    warnings: ['The machine is busy: others use 40 % of its processor, so these figures are not comparable.'],
  };
}

function stage(name: StageName, faster: number) {
  const recorder = new StageRecorder();
  for (const [figure, reference] of Object.entries(REFERENCE_FIGURES[name])) {
    const unit = unitOf(name, figure);
    for (const noise of [0.9, 1, 1.1])
      recorder.add(figure, unit, noise * (unit === 's' ? reference / faster : reference * faster));
  }
  return recorder.stage(name);
}

function unitOf(stage: StageName, figure: string): Unit {
  if (figure === 'latency' || figure === 'sync') return 's';
  return stage === 'memory' || stage === 'disk' ? 'bytes/s' : 'rows/s';
}
