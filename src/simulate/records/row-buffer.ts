/** Keeps one row to write it again: a duplicate may have to go to the next batch. */
import type { TelemetryArrays, TruthArrays } from './telemetry-arrays.js';

export class RowBuffer {
  isFull = false;
  private readonly values: number[] = [];
  private readonly truthValues: number[] = [];

  keep(out: TelemetryArrays, truth: TruthArrays | undefined, row: number): void {
    out.all.forEach((array, i) => {
      this.values[i] = array[row]!;
    });
    truth?.all.forEach((array, i) => {
      this.truthValues[i] = array[row]!;
    });
    this.isFull = true;
  }

  /** Writes the kept row if there is one and it has room; returns the next free row. */
  restore(out: TelemetryArrays, truth: TruthArrays | undefined, row: number, limit: number): number {
    if (!this.isFull || row >= limit) return row;
    out.all.forEach((array, i) => {
      array[row] = this.values[i]!;
    });
    truth?.all.forEach((array, i) => {
      array[row] = this.truthValues[i]!;
    });
    this.isFull = false;
    return row + 1;
  }
}
