/** Micro-benchmarks: tinybench measures tasks that do many units of work a call, in interleaved rounds. */
import { Bench } from 'tinybench';
import type { Recorder, Unit } from './results.js';

export interface MicroTask {
  readonly name: string;
  readonly unit: Unit;
  /** Units of work per call: enough for some 100 us, so that the clock's resolution doesn't matter. */
  readonly work: number;
  readonly call: () => void | Promise<void>;
}

export interface MicroOptions {
  readonly rounds: number;
  /** Milliseconds for each task in each round. */
  readonly time: number;
}

/**
 * Records the median throughput of each task in each round. Throws the error of a task, and if the clock is too coarse.
 */
export async function measureMicro(
  recorder: Recorder,
  tasks: readonly MicroTask[],
  { rounds, time }: MicroOptions,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ throws: true, time, iterations: 8, warmupTime: round === 0 ? time : time / 4 });
    const warnings: string[] = [];
    bench.addEventListener('warning', (event) => warnings.push(`${event.task?.name}: ${event.reason}`));
    const inTurn = round % 2 === 0 ? tasks : [...tasks].reverse();
    for (const { name, call } of inTurn) bench.add(name, call);
    await bench.run();
    if (warnings.length > 0) throw new Error(`the timer can't resolve ${warnings.join(', ')}: do more work in a call`);
    for (const { name, unit, work } of inTurn) {
      const result = bench.getTask(name)?.result;
      if (result === undefined || !('latency' in result)) throw new Error(`${name} was not measured`);
      recorder.add(name, unit, (work / result.latency.p50) * 1000);
    }
  }
}
