/** A live feed: what `fleetgen stream` and the library's `stream` do. */
import { abortReason } from '../base/errors.js';
import { chosenScenario } from '../scenario/read/chosen-scenario.js';
import { checkStreamOptions, type StreamOptions } from './stream-options.js';
import { streamRequest } from './stream-request.js';
import { runStream, type StreamSummary } from './stream-run.js';

/**
 * Sends records in the order of their arrival, a line of JSON each, into Kafka, a Writable or standard output, at a pace; until
 * the end of the dataset, or until the signal is aborted if it has none. Prints nothing else. Rejects with a FleetgenError:
 * exitCode 2 for a wrong request, 1 for a failed run, 130 after an abort; with a `StreamError`, which says how far it came,
 * once the stream has begun.
 *
 * @example
 * // An hour of data in a minute, for three seconds.
 * const signal = AbortSignal.timeout(3000);
 * await stream({ to: process.stdout, vehicles: 50, speed: 60, startAt: 'now', signal }).catch((error) => {
 *   if (!(error instanceof StreamError)) throw error;
 *   console.error(error.delivered, 'messages; go on from', error.position);
 * });
 */
export async function stream(options: StreamOptions): Promise<StreamSummary> {
  checkStreamOptions(options);
  const { signal } = options;
  const request = streamRequest(options, await chosenScenario(options.scenario));
  if (signal?.aborted) throw abortReason(signal);
  return runStream(request);
}
