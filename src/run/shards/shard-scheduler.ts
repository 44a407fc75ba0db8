/**
 * Hands shards to the worker threads in order, a window at a time, and retries shards after transient failures. A shard
 * that turns out to be committed although the answer was lost is not loaded twice.
 */
import { FleetgenError, fromErrorData, runError } from '../../base/errors.js';
import type { Shard } from '../../plan/shards.js';
import type { LoadTarget } from '../../sinks/load-target.js';
import type { ShardDigest } from '../../sinks/shard-sink.js';
import { addLabelCounts, emptyLabelCounts, type LabelCounts } from '../label/label-quality.js';
import type { AttemptProgress, ProgressTally } from '../progress/progress-tally.js';
import type { RunListener } from '../progress/run-events.js';
import { pause, type RetryBackoff } from '../retry-backoff.js';
import { SharedExclusiveLock } from './shared-exclusive-lock.js';
import type { WorkerPool } from './worker-pool.js';

/** A shard that kills a second thread, when no other is in progress, is the cause. */
const MAX_DEATHS = 1;

export interface ShardContext {
  readonly target: LoadTarget;
  readonly pool: WorkerPool;
  /** How many shards are in progress at the same time. */
  readonly window: number;
  readonly backoff: RetryBackoff;
  /** Ends all slots, also those pausing before another attempt. */
  readonly ending: AbortController;
  readonly emit: RunListener;
  /** By index of shard; added to by the slots. */
  readonly digests: Map<number, ShardDigest>;
  readonly tally: ProgressTally;
  /** Label counts of the records that this run has generated, as far as known; added to by the slots. */
  readonly labels: LabelCounts;
}

/** Resolves when every shard is done. The first non-transient failure ends all slots and is thrown. */
export async function runShards(shards: readonly Shard[], context: ShardContext): Promise<void> {
  const { target, window, ending, digests, tally } = context;
  const turns = new SharedExclusiveLock();
  let next = 0;
  const work = async () => {
    const slot: Slot = { labels: emptyLabelCounts(), progress: tally.openSlot(), turns };
    while (next < shards.length) {
      ending.signal.throwIfAborted();
      const shard = shards[next++]!;
      const digest = await runShard(shard, slot, context);
      tally.add(slot.progress, digest);
      digests.set(shard.index, digest);
      target.shardDone(shard, digest);
    }
  };
  const workers = Array.from({ length: Math.min(shards.length, window) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    ending.abort(error);
    throw error;
  }
}

/** The state that a slot keeps between attempts. */
interface Slot {
  readonly labels: LabelCounts;
  readonly progress: AttemptProgress;
  readonly turns: SharedExclusiveLock;
}

async function runShard(shard: Shard, slot: Slot, context: ShardContext): Promise<ShardDigest> {
  const { backoff, ending, emit, tally } = context;
  let deaths = 0;
  for (let attempt = 1; ; attempt++) {
    const started = performance.now();
    // A thread may generate several shards: running them one at a time shows which one kills it.
    const outcome = await slot.turns.take(deaths > 0, () => attemptShard(shard, slot, context));
    if (!(outcome instanceof FleetgenError)) {
      backoff.succeeded();
      emit({ kind: 'shard', shard, digest: outcome, attempt, ms: performance.now() - started });
      return outcome;
    }
    tally.clear(slot.progress);
    if (outcome.code === 'WORKER_DIED' && ++deaths > MAX_DEATHS) throw outcome;
    const pauseMs = backoff.pauseAfter(outcome, attempt);
    emit({ kind: 'retry', shard, attempt, code: outcome.code, message: outcome.message, pauseMs });
    await pause(pauseMs, ending.signal);
    const committed = await committedShard(shard, context);
    if (committed !== undefined) return committed;
  }
}

/** Returns the shard's digest or a transient failure; throws any other. */
async function attemptShard(
  shard: Shard,
  { labels, progress }: Slot,
  context: ShardContext,
): Promise<ShardDigest | FleetgenError> {
  const { target, pool, ending } = context;
  ending.signal.throwIfAborted();
  let failure: FleetgenError;
  try {
    const answer = await pool.run(shard, target.sinkFor(shard), labels, progress);
    if (answer.kind === 'done') {
      addLabelCounts(context.labels, labels);
      return answer.digest;
    }
    if (answer.kind !== 'failed') throw runError('ABORTED', 'the load was stopped');
    failure = fromErrorData(answer.error);
  } catch (error) {
    if (!(error instanceof FleetgenError)) throw error;
    failure = error;
  }
  // Don't retry once the run has ended.
  ending.signal.throwIfAborted();
  const transient = target.isTransient !== undefined && (failure.code === 'WORKER_DIED' || target.isTransient(failure));
  if (transient) return failure;
  // An earlier attempt whose commit succeeded after all blocks this one.
  const committed = failure.exitCode === 1 ? await committedShard(shard, context).catch(() => undefined) : undefined;
  if (committed !== undefined) return committed;
  throw failure;
}

/** If the server doesn't answer yet, the next attempt asks again; nothing can be committed twice. */
async function committedShard(shard: Shard, { target }: ShardContext): Promise<ShardDigest | undefined> {
  try {
    return (await target.committed?.([shard]))?.get(shard.index);
  } catch (error) {
    if (error instanceof FleetgenError && target.isTransient?.(error)) return undefined;
    throw error;
  }
}
