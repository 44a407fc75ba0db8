import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaSpec, SaslMechanism } from './spec.js';

const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const satisfies Record<SaslMechanism, string>;

const CONNECT_TIMEOUT_MS = 5000;
/** A broker that was stopped without a word keeps its connections open: a request that waits longer is sent again. */
const REQUEST_TIMEOUT_MS = 15_000;

/** What the client library needs to reach the brokers. It doesn't retry: the caller knows the deadline. */
export function clientOptions({ brokers, tls, sasl }: KafkaSpec): BaseOptions {
  return {
    clientId: 'fleetgen',
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Topics are made by --create-topic, or not at all.
    autocreateTopics: false,
    // SNI takes host names only, not addresses.
    ...(tls && { tls: { ...tls }, ...(brokers.every(hasName) && { tlsServerName: true }) }),
    ...(sasl && { sasl: { mechanism: MECHANISMS[sasl.mechanism], username: sasl.user, password: sasl.password } }),
  };
}

function hasName(broker: string): boolean {
  return isIP(broker.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) === 0;
}
