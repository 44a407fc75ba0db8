/** Parses --to and --from of a stream. */
import { requestError } from '../base/errors.js';
import { maskPassword } from '../base/mask-password.js';

export type StreamTarget =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly topic: string };

const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const DEFAULT_PORT = 9092;

/** Throws a requestError if the text is neither - nor a kafka:// URL with brokers and a topic. */
export function parseStreamTarget(text: string): StreamTarget {
  if (text === '-') return { kind: 'stdout' };
  const shown = maskPassword(text);
  const match = /^kafka:\/\/([^/?#]+)(?:\/([^/?#]*))?$/.exec(text);
  if (match === null) {
    throw requestError(
      'UNKNOWN_TARGET',
      `--to "${shown}" is not a target that stream knows: give kafka://host:port/topic or - (standard output)`,
    );
  }
  const [, hosts = '', topic = ''] = match;
  if (hosts.includes('@')) {
    throw requestError(
      'UNKNOWN_TARGET',
      `--to "${shown}" contains a user: give --sasl-user, and the password in FLEETGEN_KAFKA_PASSWORD`,
    );
  }
  if (!TOPIC.test(topic)) {
    throw requestError(
      'UNKNOWN_TARGET',
      `--to "${shown}" has no valid topic: add /TOPIC, up to 249 letters, digits, . _ and -`,
    );
  }
  return { kind: 'kafka', brokers: hosts.split(',').map((host) => brokerOf(host, shown)), topic };
}

function brokerOf(text: string, shown: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(match?.[2] ?? DEFAULT_PORT);
  if (match === null || port < 1 || port > 65535) {
    throw requestError(
      'UNKNOWN_TARGET',
      `--to "${shown}" has no broker "${text}": give host:port, such as localhost:9092`,
    );
  }
  return `${match[1]}:${port}`;
}
