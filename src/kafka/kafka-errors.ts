/** One-line messages for errors of brokers and of the connection to them. */

import { type GenericError, MultipleErrors, type ProtocolError } from '@platformatic/kafka';
import { type FleetgenError, FleetgenError as Known, runError } from '../base/errors.js';
import { systemWords } from '../base/text.js';
import { DAY_MS, HOUR_MS } from '../base/time.js';
import { displayKafka, type KafkaSpec } from './kafka-spec.js';

/** Transient protocol errors: a broker is starting, a leader is moving, replicas are catching up. */
const TRANSIENT = new Set([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'BROKER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_CONTROLLER',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'STALE_BROKER_EPOCH',
  'UNKNOWN_TOPIC_ID',
]);

/** Whether retrying can help. `id`: a protocol error's name, as protocolErrorsCodesById has it. */
export function isTransientCode(id: string): boolean {
  return TRANSIENT.has(id);
}

/** Whether an error of the client library is transient: any connection failure, and transient protocol errors. */
export function isTransientFailure(error: unknown): boolean {
  if (error instanceof Known || find(error, 'code', 'PLT_KFK_AUTHENTICATION')) return false;
  const id = protocolErrorName(error);
  return id === undefined || isTransientCode(id);
}

/** The name of the protocol error in an error of the client library. */
export function protocolErrorName(error: unknown): string | undefined {
  for (const each of flatten(error)) {
    const { apiId } = each as Partial<ProtocolError>;
    if (typeof apiId === 'string') return apiId;
  }
  return undefined;
}

/** One line for an error of the client library. */
export function kafkaError(error: unknown, spec: KafkaSpec): FleetgenError {
  if (error instanceof Known) return error;
  const place = displayKafka(spec);
  if (find(error, 'code', 'PLT_KFK_AUTHENTICATION')) {
    const who = spec.sasl === undefined ? 'the connection' : `user ${spec.sasl.user} (${spec.sasl.mechanism})`;
    return runError(
      'KAFKA_AUTHENTICATION',
      `${place} refused ${who}: check --sasl, --sasl-user and FLEETGEN_KAFKA_PASSWORD`,
      error,
    );
  }
  const id = protocolErrorName(error);
  if (id !== undefined) return rejectionError(id, spec, error);
  const reason = rootCauseText(error);
  if (/CERT|ALTNAME|UNABLE_TO/.test(reason)) {
    return runError(
      'KAFKA_CERTIFICATE',
      `the TLS certificate of ${place} is not trusted (${reason}): name its CA with --tls-ca, or correct the host`,
      error,
    );
  }
  if (HUNG_UP.test(reason)) {
    return runError(
      'KAFKA_CLOSED',
      `${place} closed the connection: it may need ${otherThan(spec)}, or be starting up`,
      error,
    );
  }
  return runError('KAFKA_UNREACHABLE', `cannot reach ${place} (${reason}): start the broker, or correct --to`, error);
}

/** The messages of a closed connection: an end or a reset, before, during or after the TLS handshake. */
const HUNG_UP = /^(Connection closed$|ECONNRESET$|connection reset|broken pipe)/;

/** Options that the broker may require: with the wrong protocol it closes the connection without an error. */
function otherThan({ tls, sasl }: KafkaSpec): string {
  const wanted = sasl === undefined ? ['--sasl'] : [];
  if (tls === undefined) wanted.unshift('--tls');
  else wanted.push(...(tls.cert === undefined ? ['--tls-cert and --tls-key'] : []), 'no TLS');
  return wanted.join(' or ');
}

/** One line for a protocol error by its name. */
export function rejectionError(id: string, spec: KafkaSpec, cause?: unknown): FleetgenError {
  const place = displayKafka(spec);
  return runError('KAFKA_REFUSED', `${place} refused: ${id}${FIXES[id] ?? "; the broker's log says more"}`, cause);
}

/** For a broker that only accepts timestamps close to its clock. `times`: the earliest and the latest of a batch. */
export function timestampRejectionError(
  spec: KafkaSpec,
  times: readonly [number, number],
  nowMs: number,
): FleetgenError {
  const behind = nowMs - times[0];
  const ahead = times[1] - nowMs;
  const [far, direction, setting, fix] =
    ahead > behind
      ? [ahead, 'ahead of', 'after', 'start the time line earlier or run it no faster than the clock (--speed 1x)']
      : [behind, 'behind', 'before', 'shift the times nearer to now with --start-at'];
  return runError(
    'KAFKA_TIMESTAMP',
    `${displayKafka(spec)} refused messages whose times are ${clockTime(far)} ${direction} the clock: raise the topic's message.timestamp.${setting}.max.ms (--create-topic makes one that accepts any time), or ${fix}`,
  );
}

/** 75 s, 62 min, 30 h or 12 days. */
function clockTime(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} days`;
}

const FIXES: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED:
    ': the user has no permission to write to the topic; grant it, or name another --sasl-user',
  CLUSTER_AUTHORIZATION_FAILED: ': the user has no permission for an idempotent producer; grant IdempotentWrite',
  MESSAGE_TOO_LARGE: ": raise the topic's max.message.bytes to 1 MB",
  OUT_OF_ORDER_SEQUENCE_NUMBER: ': the broker lost messages that it had acknowledged; check its disk',
  UNKNOWN_PRODUCER_ID: ': the broker forgot this producer, as its messages were deleted; check the retention',
};

/** The innermost reason: connection refused, an unknown host name, a time-out. */
export function rootCauseText(error: unknown): string {
  const reasons = flatten(error).map((each) => {
    const { code, errno } = each as NodeJS.ErrnoException;
    if (errno !== undefined) return systemWords(each);
    return code !== undefined && !code.startsWith('PLT_KFK') ? code : each.message;
  });
  return (reasons.at(-1) ?? String(error)).replace(/\.$/, '');
}

function find(error: unknown, property: string, value: unknown): boolean {
  return flatten(error).some((each) => (each as GenericError)[property] === value);
}

/** The error, its aggregated errors and its causes, outermost first. */
function flatten(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof MultipleErrors || error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(flatten), ...flatten(error.cause)];
}
