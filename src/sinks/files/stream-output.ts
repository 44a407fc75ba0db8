/**
 * Pipes. They go through Node's non-blocking sockets: a blocking write to a pipe whose reader has stopped would hold a
 * thread that the process waits for when it exits, and Ctrl-C would hang.
 */
import { constants, open as openCallback } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runError } from '../../base/errors.js';
import type { Output } from './output.js';
import { errorCode, openError, writeError } from './output-errors.js';

const OPEN_RETRY_MS = 50;

// A bare descriptor, not a FileHandle: the socket closes it, and garbage collection of the handle would close it again.
const open = promisify(openCallback);

/** A stream that stays open: standard output. */
export function streamOutput(stream: Writable, name: string): Output {
  // Each write reports its own failure; without a listener the event would end the process.
  stream.on('error', () => {});
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(writeError(name, error)) : resolve()));
      }),
    close: async () => {},
    publish: async () => {},
    discard: async () => {},
  };
}

/** A named pipe. Waits for a reader, as a shell's redirection does, until `cancelled` says to stop. */
export async function openPipeOutput(path: string, cancelled: () => boolean): Promise<Output> {
  const fd = await openForReader(path, cancelled);
  const socket = new Socket({ fd, readable: false, writable: true });
  const output = streamOutput(socket, path);
  return {
    ...output,
    close: () =>
      new Promise((resolve, reject) => {
        socket.once('error', (error) => reject(writeError(path, error)));
        socket.end(() => resolve());
      }),
    discard: async () => {
      socket.destroy();
    },
  };
}

async function openForReader(path: string, cancelled: () => boolean): Promise<number> {
  while (!cancelled()) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // ENXIO: nobody reads yet.
      if (errorCode(error) !== 'ENXIO') throw openError(path, error);
    }
    await delay(OPEN_RETRY_MS);
  }
  throw runError('ABORTED', `stopped before anyone read ${path}`);
}
