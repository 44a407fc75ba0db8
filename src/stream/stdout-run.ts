/** A stream to standard output: one pump in the main thread. */
import { FleetgenError } from '../base/errors.js';
import { openFeed } from './feeds/open-feed.js';
import { MessagePacer } from './producers/message-pacer.js';
import type { StreamSettings, StreamStart } from './producers/producer-settings.js';
import { StreamFailure, type StreamResult } from './producers/producers.js';
import { PumpProgress, pump } from './producers/pump.js';
import { SharedClock } from './producers/shared-clock.js';
import { createLineSink } from './sinks/stdout-sink.js';

/** `begin` returns when the stream begins, given the earliest message. Throws StreamFailure, or the source's errors. */
export async function streamToStdout(
  settings: StreamSettings,
  memory: SharedArrayBuffer,
  begin: (next: number) => StreamStart,
  signal: AbortSignal | undefined,
): Promise<StreamResult> {
  const { stdoutOutput } = await import('../sinks/files/stdout.js');
  const { source, after } = settings;
  const feed = await openFeed({ source, after, includes: () => true });
  const progress = new PumpProgress(after);
  const start = begin(feed.next());
  feed.shiftMs = start.shiftMs;
  try {
    await pump({
      feed,
      sink: createLineSink(stdoutOutput()),
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
    await feed.close();
  }
}
