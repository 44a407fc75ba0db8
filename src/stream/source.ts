/** From the plain description of a source to its feed. */
import type { Dataset } from '../plan/dataset.js';
import { SharedPlans } from '../simulate/shared-plans.js';
import type { Feed } from './feed.js';
import { createSimulatedFeed } from './simulated-feed.js';
import { Timetable } from './timetable.js';

export interface SimulatedSource {
  readonly kind: 'simulate';
  readonly dataset: Dataset;
  /** Records with ids below it; Infinity for all. */
  readonly rows: number;
  /** Days from the dataset's first; Infinity for no end. */
  readonly days: number;
}

export type Source = SimulatedSource;

export interface FeedRequest {
  readonly source: Source;
  /** Only messages that arrive after it (virtual milliseconds). */
  readonly after: number;
  readonly includes: (vehicle: number) => boolean;
}

export async function openFeed({ source, after, includes }: FeedRequest): Promise<Feed> {
  return createSimulatedFeed(source.dataset, { ...source, after, includes });
}

/** The virtual time at which a simulated stream begins: when the first vehicle leaves, or where it was interrupted. */
export function firstDeparture({ dataset, rows, days }: SimulatedSource, after: number): number | undefined {
  const options = { rows, days, after, includes: () => true };
  const first = new Timetable(dataset, new SharedPlans(dataset), options).peek();
  return first === undefined ? undefined : Math.max(first.startMs, after);
}
