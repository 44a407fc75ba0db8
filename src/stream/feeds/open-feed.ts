/** Opens the feed of a source that is described as plain data. */

import type { TableSchema } from '../../columns/column.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import { readBatches } from '../../formats/formats.js';
import type { ConnectionOptions } from '../../pg/connection/connection.js';
import type { TableRef } from '../../pg/identifiers.js';
import type { Dataset } from '../../plan/dataset.js';
import type { DatasetRequest } from '../../plan/request.js';
import { isFolderName } from '../../run/open-target.js';
import { planUnlessAborted } from '../../run/planning/planning.js';
import { folderBatches } from '../../sinks/folder/manifest.js';
import type { Feed } from './feed.js';
import { createSimulatedFeed } from './simulated-feed.js';

export interface SimulatedSource {
  readonly kind: 'simulate';
  readonly dataset: Dataset;
  /** Only records with ids below this; Infinity for all. */
  readonly rows: number;
  /** Number of days from the dataset's first; Infinity for no end. */
  readonly days: number;
}

/** A file in the format that its name says, or a folder. */
export interface FileSource {
  readonly kind: 'file';
  readonly path: string;
  readonly telemetry: TableSchema<TelemetryColumns>;
}

export interface TableSource {
  readonly kind: 'table';
  readonly connection: ConnectionOptions;
  readonly ref: TableRef;
  readonly telemetry: TableSchema<TelemetryColumns>;
}

export type Source = SimulatedSource | FileSource | TableSource;

/** A table of the embedded server, which is kept running while it is read. */
export interface EmbeddedSource {
  readonly kind: 'embedded';
  readonly ref: TableRef;
  readonly telemetry: TableSchema<TelemetryColumns>;
}

/** A dataset still to be planned. */
export interface RequestedSource {
  readonly kind: 'request';
  readonly request: DatasetRequest;
  /** Continues day after day, without end. */
  readonly endless: boolean;
}

/** What a user may request. */
export type StreamSource = Source | EmbeddedSource | RequestedSource;

export interface OpenSource {
  readonly source: Source;
  /** Releases what opening acquired. Throws FleetgenError. */
  close(): Promise<void>;
}

/**
 * Plans the dataset or starts the embedded server if the source needs it. Throws FleetgenError, or the signal's reason
 * once it is aborted.
 */
export async function openSource(asked: StreamSource, signal: AbortSignal | undefined): Promise<OpenSource> {
  const nothing = async (): Promise<void> => {};
  if (asked.kind === 'request') {
    const dataset = await planUnlessAborted(asked.request, signal);
    const { rows, days } = asked.endless ? ENDLESS : dataset;
    return { source: { kind: 'simulate', dataset, rows, days }, close: nothing };
  }
  if (asked.kind !== 'embedded') return { source: asked, close: nothing };
  const { openEmbedded } = await import('../../embedded/open.js');
  const server = await openEmbedded({ signal });
  return { source: { ...asked, kind: 'table', connection: server.connection }, close: () => server.stop() };
}

const ENDLESS = { rows: Number.POSITIVE_INFINITY, days: Number.POSITIVE_INFINITY };

export function telemetryOfSource(source: Source): TableSchema<TelemetryColumns> {
  return source.kind === 'simulate' ? source.dataset.telemetry : source.telemetry;
}

export interface FeedRequest {
  readonly source: Source;
  /** Only messages that arrive after it (virtual milliseconds). */
  readonly after: number;
  readonly includes: (vehicle: number) => boolean;
}

/** A replay has one feed for all vehicles. Throws FleetgenError. */
export async function openFeed({ source, after, includes }: FeedRequest): Promise<Feed> {
  switch (source.kind) {
    case 'simulate':
      return createSimulatedFeed(source.dataset, { ...source, after, includes });
    case 'file': {
      const { sortByArrival } = await import('./arrival-sort.js');
      const { openReplayFeed } = await import('./replay-feed.js');
      const { telemetry, path } = source;
      const records = isFolderName(path) ? folderBatches(telemetry, path) : readBatches(telemetry, path);
      return openReplayFeed(telemetry, sortByArrival(telemetry, records), after);
    }
    case 'table': {
      const { tableRows } = await import('./arrived-rows.js');
      const { openReplayFeed } = await import('./replay-feed.js');
      return openReplayFeed(source.telemetry, tableRows(source.telemetry, source.connection, source.ref), after);
    }
  }
}
