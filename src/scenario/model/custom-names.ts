/** Names that custom events and metrics can't have, because they are taken. */

import { RECEIVED_AT } from '../../columns/message.js';
import { TELEMETRY } from '../../columns/telemetry.js';
import { CAUSES, truthSchema } from '../../columns/truth.js';
import { vehicleSchema } from '../../columns/vehicle.js';
import type { Problem } from '../check/problem.js';

/** Reserved in PostgreSQL 18 (or, of the SQL standard, in Spark): a query would have to quote them. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch filter for foreign
  freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like
  limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
  references returning right select session_user similar some symmetric system_user table tablesample then time to
  trailing true union unique unknown user using variadic verbose when where window with`.split(/\s+/),
);

/** The value of event_type, and the stem of the truth's column, that an event is known by. */
function eventType(event: string): string {
  return event.replace(/_event$/, '');
}

/** The first name of a custom event or metric that is taken. `known` are the events that the simulator knows. */
export function findTakenName(
  events: readonly string[],
  metrics: readonly string[],
  known: readonly string[],
): Problem | undefined {
  const types = new Map<string, string>([['normal', 'normal']]);
  for (const name of known) types.set(eventType(name), name);
  const columns = columnNames();
  for (const name of events) {
    if (known.includes(name)) continue;
    const type = eventType(name);
    const other = types.get(type);
    const taken = (CAUSES as readonly string[]).includes(name) ? 'a cause in the ground truth table has it' : undefined;
    const same = other === undefined ? undefined : `its value in event_type, ${type}, is that of ${other}`;
    const says = takenBy(name, columns) ?? taken ?? same;
    if (says !== undefined) return problem('events', name, says);
    types.set(type, name);
    columns.add(name);
  }
  for (const name of metrics) {
    const says = takenBy(name, columns);
    if (says !== undefined) return problem('metrics', name, says);
    columns.add(name);
  }
  return undefined;
}

function takenBy(name: string, columns: ReadonlySet<string>): string | undefined {
  if (columns.has(name)) return 'a column has it';
  if (RESERVED.has(name)) return 'it is a reserved word of SQL';
  return name in Object.prototype ? 'it is a reserved word' : undefined;
}

function problem(section: string, name: string, says: string): Problem {
  const path = [section, name];
  return { path, atKey: true, message: `${section}.${name} can't have this name: ${says}; give it another` };
}

function columnNames(): Set<string> {
  const schemas = [TELEMETRY, truthSchema([], [], []), vehicleSchema([], [], [])];
  return new Set([...schemas.flatMap(({ columns }) => columns.map(({ name }) => name)), RECEIVED_AT.name]);
}
