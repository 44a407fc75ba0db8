/**
 * A real PostgreSQL server for a machine without one: set up on first use, started or found running, stopped by the
 * last process that uses it unless the user asked to keep it running.
 */
import { runError } from '../base/errors.js';
import { findFreePort, isFree } from './free-port.js';
import { createHome, type Home, resolveHome } from './home/home.js';
import { withHomeLock } from './home/home-lock.js';
import {
  createInstanceFolder,
  dataFolderOf,
  dataVersion,
  defaultInstanceFolder,
  logFileOf,
} from './home/instance-folder.js';
import { acquireLease, releaseLease } from './home/lease.js';
import { generatePassword, readRecord, type ServerRecord, writeRecord } from './home/server-record.js';
import { type Binaries, findBinaries, majorVersion } from './process/binaries.js';
import { initialise } from './process/initialise.js';
import { findPostmaster, startPostmaster, waitUntilReady } from './process/postmaster.js';
import { serverUserFor } from './process/server-user.js';
import { SETTINGS_FILE, writeSettings } from './server-settings.js';
import { releaseEmbedded, stopIfUnused } from './stop.js';

export interface EmbeddedConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedServer {
  readonly connection: EmbeddedConnection;
  /** postgresql://user:password@host:port/database */
  readonly url: string;
  /** False if it was already running. */
  readonly startedHere: boolean;
  /**
   * Ends this use of the server, and stops the server if there is no other use and it was not asked to stay. Call it
   * even if the server was already running; a second call does nothing. Throws FleetgenError if the server does not
   * stop.
   */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Default: FLEETGEN_HOME, else .fleetgen under the working directory. */
  readonly home?: string | undefined;
  /** The server outlives this process and all others, until stopEmbedded. */
  readonly stays?: boolean;
  /** Aborts opening; a server started for this call is stopped again. */
  readonly signal?: AbortSignal | undefined;
}

const HOST = '127.0.0.1';
const START_ATTEMPTS = 5;

/**
 * Sets up the home's server if needed, starts it or adopts a running one, and resolves when it accepts connections. Any
 * number of processes may call this at once. Throws FleetgenError, or the signal's reason once it is aborted.
 */
export async function openEmbedded(options: OpenOptions = {}): Promise<EmbeddedServer> {
  const home = resolveHome(options.home);
  options.signal?.throwIfAborted();
  await createHome(home);
  return await withHomeLock(
    home,
    async () => {
      const before = await readRecord(home);
      const found = before && (await findPostmaster(dataFolderOf(before.instanceFolder)));
      const lease = await acquireLease(home.leaseFolder);
      try {
        let record: ServerRecord;
        if (before !== undefined && found !== undefined) {
          const { port } = await waitUntilReady(dataFolderOf(before.instanceFolder), options.signal);
          record = { ...before, port, stays: before.stays || options.stays === true };
          if (record.port !== before.port || record.stays !== before.stays) await writeRecord(home, record);
        } else {
          record = await start(home, before, options);
        }
        return serverOf(home, record, found === undefined, lease);
      } catch (error) {
        await releaseLease(lease);
        // Nothing else would stop a server left by a killed process or an interrupted start.
        if (options.signal?.aborted) await stopIfUnused(home);
        throw error;
      }
    },
    options.signal,
  );
}

/** Starts the home's server, after initialising its data if there is none. */
async function start(home: Home, before: ServerRecord | undefined, options: OpenOptions): Promise<ServerRecord> {
  const { signal } = options;
  const made = before === undefined ? undefined : await dataVersion(before.instanceFolder);
  if (before === undefined) await refuseUnknownData(home);
  const known = made === undefined ? undefined : before;
  const owner = await serverUserFor(known && dataFolderOf(known.instanceFolder));
  const instanceFolder = known?.instanceFolder ?? (await createInstanceFolder(home, owner));
  const binaries = await findBinaries(instanceFolder, owner);
  signal?.throwIfAborted();
  if (made !== undefined) refuseOtherVersion(made, binaries, instanceFolder);

  let record: ServerRecord = {
    ...(known ?? { user: 'fleetgen', password: generatePassword(), database: 'fleetgen' }),
    instanceFolder,
    binFolder: binaries.folder,
    version: binaries.version,
    port: await findFreePort(known?.port),
    stays: options.stays === true,
  };
  const place = known === undefined ? await initialise({ ...record, owner, signal }) : undefined;
  // The password is on disk before the data that needs it.
  await writeRecord(home, record);
  await place?.();

  const dataFolder = dataFolderOf(instanceFolder);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    await writeSettings(instanceFolder, record.port);
    try {
      await startPostmaster({
        ...record,
        dataFolder,
        logFile: logFileOf(instanceFolder),
        settingsFile: SETTINGS_FILE,
        user: owner,
        signal,
      });
      return record;
    } catch (error) {
      // Another process may take the port between our choice and the server's bind; any other failure would only recur.
      if (signal?.aborted || attempt === START_ATTEMPTS || (await isFree(record.port))) throw error;
      record = { ...record, port: await findFreePort() };
      await writeRecord(home, record);
    }
  }
}

function serverOf(home: Home, record: ServerRecord, startedHere: boolean, lease: string): EmbeddedServer {
  const { port, user, password, database } = record;
  let stopping: Promise<void> | undefined;
  return {
    connection: { host: HOST, port, user, password, database },
    url: `postgresql://${user}:${password}@${HOST}:${port}/${database}`,
    startedHere,
    stop: () => {
      stopping ??= releaseEmbedded(home, lease);
      return stopping;
    },
  };
}

function refuseOtherVersion(made: string, binaries: Binaries, instanceFolder: string): void {
  if (made === majorVersion(binaries.version)) return;
  throw runError(
    'EMBEDDED_VERSION',
    `${dataFolderOf(instanceFolder)} was made by PostgreSQL ${made}, and this fleetgen brings ${binaries.version}: \`fleetgen db reset\` deletes it, and the next load creates it again`,
  );
}

async function refuseUnknownData(home: Home): Promise<void> {
  if ((await dataVersion(defaultInstanceFolder(home))) === undefined) return;
  throw runError(
    'EMBEDDED_RECORD',
    `${home.recordFile} is gone, and with it the password of ${defaultInstanceFolder(home)}: \`fleetgen db reset\` deletes the embedded server and its data`,
  );
}
