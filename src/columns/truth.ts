import type { Column, TableSchema } from './column.js';

export const DIRT_KINDS = [
  'none',
  'missing_position',
  'speed_outlier',
  'battery_over_100',
  'contradictory_label',
] as const;

/** What brought an event about, before the events that can trigger others. */
export const CAUSES = [
  'none',
  'chance',
  'tunnel',
  'canyon',
  'cold_start',
  'jamming',
  'dead_zone',
  'collision',
] as const;

/** The truth beside the main table: what a detector should find. One row a record. */
export function truthSchema(
  events: readonly string[],
  causes: readonly string[],
  faults: readonly string[],
): TableSchema {
  return {
    columns: [
      {
        name: 'record_id',
        sqlType: 'bigint',
        kind: 'int53',
        nullable: false,
        unit: '',
        description: 'The record of the main table.',
      },
      degrees('true_latitude', 'WGS 84 latitude of where the vehicle was.'),
      degrees('true_longitude', 'WGS 84 longitude of where the vehicle was.'),
      text('device_fault', faults, 'Fault of the device that no column of the main table shows, or none.'),
      text('dirt', DIRT_KINDS, 'Error added to the record on purpose, or none.'),
      text('clean_risk_label', ['safe', 'risky'], 'risk_label before dirt.'),
      ...events.map((event) =>
        text(
          `${event.replace(/_event$/, '')}_cause`,
          causes,
          `What brought ${event} about, or none while it is false.`,
        ),
      ),
    ],
  };
}

function degrees(name: string, description: string): Column {
  return { name, sqlType: 'double precision', kind: 'fixed', decimals: 6, nullable: false, unit: 'deg', description };
}

function text(name: string, values: readonly string[], description: string): Column {
  return { name, sqlType: 'text', kind: 'enum', values, nullable: false, unit: '', description };
}
