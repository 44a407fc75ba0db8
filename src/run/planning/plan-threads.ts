/** Counts the records of large datasets in worker threads. */
import { availableParallelism } from 'node:os';
import type { CountedPart, RecordCounter, VehicleDays } from '../../plan/capacity/counting.js';
import type { PlannerSetup } from '../../plan/dataset.js';
import { startPool, type ThreadPool, workerDied } from '../../threads/thread-pool.js';

/** Parts, about a second's worth, that are counted before threads are started. */
const PARTS_BEFORE_THREADS = 30;
/** Parts in progress or queued per thread. */
const PARTS_PER_THREAD = 3;

export interface PlanThreads {
  /** A counter that counts in this thread first and, for large datasets, in worker threads. */
  counterFor(here: RecordCounter, setup: PlannerSetup): RecordCounter;
  /** Terminates the threads, whatever they are doing. */
  end(): Promise<void>;
}

export function planThreads(
  threads = availableParallelism(),
  partsBefore = PARTS_BEFORE_THREADS,
  file = new URL('./plan-worker.js', import.meta.url),
): PlanThreads {
  let pool: ThreadPool<VehicleDays, CountedPart> | undefined;
  const open = (setup: PlannerSetup): ThreadPool<VehicleDays, CountedPart> => {
    const opened = startPool<VehicleDays, CountedPart>(threads, file, setup);
    // A thread that fails between parts is replaced like any other.
    opened.on('error', () => {});
    return opened;
  };
  return {
    counterFor(here, setup) {
      if (threads < 2) return here;
      return {
        open(parts) {
          const counted = here.open(parts);
          const asked: Promise<CountedPart>[] = [];
          let countedHere = 0;
          return {
            *next() {
              if (countedHere < partsBefore) {
                countedHere++;
                return yield* counted.next();
              }
              pool ??= open(setup);
              while (asked.length < threads * PARTS_PER_THREAD) {
                const { value: part } = parts.next();
                if (part === undefined) break;
                const answer = pool.run(part).catch((cause) => {
                  throw workerDied(`planning vehicles ${part.from}:${part.to}`, cause);
                });
                // The failure is thrown where the answer is awaited; abandoned answers must not raise an unhandled
                // rejection.
                answer.catch(() => {});
                asked.push(answer);
              }
              const first = asked.shift();
              if (first === undefined) return undefined;
              let part: CountedPart | undefined;
              yield first.then((answer) => {
                part = answer;
              });
              return part;
            },
          };
        },
      };
    },
    async end() {
      await pool?.end();
    },
  };
}
