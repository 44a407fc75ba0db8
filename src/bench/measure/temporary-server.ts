/** An embedded server for one measurement, removed with its data afterwards. */
import { type EmbeddedServer, openEmbedded } from '../../embedded/open.js';
import { resetEmbedded } from '../../embedded/stop.js';
import { withTemporaryFolder } from './temporary-folder.js';

/** `parent`: where its data goes; the system's temporary folder by default. */
export function withTemporaryServer<T>(
  use: (server: EmbeddedServer) => Promise<T>,
  parent?: string,
  signal?: AbortSignal,
): Promise<T> {
  return withTemporaryFolder(async (home) => {
    try {
      const server = await openEmbedded({ home, signal });
      try {
        return await use(server);
      } finally {
        await server.stop();
      }
    } finally {
      // Needed because the data is elsewhere if the server's user can't access the home.
      await resetEmbedded(home);
    }
  }, parent);
}
