/** A broker with TLS and SASL listeners beside its plain one, and the certificates of a private authority. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '#src/embedded/free-port.js';
import { type Broker, startBroker } from './kafka-fixture.js';

/** Protocol of each listener; MUTUAL wants a client certificate, and CONTROLLER is the broker's own. */
const LISTENERS = {
  PLAINTEXT: 'PLAINTEXT',
  CONTROLLER: 'PLAINTEXT',
  TLS: 'SSL',
  MUTUAL: 'SSL',
  SASL: 'SASL_PLAINTEXT',
  SASL_TLS: 'SASL_SSL',
} as const;
export type Listener = keyof typeof LISTENERS;

/** `stranger` is a second authority, which signed nothing here. */
type Pem = 'ca.crt' | 'stranger.crt' | 'server.crt' | 'server.key' | 'client.crt' | 'client.key';

export interface SecureBroker {
  /** The plain listener. */
  readonly broker: Broker;
  /** Its certificate names localhost only. */
  url(listener: Listener, topic: string, host?: string): string;
  /** Path of a file with a certificate or key. */
  pem(name: Pem): string;
  stop(): Promise<void>;
}

export interface User {
  readonly name: string;
  readonly password: string;
}

/** The user may authenticate with PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
export async function startSecureBroker(user: User): Promise<SecureBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetgen-secure-'));
  const path = (name: string): string => join(folder, name);
  let broker: Broker | undefined;
  const stop = async (): Promise<void> => {
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    makeCertificates(folder);
    const { broker: started, ports } = await startOnFreePorts(folder, user);
    broker = started;
    await addScramUser(broker, user);
    return {
      broker,
      url: (listener, topic, host = 'localhost') => `kafka://${host}:${ports.get(listener)}/${topic}`,
      pem: path,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Another process may take one of the ports before the broker binds it. */
async function startOnFreePorts(
  folder: string,
  user: User,
): Promise<{ broker: Broker; ports: ReadonlyMap<string, number> }> {
  const path = (name: string): string => join(folder, name);
  for (let attempt = 1; ; attempt++) {
    const ports = new Map<string, number>();
    for (const name of Object.keys(LISTENERS)) ports.set(name, await findFreePort());
    writeFileSync(path('broker.properties'), properties(path('server.pem'), path('ca.crt'), ports, user));
    try {
      const broker = await startBroker('--port', String(ports.get('PLAINTEXT')), '--config', path('broker.properties'));
      return { broker, ports };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

function makeCertificates(folder: string): void {
  const make = (name: string, ...more: string[]): void => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
    const args = ['req', '-x509', ...key, '-out', `${name}.crt`, '-subj', `/CN=${name}`, ...more];
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  make('ca');
  make('stranger');
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'basicConstraints=critical,CA:false'];
  make('server', ...signed, '-addext', 'subjectAltName=DNS:localhost');
  make('client', ...signed);
  const pem = ['server.key', 'server.crt'].map((name) => readFileSync(join(folder, name), 'utf8'));
  writeFileSync(join(folder, 'server.pem'), pem.join(''));
}

function properties(keystore: string, truststore: string, ports: ReadonlyMap<string, number>, user: User): string {
  const listeners = [...ports].map(([name, port]) => `${name}://127.0.0.1:${port}`);
  const advertised = [...ports]
    .filter(([name]) => name !== 'CONTROLLER')
    .map(([name, port]) => `${name}://${name === 'PLAINTEXT' ? '127.0.0.1' : 'localhost'}:${port}`);
  const modules = 'org.apache.kafka.common.security';
  const plain = `${modules}.plain.PlainLoginModule required user_${user.name}="${user.password}";`;
  const scram = `${modules}.scram.ScramLoginModule required;`;
  const sasl = ['sasl', 'sasl_tls'].flatMap((name) => [
    `listener.name.${name}.plain.sasl.jaas.config=${plain}`,
    `listener.name.${name}.scram-sha-256.sasl.jaas.config=${scram}`,
    `listener.name.${name}.scram-sha-512.sasl.jaas.config=${scram}`,
  ]);
  return `${[
    `controller.quorum.voters=1@127.0.0.1:${ports.get('CONTROLLER')}`,
    `listeners=${listeners.join(',')}`,
    `advertised.listeners=${advertised.join(',')}`,
    `listener.security.protocol.map=${Object.entries(LISTENERS)
      .map((entry) => entry.join(':'))
      .join(',')}`,
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${keystore}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${truststore}`,
    'listener.name.mutual.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    ...sasl,
  ].join('\n')}\n`;
}

async function addScramUser(broker: Broker, { name, password }: User): Promise<void> {
  // One request takes one mechanism of a user.
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    await broker.control(
      ...['tool', 'kafka.admin.ConfigCommand', '--bootstrap-server', broker.address, '--alter'],
      ...['--entity-type', 'users', '--entity-name', name, '--add-config', `${mechanism}=[password=${password}]`],
    );
  }
}
