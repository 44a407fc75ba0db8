import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaSpec, SaslMechanism } from './kafka-spec.js';

const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const satisfies Record<SaslMechanism, string>;

const CONNECT_TIMEOUT_MS = 5000;
/** A suspended broker keeps its connections open, so a request that takes longer is sent again. */
const REQUEST_TIMEOUT_MS = 15_000;

/** The client library's options to reach the brokers. It doesn't retry, as only the caller knows the deadline. */
export function clientOptions({ brokers, tls, sasl, requestTimeoutMs = REQUEST_TIMEOUT_MS }: KafkaSpec): BaseOptions {
  return {
    clientId: 'fleetgen',
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    // Topics are only created by --create-topic.
    autocreateTopics: false,
    // SNI allows host names only, not addresses.
    ...(tls && { tls: { ...tls }, ...(brokers.every(hasName) && { tlsServerName: true }) }),
    ...(sasl && { sasl: { mechanism: MECHANISMS[sasl.mechanism], username: sasl.user, password: sasl.password } }),
  };
}

function hasName(broker: string): boolean {
  return isIP(broker.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) === 0;
}
