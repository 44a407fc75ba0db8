/** Describes the machine that figures were measured on. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Load average of the last minute before the run. */
  readonly loadAverage: number;
}

export function machineFacts(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    loadAverage: Math.round(loadavg()[0]! * 100) / 100,
  };
}

/** Processor time of the whole machine since it started, in seconds. */
export interface ProcessorTime {
  readonly busy: number;
  readonly all: number;
}

export function processorTime(): ProcessorTime {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { busy: (all - idle) / 1000, all: all / 1000 };
}

/** The share of the processor, 0 to 1, that others use while this process sleeps. Throws the signal's reason. */
export async function busyShare(ms: number, signal?: AbortSignal): Promise<number> {
  const before = processorTime();
  // On abort, sleep rejects with its own error, not the signal's reason.
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    throw signal?.reason ?? error;
  });
  const after = processorTime();
  return after.all > before.all ? (after.busy - before.busy) / (after.all - before.all) : 0;
}
