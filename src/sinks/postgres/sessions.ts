/** The coordinator's connections, kept together so that an interruption can drop them all at once. */
import { runError } from '../../base/errors.js';
import { type Client, connectClient, destroyClient, pinHost } from '../../pg/client.js';
import { type ConnectionOptions, displayUrl } from '../../pg/connection/connection.js';
import type { Backend } from '../../pg/pooler.js';

export class Sessions {
  #connection: ConnectionOptions;
  readonly #clients = new Set<Client>();
  readonly #lost = new WeakSet<Client>();
  #closed = false;

  constructor(connection: ConnectionOptions) {
    this.#connection = connection;
  }

  /** After the first session: of several hosts, the one connected to. */
  get connection(): ConnectionOptions {
    return this.#connection;
  }

  /** Throws a runError, also if the sessions have been dropped meanwhile. */
  async connect(): Promise<Client> {
    this.#connection = await pinHost(this.#connection);
    const client = await connectClient(this.#connection);
    if (this.#closed) {
      destroyClient(client);
      throw runError('PG_ABORTED', `the load into ${displayUrl(this.#connection)} was stopped`);
    }
    this.#clients.add(client);
    for (const event of ['error', 'end'] as const) client.once(event, () => this.#lost.add(client));
    return client;
  }

  /** Whether the client's session is open, as far as known without a round trip. */
  isAlive(client: Client): boolean {
    return this.#clients.has(client) && !this.#lost.has(client);
  }

  /** Ends the backend of a lost session over another session. */
  async endBackendOf(lost: Client, client: Client): Promise<void> {
    // Checks the application name, because after a restart of the server another session may have the pid.
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND usename = session_user
         AND application_name = current_setting('application_name')`,
      [(lost as Backend).processID ?? 0],
    );
  }

  async end(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#clients].map((client) => client.end().catch(() => undefined)));
    this.#clients.clear();
  }

  /** Drops every connection and returns the backends' process ids: a busy backend does not notice at once. */
  drop(): number[] {
    this.#closed = true;
    const pids = [...this.#clients].flatMap((client) => (client as Backend).processID ?? []);
    for (const client of this.#clients) destroyClient(client);
    this.#clients.clear();
    return pids;
  }
}
