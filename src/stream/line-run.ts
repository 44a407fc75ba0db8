/** A stream of lines to standard output or a Writable: one pump in the main thread. */
import type { Writable } from 'node:stream';
import { FleetgenError } from '../base/errors.js';
import type { Output } from '../sinks/files/output.js';
import { writeError } from '../sinks/files/output-errors.js';
import { openFeed } from './feeds/open-feed.js';
import { MessagePacer } from './producers/message-pacer.js';
import type { StreamSettings, StreamStart } from './producers/producer-settings.js';
import { StreamFailure, type StreamResult } from './producers/producers.js';
import { PumpProgress, pump } from './producers/pump.js';
import { SharedClock } from './producers/shared-clock.js';
import { createLineSink } from './sinks/stdout-sink.js';

/**
 * To standard output without `lines`. `begin` returns when the stream begins, given the earliest message. Throws
 * StreamFailure, or the source's errors.
 */
export async function streamLines(
  settings: StreamSettings,
  lines: Writable | undefined,
  memory: SharedArrayBuffer,
  begin: (next: number) => StreamStart,
  signal: AbortSignal | undefined,
): Promise<StreamResult> {
  const output = lines === undefined ? await standardOutput() : openOutput(lines);
  const { source, after } = settings;
  const feed = await openFeed({ source, after, includes: () => true });
  const progress = new PumpProgress(after);
  const start = begin(feed.next());
  feed.shiftMs = start.shiftMs;
  try {
    await pump({
      feed,
      sink: createLineSink(output),
      pace: new MessagePacer(settings.pace, start.startMs, start.wallMs),
      clock: new SharedClock(memory, 0),
      progress,
      control: {
        stopping: () => signal?.aborted ?? false,
        agreeOnEnd: async (lastTaken) => lastTaken,
      },
    });
    return { ...progress, interrupted: signal?.aborted ?? false };
  } catch (error) {
    if (error instanceof FleetgenError && error.code !== 'READER_CLOSED') throw new StreamFailure(error, progress);
    throw error;
  } finally {
    await output.close();
    await feed.close();
  }
}

async function standardOutput(): Promise<Output> {
  const { stdoutOutput } = await import('../sinks/files/stdout.js');
  return { ...stdoutOutput(), close: async () => {} };
}

/** A Writable of the caller, which is left open and without listeners. A write to one that is closed meanwhile fails. */
function openOutput(lines: Writable): Output {
  const nothing = async (): Promise<void> => {};
  let fail: (error: Error) => void = () => {};
  const onError = (error: Error) => fail(error);
  const onClose = () => fail(new Error('it is closed'));
  lines.on('error', onError).on('close', onClose);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        fail = (error) => reject(writeError('the Writable', error));
        // A copy, as the buffer is used again and the Writable may keep what it was given.
        lines.write(Buffer.from(bytes), (error) => (error ? fail(error) : resolve()));
      }),
    // The event of a failed write follows its callback.
    close: async () => void setImmediate(() => lines.off('error', onError).off('close', onClose)),
    publish: nothing,
    discard: nothing,
  };
}
