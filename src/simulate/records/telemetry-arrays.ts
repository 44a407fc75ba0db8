/**
 * The columns of a batch and what a scenario adds to them, as one object of fixed shape: the hot loop's stores stay
 * monomorphic.
 */
import type { Batch, ColumnArray } from '../../columns/batch.js';
import { fixedShape } from '../../columns/fixed-shape.js';
import type { BuiltInTelemetry, TelemetryColumns } from '../../columns/telemetry.js';
import type { BuiltInTruth, TruthColumns } from '../../columns/truth.js';
import type { EventTables } from '../../world/tables/event-tables.js';
import type { World } from '../../world/world.js';

/** Each column by its name in the catalogue. */
export interface TelemetryArrays extends BuiltInTelemetry {
  /** By event. */
  readonly events: readonly Uint8Array[];
  /** The custom metrics, in the scenario's order. */
  readonly metrics: readonly Int32Array[];
  /** Every column. */
  readonly all: readonly ColumnArray[];
}

export interface TruthArrays extends BuiltInTruth {
  /** By event. */
  readonly causes: readonly Uint8Array[];
  readonly all: readonly ColumnArray[];
}

export function telemetryArrays({ arrays }: Batch<TelemetryColumns>, world: World): TelemetryArrays {
  const known: BuiltInTelemetry = arrays;
  return fixedShape({
    ...known,
    events: world.events.names.map((name) => arrays[name] as Uint8Array),
    metrics: world.metrics.map(({ name }) => arrays[name] as Int32Array),
    all: Object.values(arrays),
  });
}

export function truthArrays({ arrays }: Batch<TruthColumns>, events: EventTables): TruthArrays {
  const known: BuiltInTruth = arrays;
  return fixedShape({
    ...known,
    causes: events.names.map((name) => arrays[`${name.replace(/_event$/, '')}_cause`] as Uint8Array),
    all: Object.values(arrays),
  });
}
