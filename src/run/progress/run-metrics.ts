/** A run's metrics for Prometheus, served over HTTP during the run. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { requestError } from '../../base/errors.js';
import { systemWords } from '../../base/text.js';
import type { RunEvent, RunListener } from './run-events.js';

export interface MetricsServer {
  readonly listener: RunListener;
  readonly port: number;
  close(): void;
}

/** Serves GET /metrics at the address. Throws a requestError if the port is taken or not permitted. */
export async function serveMetrics(address: string, port: number): Promise<MetricsServer> {
  const { registry, listener } = createRunMetrics();
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  // The end of a run doesn't wait for clients.
  server.unref();
  server.listen(port, address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw requestError(
      'METRICS_PORT',
      `--metrics-port ${address}:${port} can't be used (${systemWords(error)}): give another`,
      error,
    );
  }
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { listener, port: (server.address() as AddressInfo).port, close };
}

/** The metrics in a separate registry, and the listener that updates them. */
export function createRunMetrics(): { readonly registry: Registry; readonly listener: RunListener } {
  const registry = new Registry();
  const registers = [registry];
  const rows = new Counter({ name: 'fleetgen_rows_total', help: 'Rows that are committed.', registers });
  const bytes = new Counter({ name: 'fleetgen_bytes_total', help: 'Bytes of their canonical CSV.', registers });
  const expected = new Gauge({ name: 'fleetgen_rows_expected', help: 'Rows that this run is to make.', registers });
  const rate = new Gauge({ name: 'fleetgen_rows_per_second', help: 'Rows a second since the run began.', registers });
  const retries = new Counter({
    name: 'fleetgen_retries_total',
    help: 'Failures after which something was tried again.',
    labelNames: ['code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'fleetgen_shard_seconds',
    help: 'Time of the last attempt of each shard.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const info = new Gauge({ name: 'fleetgen_run_info', help: 'The run.', labelNames: ['run_id', 'seed'], registers });
  let begun = 0;
  let total = 0;
  const listener = (event: RunEvent) => {
    if (event.kind === 'opened') {
      const { runId, from, to, dataset } = event.load;
      begun = performance.now();
      expected.set(to - from - event.skipped);
      info.set({ run_id: runId, seed: String(dataset.seed) }, 1);
    } else if (event.kind === 'shard') {
      total += event.digest.rows;
      rows.inc(event.digest.rows);
      bytes.inc(event.digest.bytes);
      seconds.observe(event.ms / 1000);
      rate.set(total / ((performance.now() - begun) / 1000));
    } else if (event.kind === 'retry') {
      retries.inc({ code: event.code });
    }
  };
  return { registry, listener };
}
