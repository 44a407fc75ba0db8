/** The scenario's own events and metrics of a record. */
import { NORMAL, TABLE_SHIFT } from '../random/tables.js';
import { KNOWN_EVENTS } from '../world/event-tables.js';

import type { TelemetryArrays } from './telemetry-arrays.js';
import type { VehicleDay } from './vehicle-day.js';

/** Writes the events' columns, counts them down, and returns the log-odds that they add, in hundredths. */
export function writeOwnEvents(day: VehicleDay, out: TelemetryArrays, row: number): number {
  const { ownTicks } = day;
  const { risk } = day.world.events;
  let added = 0;
  for (let i = 0; i < ownTicks.length; i++) {
    const active = ownTicks[i]! > 0;
    out.ownEvents[i]![row] = active ? 1 : 0;
    if (!active) continue;
    added += risk[KNOWN_EVENTS + i]!;
    ownTicks[i]!--;
    if (ownTicks[i] === 0) day.ownActive--;
  }
  return added;
}

/** Writes the metrics' columns. `context` is (weather * 3 + traffic) * 3 + road. */
export function writeMetrics(day: VehicleDay, out: TelemetryArrays, row: number, context: number): void {
  const { deviations, draws } = day;
  const { metrics } = day.world;
  const days = day.day - day.planner.profile.commissionedDay;
  const at = draws.take(metrics.length);
  for (let i = 0; i < metrics.length; i++) {
    const metric = metrics[i]!;
    const fresh = NORMAL[draws.block[at + i]! >>> TABLE_SHIFT]!;
    const deviation = deviations[i]! * metric.persistence + fresh * metric.innovation;
    deviations[i] = deviation;
    const value = Math.round(metric.level[context]! + metric.driftPerDay * days + deviation * metric.spread);
    out.metrics[i]![row] = Math.max(metric.least, Math.min(metric.most, value));
  }
}
