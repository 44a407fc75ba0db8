/** A live feed: what `fleetgen stream` does. Checks the request, starts producers or writes lines, and sums up. */
import { randomUUID } from 'node:crypto';
import { FleetgenError, runError } from '../errors.js';
import { ALGORITHM_VERSION } from '../plan/dataset.js';
import { displayKafka, type KafkaSpec } from '../sinks/kafka/spec.js';
import type { NewTopic, Topic } from '../sinks/kafka/topic.js';
import { Pace, type PaceSettings } from './pace.js';
import { runProducers, StreamFailure, type StreamResult } from './producers.js';
import { PumpProgress, pump } from './pump.js';
import type { PumpResult, StreamSettings, StreamStart, StreamWorkerSetup } from './settings.js';
import { SharedClock } from './shared-clock.js';
import { openFeed, openSource, type Source, type StreamSource } from './source.js';
import { type StartAt, streamStart } from './start.js';
import { createLineSink } from './stdout-sink.js';

const PROGRESS_MS = 200;
/** A replay's rows don't say which scenario made them. */
const UNKNOWN_SCENARIO = 'unknown';

export interface StreamOptions {
  readonly source: StreamSource;
  readonly target: { readonly kind: 'stdout' } | { readonly kind: 'kafka'; readonly spec: KafkaSpec };
  readonly createTopic?: NewTopic;
  readonly pace: PaceSettings;
  /** Shift the time line so that it begins then. */
  readonly startAt?: StartAt;
  /** Only messages that arrive after it, UTC milliseconds of the data's own time line. */
  readonly resumeFrom?: number;
  /** Producer threads; standard output has one. */
  readonly workers: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: StreamProgress) => void;
  /** Called with one line for what is no error but should be known. */
  readonly onWarning?: (line: string) => void;
}

export interface StreamProgress {
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface StreamSummary {
  readonly runId: string;
  /** Messages delivered, each acknowledged. */
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of JSON, line feeds included. */
  readonly bytes: number;
  readonly workers: number;
  readonly target: string;
  readonly partitions?: number;
  readonly seed?: number;
  readonly scenarioHash: string;
  readonly algorithmVersion: number;
  /** Everything that arrived by this time of the data has been delivered: --resume-from takes it. */
  readonly position?: string;
}

/**
 * Streams until the end, or until the signal stops it. Throws FleetgenError; its message says where to go on when messages
 * had been delivered.
 */
export async function stream(options: StreamOptions): Promise<StreamSummary> {
  options.signal?.throwIfAborted();
  const { source, close } = await openSource(options.source, options.signal);
  try {
    return await streamFrom(source, options);
  } finally {
    await close();
  }
}

async function streamFrom(source: Source, options: StreamOptions): Promise<StreamSummary> {
  const { target, signal } = options;
  const settings: StreamSettings = {
    source,
    pace: options.pace,
    after: options.resumeFrom ?? Number.NEGATIVE_INFINITY,
    runId: randomUUID(),
    scenarioHash: source.kind === 'simulate' ? source.dataset.scenarioHash : UNKNOWN_SCENARIO,
  };
  const started = performance.now();
  let workers = 1;
  let topic: Topic | undefined;
  if (target.kind === 'kafka') {
    const { prepareTopic } = await import('../sinks/kafka/topic.js');
    topic = await prepareTopic(target.spec, options.createTopic);
    workers = source.kind === 'simulate' ? Math.min(options.workers, topic.partitions) : 1;
    warnOfRetention(source, options, topic, settings.after);
  }
  let shiftMs = 0;
  const begin = (next: number): StreamStart => {
    const start = streamStart(next, settings.after, options.startAt, Date.now());
    shiftMs = start.shiftMs;
    return start;
  };
  /** What continues the stream behind what this one delivered. */
  const goOn = (result: PumpResult): string => {
    if (result.delivered === 0) return '; run the same command again';
    const at = reached(result);
    const shifted = options.startAt === undefined ? '' : ` but --start-at ${timeText(at + shiftMs)}`;
    return `; go on with the same command${shifted} and --resume-from ${timeText(at)}`;
  };
  const memory = SharedClock.memoryFor(workers);
  const timer = watch(options, new SharedClock(memory, 0), started);
  try {
    const result =
      target.kind === 'stdout'
        ? await writeLines(settings, memory, begin, signal)
        : await runProducers(setupsOf(settings, target.spec, topic!.partitions, workers, memory), begin, signal);
    const seconds = (performance.now() - started) / 1000;
    if (result.interrupted) throw interrupted(signal!, result, goOn(result));
    checkCount(source, settings.after, result);
    return {
      runId: settings.runId,
      rows: result.delivered,
      seconds: Math.round(seconds * 1000) / 1000,
      rowsPerSecond: Math.round(result.delivered / seconds),
      bytes: result.bytes,
      workers,
      target: target.kind === 'stdout' ? '-' : displayKafka(target.spec),
      ...(topic && { partitions: topic.partitions }),
      ...(source.kind === 'simulate' && { seed: source.dataset.seed }),
      scenarioHash: settings.scenarioHash,
      algorithmVersion: ALGORITHM_VERSION,
      ...(result.delivered > 0 && { position: timeText(reached(result)) }),
    };
  } catch (error) {
    if (!(error instanceof StreamFailure)) throw error;
    throw withPosition(error, goOn(error.result));
  } finally {
    clearInterval(timer);
  }
}

function watch({ onProgress }: StreamOptions, clock: SharedClock, started: number): NodeJS.Timeout {
  return setInterval(() => {
    onProgress?.({
      messages: clock.delivered(),
      bytes: clock.bytes(),
      seconds: (performance.now() - started) / 1000,
    });
  }, PROGRESS_MS);
}

async function writeLines(
  settings: StreamSettings,
  memory: SharedArrayBuffer,
  begin: (next: number) => StreamStart,
  signal: AbortSignal | undefined,
): Promise<StreamResult> {
  const { stdoutOutput } = await import('../sinks/stdout.js');
  const { source, after } = settings;
  const feed = await openFeed({ source, after, includes: () => true });
  const progress = new PumpProgress(after);
  const start = begin(feed.next());
  feed.shiftMs = start.shiftMs;
  try {
    await pump({
      feed,
      sink: createLineSink(stdoutOutput()),
      pace: new Pace(settings.pace, start.startMs, start.wallMs),
      clock: new SharedClock(memory, 0),
      progress,
      control: {
        stopping: () => signal?.aborted ?? false,
        agreeOnEnd: async (lastTaken) => lastTaken,
      },
    });
    return { ...progress, interrupted: signal?.aborted ?? false };
  } catch (error) {
    if (error instanceof FleetgenError && error.code !== 'READER_CLOSED') throw new StreamFailure(error, progress);
    throw error;
  } finally {
    await feed.close();
  }
}

function setupsOf(
  settings: StreamSettings,
  spec: KafkaSpec,
  partitions: number,
  workers: number,
  clock: SharedArrayBuffer,
): StreamWorkerSetup[] {
  return Array.from({ length: workers }, (_, worker) => ({ settings, spec, partitions, worker, workers, clock }));
}

/** A stream of N records is N messages, not about N. */
function checkCount(source: Source, after: number, { delivered }: StreamResult): void {
  const rows = source.kind === 'simulate' ? source.rows : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(rows) || after !== Number.NEGATIVE_INFINITY || delivered === rows) return;
  throw runError('COUNT', `${delivered} messages were delivered instead of ${rows}: report this with the command`);
}

function interrupted(signal: AbortSignal, result: StreamResult, goOn: string): FleetgenError {
  const exitCode = signal.reason instanceof FleetgenError ? signal.reason.exitCode : 130;
  const line = `interrupted: ${result.delivered} messages are delivered${goOn}`;
  return new FleetgenError('INTERRUPTED', line, exitCode);
}

function withPosition({ error, result }: StreamFailure, goOn: string): FleetgenError {
  if (result.delivered === 0) return error;
  const line = `${error.message}; ${result.delivered} messages are delivered${goOn}`;
  return new FleetgenError(error.code, line, error.exitCode, error);
}

/** Everything up to here is delivered; time after the last message says nothing new. */
function reached({ position, last }: PumpResult): number {
  return Math.min(position, last);
}

function timeText(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}

/** Kafka deletes by the messages' timestamps, which are the events' times. */
function warnOfRetention(source: Source, { startAt, onWarning }: StreamOptions, topic: Topic, after: number): void {
  if (topic.retentionMs === undefined || startAt === 'now' || source.kind !== 'simulate') return;
  const firstMs = startAt ?? Math.max(after, source.dataset.firstDay * 86_400_000);
  if (Date.now() - firstMs <= topic.retentionMs) return;
  const days = Math.round(topic.retentionMs / 86_400_000);
  onWarning?.(
    `the topic keeps messages for ${days} days after the time of their event, and these begin on ${timeText(firstMs).slice(0, 10)}: Kafka may delete them soon; set its retention.ms to -1 or use --start-at now`,
  );
}
