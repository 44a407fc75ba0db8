/** The library's public names, nothing else. */

export { type ExitCode, FleetgenError } from './base/errors.js';
export { type Batch, createBatch, isNull } from './columns/batch.js';
export {
  type Arrays,
  type Column,
  type ColumnArray,
  type ColumnKind,
  NULL_INT,
  type SqlType,
  type Stores,
  type TableSchema,
  type ValueRange,
} from './columns/column.js';
export { TELEMETRY, type TelemetryColumns, type TelemetryValues } from './columns/telemetry.js';
export type { TruthColumns } from './columns/truth.js';
export { type Value, type ValueReader, type Values, valueReader } from './columns/values.js';
export type { VehicleColumns, VehicleValues } from './columns/vehicle.js';
export type { ByteStreamOptions } from './dataset/byte-stream.js';
export type { BatchColumns, BatchOptions, ColumnBatch, ColumnName, SelectionOptions } from './dataset/column-batch.js';
export {
  type DatasetSchema,
  type OpenDataset,
  type OpenIdentity,
  type OpenOptions,
  openDataset,
} from './dataset/open-dataset.js';
export type { RecordRow, RowOptions, VehicleRow } from './dataset/rows.js';
export type { Trip } from './dataset/trips.js';
export type { VehicleDay } from './dataset/vehicle-day.js';
export { compileCsvWriter, csvHeader } from './encode/csv.js';
export type { RowWriter } from './encode/row-writer.js';
export type { FileOptions, PageCodec } from './formats/file-options.js';
export type { FormatName } from './formats/formats.js';
export {
  createRecordSource,
  createSimulator,
  type Dataset,
  fillVehicles,
  planDataset,
  shardsOf,
} from './library.js';
export { ALGORITHM_VERSION } from './plan/dataset.js';
export type { DatasetIdentity } from './plan/dataset-identity.js';
export type { DatasetRequest } from './plan/request.js';
export type { Shard } from './plan/shards.js';
export type { Progress, RunSummary } from './run/coordinator.js';
export type { DatasetOptions } from './run/dataset-options.js';
export type { CopyFormat } from './run/defaults.js';
export { type GenerateOptions, type GenerateSummary, generate } from './run/generate.js';
export type { LabelQuality } from './run/label/label-quality.js';
export type { RunEvent, RunListener } from './run/progress/run-events.js';
export type { Scenario } from './scenario/model/scenario.js';
export type { ScenarioChoice } from './scenario/read/chosen-scenario.js';
export { loadScenario } from './scenario/read/load-scenario.js';
export type { LoadedScenario, ScenarioFragment } from './scenario/read/merge.js';
export type { RecordSource, Simulator } from './simulate/record-source.js';
export type { IfExists } from './sinks/load-target.js';
export { stream } from './stream/stream.js';
export type { KafkaOptions, StreamOptions } from './stream/stream-options.js';
export { StreamError, type StreamProgress, type StreamSummary } from './stream/stream-run.js';
export { tuneThreads } from './threads/start-threads.js';
export type {
  AllFindings,
  ChangedValue,
  Finding,
  Findings,
  RowIdentity,
} from './verify/exact/findings.js';
export type { Check as RealismCheck, Verdict } from './verify/realism/check.js';
export type { RealismReport } from './verify/realism/check-realism.js';
export { type VerifyOptions, type VerifyResult, verify } from './verify/verify.js';
