/** A separate process that uses the embedded server: prints its URL and closes it when standard input ends. */
import { text } from 'node:stream/consumers';
import { openEmbedded } from '#src/embedded/open.js';

const server = await openEmbedded({ home: process.argv[2] });
process.stdout.write(`${JSON.stringify({ url: server.url, startedHere: server.startedHere })}\n`);
await text(process.stdin);
await server.stop();
