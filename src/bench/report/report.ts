/** The result of a bench, as `--json` prints it and `--compare` reads it. */
import type { Machine } from '../measure/machine.js';

/** Raised when a field changes its meaning, or a figure is measured in another way. */
export const FORMAT_VERSION = 1;

export type Unit = 'rows/s' | 'bytes/s' | 's';

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  /** One a round, in order. */
  readonly values: readonly number[];
  readonly median: number;
}

export const STAGES = ['one core', 'all cores', 'memory', 'disk', 'postgres'] as const;
export type StageName = (typeof STAGES)[number];

export interface Stage {
  readonly name: StageName;
  /** 1000 is the reference machine (reference.ts); twice the speed is 2000. */
  readonly score: number;
  readonly figures: readonly Figure[];
}

/** A rate by number of threads, or of a load's connections. */
export interface Curve {
  readonly name: CurveName;
  readonly points: readonly CurvePoint[];
}

export type CurveName = 'make' | 'load';

export interface CurvePoint {
  readonly workers: number;
  /** Rows a second, one a round. */
  readonly values: readonly number[];
  readonly median: number;
}

export interface BenchReport {
  readonly command: 'bench';
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly fleetgenVersion: string;
  readonly algorithmVersion: number;
  /** ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly machine: Machine;
  /** Number of threads for `all cores`, and maximum number of connections of a load. */
  readonly workers: number;
  /** The maximum share of the processor that other programs used while the bench paused, 0 to 1. */
  readonly busyShare: number;
  /** The folder in which the disk was measured and the embedded server had its data. */
  readonly folder: string;
  readonly server?: Server;
  readonly stages: readonly Stage[];
  readonly curves: readonly Curve[];
  /** What limits this machine, a sentence each. */
  readonly verdict: readonly string[];
  /** What a reader should know before trusting the figures, a sentence each. */
  readonly warnings: readonly string[];
}

export interface Server {
  /** A URL without password, or `embedded`. */
  readonly target: string;
  readonly version: string;
}

export function figureOf(stages: readonly Stage[], stage: StageName, name: string): Figure | undefined {
  return stages.find((each) => each.name === stage)?.figures.find((each) => each.name === name);
}

export function curveOf(curves: readonly Curve[], name: CurveName): readonly CurvePoint[] {
  return curves.find((each) => each.name === name)?.points ?? [];
}
