/** The library's public names, nothing else. */

export { type ExitCode, FleetgenError } from './base/errors.js';
export { type Batch, type ColumnArray, createBatch, isNull } from './columns/batch.js';
export { type Column, type ColumnKind, NULL_INT, type SqlType, type TableSchema } from './columns/column.js';
export { TELEMETRY } from './columns/telemetry.js';
export { compileCsvWriter, csvHeader } from './encode/csv.js';
export { ALGORITHM_VERSION, type Dataset, type DatasetRequest, planDataset } from './plan/dataset.js';
export { type Shard, shardsOf } from './plan/shards.js';
export type { Progress } from './run/coordinator.js';
export type { IfExists } from './run/defaults.js';
export { type GenerateOptions, type GenerateSummary, generate } from './run/generate.js';
export type { Scenario } from './scenario/model/scenario.js';
export { loadScenario } from './scenario/read/load.js';
export type { LoadedScenario } from './scenario/read/merge.js';
export { createRecordSource, createSimulator, type RecordSource, type Simulator } from './simulate/record-source.js';
export { fillVehicles } from './simulate/vehicle-rows.js';
