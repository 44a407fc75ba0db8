import { type ArraysOf, LATITUDE, LONGITUDE, type NamedArrays, type TableSchema, type ValueRange } from './column.js';

export const DIRT_KINDS = [
  'none',
  'missing_position',
  'speed_outlier',
  'battery_over_100',
  'contradictory_label',
] as const;

/** The causes of events, before the events that can trigger others. */
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

/** The arrays of a batch of it; the causes of events besides. */
export type TruthColumns = ArraysOf<ReturnType<typeof knownColumns>>;

/** The columns that exist in every scenario. */
export type BuiltInTruth = NamedArrays<ReturnType<typeof knownColumns>>;

/** The truth beside the main table: what a detector should find. One row a record. */
export function truthSchema(
  events: readonly string[],
  causes: readonly string[],
  faults: readonly string[],
): TableSchema<TruthColumns> {
  return {
    columns: [
      ...knownColumns(faults),
      ...events.map((event) =>
        text(`${event.replace(/_event$/, '')}_cause`, causes, `Cause of ${event}, or none while it is false.`),
      ),
    ],
  };
}

function knownColumns(faults: readonly string[]) {
  return [
    {
      name: 'record_id',
      sqlType: 'bigint',
      kind: 'int53',
      nullable: false,
      range: { min: 0, max: Number.MAX_SAFE_INTEGER },
      unit: '',
      description: 'The record of the main table.',
    },
    degrees('true_latitude', LATITUDE, 'WGS 84 latitude of where the vehicle was.'),
    degrees('true_longitude', LONGITUDE, 'WGS 84 longitude of where the vehicle was.'),
    text('device_fault', faults, 'Fault of the device that no column of the main table shows, or none.'),
    text('dirt', DIRT_KINDS, 'Error added to the record on purpose, or none.'),
    text('clean_risk_label', ['safe', 'risky'], 'risk_label before dirt.'),
  ] as const;
}

function degrees<Name extends string>(name: Name, range: ValueRange, description: string) {
  const measure = { sqlType: 'double precision', kind: 'fixed', decimals: 6, unit: 'deg' } as const;
  return { name, ...measure, nullable: false, range, description };
}

function text<Name extends string>(name: Name, values: readonly string[], description: string) {
  return { name, sqlType: 'text', kind: 'enum', values, nullable: false, unit: '', description } as const;
}
