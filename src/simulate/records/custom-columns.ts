/** The custom events and metrics of a record. */
import { NORMAL, TABLE_SHIFT } from '../../random/tables.js';
import { BUILT_IN_EVENT_COUNT } from '../../world/tables/event-tables.js';
import type { MetricTable } from '../../world/tables/metric-tables.js';
import type { VehicleDay } from '../day/vehicle-day.js';
import type { TelemetryArrays } from './telemetry-arrays.js';

/** The rank of the most severe of the custom events that are active at a time (UTC milliseconds); 0 for none. */
export function mostSevereCustom(customUntilMs: Float64Array, time: number, rank: Uint8Array): number {
  let type = 0;
  for (let i = 0; i < customUntilMs.length; i++) {
    const own = rank[BUILT_IN_EVENT_COUNT + i]!;
    if (customUntilMs[i]! >= time && (type === 0 || own < type)) type = own;
  }
  return type;
}

/** Writes the events' columns; returns their contribution to the log-odds, in hundredths. */
export function writeCustomEvents(day: VehicleDay, out: TelemetryArrays, row: number, time: number): number {
  const { customUntilMs } = day;
  const { risk } = day.world.events;
  let added = 0;
  for (let i = 0; i < customUntilMs.length; i++) {
    const active = customUntilMs[i]! >= time;
    out.events[BUILT_IN_EVENT_COUNT + i]![row] = active ? 1 : 0;
    if (active) added += risk[BUILT_IN_EVENT_COUNT + i]!;
  }
  return added;
}

export function clearCustomEvents(out: TelemetryArrays, row: number): void {
  const { events } = out;
  for (let e = BUILT_IN_EVENT_COUNT; e < events.length; e++) events[e]![row] = 0;
}

/** Writes the metrics' columns with the deviations of the previous record. `context` is that of writeMetrics. */
export function repeatMetrics(day: VehicleDay, out: TelemetryArrays, row: number, context: number): void {
  const { deviations, world, profile } = day;
  const days = day.day - profile.commissionedDay;
  for (let i = 0; i < deviations.length; i++) {
    out.metrics[i]![row] = shownMetric(world.metrics[i]!, context, days, deviations[i]!);
  }
}

/** Writes the metrics' columns. `context` is (weather * 3 + traffic) * 3 + road. */
export function writeMetrics(day: VehicleDay, out: TelemetryArrays, row: number, context: number): void {
  const { deviations, draws } = day;
  const { metrics } = day.world;
  const days = day.day - day.profile.commissionedDay;
  const at = draws.take(metrics.length);
  for (let i = 0; i < metrics.length; i++) {
    const metric = metrics[i]!;
    const fresh = NORMAL[draws.block[at + i]! >>> TABLE_SHIFT]!;
    const deviation = deviations[i]! * metric.persistence + fresh * metric.innovation;
    deviations[i] = deviation;
    out.metrics[i]![row] = shownMetric(metric, context, days, deviation);
  }
}

function shownMetric(metric: MetricTable, context: number, days: number, deviation: number): number {
  const value = Math.round(metric.level[context]! + metric.driftPerDay * days + deviation * metric.spread);
  return Math.max(metric.min, Math.min(metric.max, value));
}
