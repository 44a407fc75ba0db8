/** Where and how to produce: plain data that is sent to workers. It can hold a password and is never printed. */
export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export interface KafkaSpec {
  /** host:port, at least one. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly compression: Compression;
  /** Absent: no encryption. */
  readonly tls?: KafkaTls;
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly user: string; readonly password: string };
  /** How long a message may wait for an unavailable broker or a change of leaders, milliseconds. */
  readonly deadlineMs: number;
  /** How long a broker may take to answer a request, milliseconds; 15 000 if absent. */
  readonly requestTimeoutMs?: number;
}

/** PEM texts. Without a CA the system's CAs are trusted. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The target for messages, without the password. */
export function displayKafka({ brokers, topic }: Pick<KafkaSpec, 'brokers' | 'topic'>): string {
  return `kafka://${brokers.join(',')}/${topic}`;
}
