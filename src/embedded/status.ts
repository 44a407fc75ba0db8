/** What there is to know about a home's embedded server without starting or changing anything. */
import { homeAt } from './home/home.js';
import { dataFolderOf, dataVersion, logFileOf, ownInstanceFolder } from './home/instance-folder.js';
import { readRecord } from './home/server-record.js';
import { findPostmaster } from './process/postmaster.js';
import { serverUserFor } from './process/server-user.js';

export interface EmbeddedStatus {
  readonly home: string;
  /** Why the record of the server can't be read; null when it can. */
  readonly problem: string | null;
  /** True when there is data. */
  readonly initialised: boolean;
  readonly running: boolean;
  /** False while a running server starts, recovers or stops. */
  readonly ready: boolean;
  /** True when the server outlives the processes that use it. */
  readonly stays: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly database: string | null;
  /** Like 18.4; null before the first start. */
  readonly version: string | null;
  /** Where the data is, or would be made first. */
  readonly dataFolder: string;
  readonly binFolder: string | null;
  readonly logFile: string;
  /** The operating system's user that the server runs as, where that is not the caller. */
  readonly systemUser: string | null;
}

/** Never throws for a home in disorder: `problem` says what is wrong. */
export async function embeddedStatus(homeFolder?: string): Promise<EmbeddedStatus> {
  const home = homeAt(homeFolder);
  let problem: string | null = null;
  const record = await readRecord(home).catch((error: Error) => {
    problem = error.message;
    return undefined;
  });
  const instanceFolder = record?.instanceFolder ?? ownInstanceFolder(home);
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
