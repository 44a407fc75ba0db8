/** --log-format and --metrics-port: the listeners of a run. Their modules are loaded on demand. */

import { requestError } from '../../base/errors.js';
import { requirePackage } from '../../base/package.js';
import type { RunEvent, RunListener } from '../../run/progress/run-events.js';
import { flagReader, textFlag } from '../flags/flags.js';
import { parseChoice } from '../flags/parse-options.js';

const LOG_FORMATS = ['text', 'json'] as const;

export const LISTENER_FLAGS = {
  'log-format': textFlag('What goes to stderr: text, or json (a line for each event)', 'text', { words: LOG_FORMATS }),
  'metrics-port': textFlag('Prometheus metrics at [ADDRESS:]PORT/metrics while it runs', 'none'),
} as const;

export interface Listeners {
  /** Whether standard error is for lines of JSON only. */
  readonly json: boolean;
  readonly onEvent?: RunListener;
  close(): void;
}

/** Receives the id of the load that begins. */
export type OnRun = (runId: string) => void;

/** Throws a requestError for an invalid flag, or a port that can't be used. */
export async function openListeners(given: { readonly [flag: string]: unknown }, onRun: OnRun): Promise<Listeners> {
  const get = flagReader(given);
  const json = get('log-format', (text) => parseChoice('log-format', text, LOG_FORMATS)) === 'json';
  const place = get('metrics-port', parsePlace);
  const listeners: RunListener[] = [];
  let close = () => {};
  if (json) {
    listeners.push((await import('../../run/progress/log.js')).createRunLog());
    listeners.push((event) => event.kind === 'opened' && onRun(event.load.runId));
  }
  if (place !== undefined) {
    requirePackage('prom-client', '--metrics-port');
    const metrics = await (await import('../../run/progress/run-metrics.js')).serveMetrics(place.address, place.port);
    listeners.push(metrics.listener);
    close = metrics.close;
  }
  if (listeners.length === 0) return { json, close };
  const onEvent = (event: RunEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { json, onEvent, close };
}

function parsePlace(text: string): { address: string; port: number } {
  const colon = text.lastIndexOf(':');
  const address = colon < 0 ? '127.0.0.1' : text.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const digits = text.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN;
  if (address !== '' && port >= 1 && port <= 65_535) return { address, port };
  throw requestError(
    'BAD_OPTION',
    `--metrics-port "${text}" is not valid: give a port, or ADDRESS:PORT such as 0.0.0.0:9464`,
  );
}
