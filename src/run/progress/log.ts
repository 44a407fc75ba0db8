/** A run's events as lines of JSON, for machines: one object per line, each with the run's id. */
import pino, { type DestinationStream } from 'pino';
import type { RunListener } from './run-events.js';

/** `to` is standard error for the command line; synchronous, so that lines are complete when the process ends. */
export function createRunLog(to: DestinationStream = pino.destination({ dest: 2, sync: true })): RunListener {
  let log = pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, to);
  return (event) => {
    switch (event.kind) {
      case 'opened': {
        const { runId, from, to: end, workers, shards } = event.load;
        log = log.child({ runId });
        log.info({ from, to: end, shards: shards.length, workers, rowsSkipped: event.skipped }, 'load begins');
        return;
      }
      case 'shard': {
        const { shard, digest, attempt, ms } = event;
        const { index, from, to: end } = shard;
        log.info(
          { shard: index, from, to: end, rows: digest.rows, bytes: digest.bytes, attempt, ms: Math.round(ms) },
          'shard done',
        );
        return;
      }
      case 'retry': {
        const { shard, attempt, code, message, pauseMs } = event;
        const of = shard === undefined ? {} : { shard: shard.index, from: shard.from, to: shard.to };
        log.warn({ ...of, attempt, code, pauseMs: Math.round(pauseMs), reason: message }, 'failed, and tried again');
        return;
      }
      case 'finish':
        log.info('all rows are in; finishing');
        return;
      case 'done':
        log.info({ rows: event.rows, seconds: event.seconds, swap: event.swap }, 'load done');
        return;
      case 'failed':
        // Reported by the program's last line, like failures before a load.
        return;
    }
  };
}
