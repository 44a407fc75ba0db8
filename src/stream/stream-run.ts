/** Runs a stream: opens its source, starts producers or writes lines, and sums up. */

import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { FleetgenError, runError } from '../base/errors.js';
import { requirePackage } from '../base/package.js';
import { DAY_MS } from '../base/time.js';
import { displayKafka, type KafkaSpec } from '../kafka/kafka-spec.js';
import type { NewTopic } from '../kafka/topic.js';
import { ALGORITHM_VERSION } from '../plan/dataset.js';
import { openSource, type Source, type StreamSource } from './feeds/open-feed.js';
import type { KafkaRun } from './kafka-run.js';
import { streamLines } from './line-run.js';
import type { PaceSettings } from './producers/message-pacer.js';
import type { PumpResult, StreamSettings, StreamStart } from './producers/producer-settings.js';
import { runProducers, StreamFailure, type StreamResult } from './producers/producers.js';
import { SharedClock } from './producers/shared-clock.js';
import { type StartAt, streamStart } from './stream-start.js';
import { topicWarnings } from './topic-warnings.js';

const PROGRESS_MS = 200;
/** The rows of a replay don't identify their scenario. */
const UNKNOWN_SCENARIO = 'unknown';

export interface StreamRequest {
  readonly source: StreamSource;
  readonly target:
    | { readonly kind: 'stdout' }
    /** Lines of JSON into a stream that stays open. */
    | { readonly kind: 'lines'; readonly lines: Writable }
    | { readonly kind: 'kafka'; readonly spec: KafkaSpec };
  readonly createTopic?: NewTopic;
  readonly pace: PaceSettings;
  /** Shifts the timeline so that it begins at this time. */
  readonly startAt?: StartAt;
  /** Only messages that arrive after this, UTC milliseconds on the data's own timeline. */
  readonly resumeFrom?: number;
  /**
   * Producer threads, by default up to one for each core; never more than partitions. A replay and standard output have
   * one.
   */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: StreamProgress) => void;
  /** Called with one line per warning. */
  readonly onWarning?: (line: string) => void;
}

/** How far a stream has come; `seconds` since it was started. */
export interface StreamProgress {
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** What a stream delivered. */
export interface StreamSummary {
  readonly runId: string;
  /** Messages delivered, each acknowledged. */
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Bytes of JSON, line feeds included. */
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

/** A stream that was stopped, or failed, after it had begun. */
export class StreamError extends FleetgenError {
  /** Messages delivered, each acknowledged. */
  readonly delivered: number;
  /**
   * Everything that arrived by this time of the data has been delivered: `resumeFrom` continues after it. Undefined if
   * nothing was.
   */
  readonly position: Date | undefined;

  constructor(cause: Pick<FleetgenError, 'code' | 'exitCode'>, message: string, result: PumpResult) {
    super(cause.code, message, cause.exitCode, cause);
    this.delivered = result.delivered;
    this.position = result.delivered > 0 ? new Date(Math.floor(reached(result))) : undefined;
  }
}

/**
 * Streams until the end, or until the signal stops it. Throws FleetgenError; once it has begun, a StreamError, whose
 * message says where to continue.
 */
export async function runStream(options: StreamRequest): Promise<StreamSummary> {
  const { source, close } = await openSource(options.source, options.signal);
  try {
    return await streamFrom(source, options);
  } finally {
    await close();
  }
}

async function streamFrom(source: Source, options: StreamRequest): Promise<StreamSummary> {
  const { target, signal } = options;
  const settings: StreamSettings = {
    source,
    pace: options.pace,
    after: options.resumeFrom ?? Number.NEGATIVE_INFINITY,
    runId: randomUUID(),
    scenarioHash: source.kind === 'simulate' ? source.dataset.scenarioHash : UNKNOWN_SCENARIO,
  };
  const started = performance.now();
  let kafka: KafkaRun | undefined;
  if (target.kind === 'kafka') {
    requirePackage('@platformatic/kafka', 'streaming into Kafka');
    const { prepareKafkaRun } = await import('./kafka-run.js');
    kafka = await prepareKafkaRun(settings, target.spec, options.createTopic, options.workers);
  }
  let shiftMs = 0;
  const begin = (next: number): StreamStart => {
    const start = streamStart(next, settings.after, options.startAt, Date.now());
    shiftMs = start.shiftMs;
    if (kafka !== undefined && Number.isFinite(next)) {
      const times = { firstMs: next + shiftMs, lastMs: lastArrival(source, next) + shiftMs, speed: options.pace.speed };
      for (const line of topicWarnings(kafka.topic, times, Date.now())) options.onWarning?.(line);
    }
    return start;
  };
  /** How to continue the stream after what this one delivered. */
  const goOn = (result: PumpResult): string => {
    if (result.delivered === 0) return '; run the same command again';
    const at = reached(result);
    const shifted = options.startAt === undefined ? '' : ` but --start-at ${timeText(at + shiftMs)}`;
    return `; go on with the same command${shifted} and --resume-from ${timeText(at)}`;
  };
  const memory = kafka?.clock ?? SharedClock.memoryFor(1);
  const timer = watch(options, new SharedClock(memory, 0), started);
  try {
    const result =
      kafka === undefined
        ? await streamLines(settings, target.kind === 'lines' ? target.lines : undefined, memory, begin, signal)
        : await runProducers(kafka.setups, begin, signal);
    const seconds = (performance.now() - started) / 1000;
    if (result.interrupted) throw interrupted(signal!, result, goOn(result));
    checkCount(source, settings.after, result);
    return {
      runId: settings.runId,
      rows: result.delivered,
      seconds: Math.round(seconds * 1000) / 1000,
      rowsPerSecond: Math.round(result.delivered / seconds),
      bytes: result.bytes,
      workers: kafka?.setups.length ?? 1,
      target: target.kind === 'kafka' ? displayKafka(target.spec) : target.kind === 'lines' ? 'a Writable' : '-',
      ...(kafka && { partitions: kafka.topic.partitions }),
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

function watch({ onProgress }: StreamRequest, clock: SharedClock, started: number): NodeJS.Timeout {
  return setInterval(() => {
    onProgress?.({
      messages: clock.delivered(),
      bytes: clock.bytes(),
      seconds: (performance.now() - started) / 1000,
    });
  }, PROGRESS_MS);
}

/** A stream of N records must be exactly N messages. */
function checkCount(source: Source, after: number, { delivered }: StreamResult): void {
  const rows = source.kind === 'simulate' ? source.rows : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(rows) || after !== Number.NEGATIVE_INFINITY || delivered === rows) return;
  throw runError('COUNT', `${delivered} messages were delivered instead of ${rows}: report this with the command`);
}

function interrupted(signal: AbortSignal, result: StreamResult, goOn: string): FleetgenError {
  const exitCode = signal.reason instanceof FleetgenError ? signal.reason.exitCode : 130;
  const line = `interrupted: ${result.delivered} messages are delivered${goOn}`;
  return new StreamError({ code: 'INTERRUPTED', exitCode }, line, result);
}

function withPosition({ error, result }: StreamFailure, goOn: string): FleetgenError {
  const done = result.delivered === 0 ? '' : `; ${result.delivered} messages are delivered${goOn}`;
  return new StreamError(error, `${error.message}${done}`, result);
}

/** The position up to which everything is delivered, at most that of the last message. */
function reached({ position, last }: PumpResult): number {
  return Math.min(position, last);
}

/**
 * Approximate arrival of the last message, virtual milliseconds; of a replay `next`, the first, as the last is unknown.
 */
function lastArrival(source: Source, next: number): number {
  return source.kind === 'simulate' ? (source.dataset.firstDay + source.days) * DAY_MS : next;
}

function timeText(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}
