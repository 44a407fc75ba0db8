/** An embedded server of a measurement's own, with its data; both are gone after it. */
import { type EmbeddedServer, openEmbedded } from '../../embedded/open.js';
import { resetEmbedded } from '../../embedded/stop.js';
import { withFolder } from './temporary-folder.js';

/** `parent`: where its data goes; the system's temporary folder by default. */
export function withServer<T>(
  use: (server: EmbeddedServer) => Promise<T>,
  parent?: string,
  signal?: AbortSignal,
): Promise<T> {
  return withFolder(async (home) => {
    try {
      const server = await openEmbedded({ home, signal });
      try {
        return await use(server);
      } finally {
        await server.stop();
      }
    } finally {
      // The server's user may not reach the home, and its data then lies elsewhere.
      await resetEmbedded(home);
    }
  }, parent);
}
