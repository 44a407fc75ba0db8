/** The state of a home's embedded server, without starting or changing anything. */
import { resolveHome } from './home/home.js';
import { dataFolderOf, dataVersion, defaultInstanceFolder, logFileOf } from './home/instance-folder.js';
import { readRecord } from './home/server-record.js';
import { findPostmaster } from './process/postmaster.js';
import { serverUserFor } from './process/server-user.js';

export interface EmbeddedStatus {
  readonly home: string;
  /** Why the server's record can't be read; null if it can. */
  readonly problem: string | null;
  /** Whether there is data. */
  readonly initialised: boolean;
  readonly running: boolean;
  /** False while a running server starts, recovers or stops. */
  readonly ready: boolean;
  /** Whether the server outlives the processes that use it. */
  readonly stays: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly database: string | null;
  /** Like 18.4; null before the first start. */
  readonly version: string | null;
  /** Where the data is, or would be created. */
  readonly dataFolder: string;
  readonly binFolder: string | null;
  readonly logFile: string;
  /** The operating system's user that the server runs as, null if that is the caller. */
  readonly systemUser: string | null;
}

/** Never throws for a damaged home: `problem` says what is wrong. */
export async function embeddedStatus(homeFolder?: string): Promise<EmbeddedStatus> {
  const home = resolveHome(homeFolder);
  let problem: string | null = null;
  const record = await readRecord(home).catch((error: Error) => {
    problem = error.message;
    return undefined;
  });
  const instanceFolder = record?.instanceFolder ?? defaultInstanceFolder(home);
  const dataFolder = dataFolderOf(instanceFolder);
  const server = await findPostmaster(dataFolder);
  return {
    home: home.folder,
    problem,
    initialised: (await dataVersion(instanceFolder)) !== undefined,
    running: server !== undefined,
    ready: server?.ready === true,
    stays: server !== undefined && record?.stays === true,
    pid: server?.pid ?? null,
    port: server?.port ?? null,
    user: record?.user ?? null,
    database: record?.database ?? null,
    version: record?.version ?? null,
    dataFolder,
    binFolder: record?.binFolder ?? null,
    logFile: logFileOf(instanceFolder),
    systemUser: (await serverUserFor(dataFolder))?.name ?? null,
  };
}
