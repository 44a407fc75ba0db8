/** The settings and messages of a stream's threads: plain data. */
import type { ErrorData } from '../../base/errors.js';
import type { KafkaSpec } from '../../kafka/kafka-spec.js';
import type { Source } from '../feeds/open-feed.js';
import type { PaceSettings } from './message-pacer.js';

export interface StreamSettings {
  readonly source: Source;
  readonly pace: PaceSettings;
  /** Only messages that arrive after it (virtual milliseconds); -Infinity for all. */
  readonly after: number;
  readonly runId: string;
  readonly scenarioHash: string;
}

/** Given to a worker thread when it starts. */
export interface StreamWorkerSetup {
  readonly settings: StreamSettings;
  readonly spec: KafkaSpec;
  /** By partition: the worker that sends into it. */
  readonly owners: readonly number[];
  readonly worker: number;
  readonly clock: SharedArrayBuffer;
}

/**
 * When the stream begins: the wall clock shows `wallMs` at the virtual time `startMs`; times in messages are shifted by
 * `shiftMs`.
 */
export interface StreamStart {
  readonly startMs: number;
  readonly wallMs: number;
  readonly shiftMs: number;
}

export type ToStreamWorker =
  | ({ readonly kind: 'start' } & StreamStart)
  | { readonly kind: 'stop' }
  /** After all have paused: continue up to this virtual time. */
  | { readonly kind: 'end'; readonly at: number };

export type FromStreamWorker =
  /** Connected; `next`: lower bound of the first message's virtual time, Infinity if there is none. */
  | { readonly kind: 'ready'; readonly next: number }
  | { readonly kind: 'paused'; readonly lastTaken: number }
  | ({ readonly kind: 'done' } & PumpResult)
  | ({ readonly kind: 'failed'; readonly error: ErrorData } & PumpResult);

export interface PumpResult {
  readonly delivered: number;
  readonly bytes: number;
  /**
   * Every message of this worker up to and including this virtual time of arrival has been delivered; Infinity at the
   * end.
   */
  readonly position: number;
  /** Arrival of the last message delivered; -Infinity for none. */
  readonly last: number;
}
