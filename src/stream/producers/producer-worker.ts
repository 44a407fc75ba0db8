/** One producer: a feed of its share of the vehicles, its own connection, and a loop between them. */
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../../base/errors.js';
import type { Feed } from '../feeds/feed.js';
import { openFeed, telemetryOfSource } from '../feeds/open-feed.js';
import { openKafkaSink, VehicleKeys } from '../sinks/kafka-sink.js';
import type { MessageSink } from '../sinks/message-sink.js';
import { MessagePacer } from './message-pacer.js';
import type { FromStreamWorker, StreamStart, StreamWorkerSetup, ToStreamWorker } from './producer-settings.js';
import { PumpProgress, pump } from './pump.js';
import { SharedClock } from './shared-clock.js';

const { settings, spec, owners, worker, clock: memory } = workerData as StreamWorkerSetup;
const { source, after, runId, scenarioHash } = settings;
const port = parentPort!;
const clock = new SharedClock(memory, worker);
const progress = new PumpProgress(after);
const tell = (message: FromStreamWorker): void => port.postMessage(message);

let stopped = false;
let begin: (start: StreamStart) => void = () => {};
let endAt: (at: number) => void = () => {};
const started = new Promise<StreamStart>((resolve) => {
  begin = resolve;
});
const agreed = new Promise<number>((resolve) => {
  endAt = resolve;
});

port.on('message', (message: ToStreamWorker) => {
  if (message.kind === 'start') begin(message);
  else if (message.kind === 'stop') stopped = true;
  else endAt(message.at);
});

async function run(): Promise<void> {
  let feed: Feed | undefined;
  let sink: MessageSink | undefined;
  try {
    const keys = new VehicleKeys(telemetryOfSource(source), owners.length);
    // A partition belongs to one producer, which makes batches larger and keeps a vehicle's messages in order.
    const includes = (vehicle: number): boolean => clock.workers === 1 || owners[keys.partition(vehicle)] === worker;
    feed = await openFeed({ source, after, includes });
    sink = await openKafkaSink({ spec, partitions: owners.length, keys, runId, scenarioHash });
    clock.publish(feed.next());
    tell({ kind: 'ready', next: feed.next() });
    const start = await started;
    feed.shiftMs = start.shiftMs;
    await pump({
      feed,
      sink,
      pace: new MessagePacer(settings.pace, start.startMs, start.wallMs),
      clock,
      progress,
      control: {
        stopping: () => stopped,
        agreeOnEnd(lastTaken) {
          tell({ kind: 'paused', lastTaken });
          return agreed;
        },
      },
    });
    tell({ kind: 'done', ...result() });
  } catch (error) {
    tell({ kind: 'failed', error: toErrorData(error), ...result() });
  } finally {
    // The others must not wait for a producer that has ended.
    clock.publish(Number.POSITIVE_INFINITY);
    await sink?.close();
    await feed?.close();
    port.close();
  }
}

function result() {
  const { delivered, bytes, position, last } = progress;
  return { delivered, bytes, position, last };
}

await run();
