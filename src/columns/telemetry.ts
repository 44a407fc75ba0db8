import {
  type ArraysOf,
  type Column,
  FROM_ZERO,
  LATITUDE,
  LONGITUDE,
  type NamedArrays,
  type TableSchema,
  type ValueRange,
} from './column.js';
import { LAST_TRIP_ID } from './trip-id.js';
import type { NamedValues } from './values.js';

export const ROAD_TYPES = ['city', 'highway', 'rural'] as const;
export const WEATHERS = ['sunny', 'cloudy', 'rainy', 'foggy', 'snowy'] as const;
export const TRAFFIC_DENSITIES = ['low', 'medium', 'high'] as const;
export const RISK_LABELS = ['safe', 'risky'] as const;

/** The events by severity, as the values of event_type: the boolean column's name without `_event`, and normal for none. */
export const EVENT_TYPES = [
  'normal',
  'collision_alert',
  'braking',
  'harsh_acceleration',
  'speeding',
  'lane_change',
  'sensor_fault',
  'gps_loss',
  'network_delay',
] as const;

/** What a scenario adds to the catalogue. */
export interface CustomColumns {
  /** Boolean columns of the custom events. */
  readonly events: readonly { readonly name: string; readonly description: string }[];
  /** The values of event_type, normal first. */
  readonly eventTypes: readonly string[];
  readonly metrics: readonly Column[];
}

/** The main table of a scenario: metrics stand after the device's own readings, events after the known ones. */
export function telemetrySchema(added: CustomColumns): TableSchema<TelemetryColumns> {
  return {
    columns: TELEMETRY.columns.flatMap((column): readonly Column[] => {
      if (column.name === 'signal_strength_dbm') return [column, ...added.metrics];
      if (column.name === 'event_type') return [{ ...column, values: added.eventTypes }];
      if (column.name !== BUILT_IN_EVENTS.at(-1)) return [column];
      return [column, ...added.events.map(({ name, description }) => boolColumn(name, description))];
    }),
  };
}

/** Dirt shows charges above 100 %; scenarios without dirt have a narrower range. */
const OVERCHARGED: ValueRange = { min: 0, max: 140 };

const CATALOGUE = [
  {
    name: 'record_id',
    sqlType: 'bigint',
    kind: 'int53',
    nullable: false,
    range: { min: 0, max: Number.MAX_SAFE_INTEGER },
    unit: '',
    description: 'Position of the record in the dataset, from 0: by day, then vehicle, then time.',
  },
  {
    name: 'vehicle_id',
    sqlType: 'text',
    kind: 'tag',
    prefix: 'VEH-',
    digits: 6,
    nullable: false,
    unit: '',
    description: 'The vehicle; joins the vehicle table.',
  },
  {
    name: 'trip_id',
    sqlType: 'bigint',
    kind: 'int53',
    nullable: true,
    range: { min: 0, max: LAST_TRIP_ID },
    unit: '',
    description:
      'The trip, unique in the fleet: vehicle number x 10^7 + days since 1970 x 100 + trip of the day; null in the heartbeat of a parked vehicle, which only some scenarios have.',
  },
  {
    name: 'recorded_at',
    sqlType: 'timestamptz',
    kind: 'timestamp',
    nullable: false,
    unit: 'UTC',
    description: 'Device time of the record.',
  },
  {
    name: 'network_delay_ms',
    sqlType: 'integer',
    kind: 'int',
    nullable: false,
    unit: 'ms',
    description: 'Time from recording to arrival; minutes for records that a dead zone held back.',
  },
  {
    name: 'latitude',
    sqlType: 'double precision',
    kind: 'fixed',
    decimals: 6,
    nullable: true,
    range: LATITUDE,
    unit: 'deg',
    description: 'WGS 84 latitude as the receiver reports it; null while GPS is lost.',
  },
  {
    name: 'longitude',
    sqlType: 'double precision',
    kind: 'fixed',
    decimals: 6,
    nullable: true,
    range: LONGITUDE,
    unit: 'deg',
    description: 'WGS 84 longitude as the receiver reports it; null while GPS is lost.',
  },
  {
    name: 'gps_accuracy_m',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 1,
    nullable: true,
    range: FROM_ZERO,
    unit: 'm',
    description: "The receiver's own estimate of its error, 68 % radius; null while GPS is lost.",
  },
  {
    name: 'speed_kmh',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 1,
    nullable: false,
    range: FROM_ZERO,
    unit: 'km/h',
    description: 'Speed from the vehicle bus, also present without GPS.',
  },
  {
    name: 'acceleration_ms2',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 2,
    nullable: false,
    unit: 'm/s2',
    description: 'The signed peak of larger magnitude in the interval that ends at this record.',
  },
  {
    name: 'heading_deg',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 1,
    nullable: false,
    range: { min: 0, max: 359.9 },
    unit: 'deg',
    description: 'Direction of travel, clockwise from north, 0 to under 360.',
  },
  {
    name: 'odometer_km',
    sqlType: 'double precision',
    kind: 'fixed53',
    decimals: 3,
    nullable: false,
    range: FROM_ZERO,
    unit: 'km',
    description: 'Distance driven in the life of the vehicle; never decreases.',
  },
  enumColumn('road_type', ROAD_TYPES, 'Kind of road the vehicle is on.'),
  {
    name: 'speed_limit_kmh',
    sqlType: 'smallint',
    kind: 'int',
    nullable: false,
    unit: 'km/h',
    description: 'Posted speed limit where the vehicle is.',
  },
  enumColumn('weather', WEATHERS, 'Weather at the place and time.'),
  enumColumn('traffic_density', TRAFFIC_DENSITIES, 'Traffic at the place and time.'),
  {
    name: 'temperature_c',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 1,
    nullable: false,
    // The hottest month of a scenario has 60 on average, the coldest -70.
    range: { min: -100, max: 100 },
    unit: 'deg C',
    description: 'Outside air temperature.',
  },
  {
    name: 'hour_of_day',
    sqlType: 'smallint',
    kind: 'int',
    nullable: false,
    range: { min: 0, max: 23 },
    unit: 'h',
    description: "Local hour of the vehicle's region, 0 to 23, daylight saving included.",
  },
  {
    name: 'sensor_battery_pct',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 1,
    nullable: false,
    range: OVERCHARGED,
    unit: '%',
    description: "Charge of the device's own battery.",
  },
  {
    name: 'signal_strength_dbm',
    sqlType: 'smallint',
    kind: 'int',
    nullable: false,
    range: { min: -140, max: -44 },
    unit: 'dBm',
    description: 'LTE reference signal received power (RSRP).',
  },
  boolColumn('braking_event', 'Hard braking: acceleration_ms2 is -3.00 or less.'),
  boolColumn('harsh_acceleration_event', 'Harsh acceleration: acceleration_ms2 is 3.00 or more.'),
  boolColumn('lane_change_event', 'The vehicle changed lanes in the interval.'),
  boolColumn('speeding_event', 'Speed is above the posted limit by more than the tolerance of the scenario.'),
  boolColumn('collision_alert', 'The collision warning fired: a near miss, not a crash.'),
  boolColumn('sensor_fault_event', 'A sensor of the device is faulty; lasts for many records.'),
  boolColumn('gps_loss_event', 'No position fix; latitude, longitude and gps_accuracy_m are null.'),
  boolColumn('network_delay_event', 'The record was held back by a dead zone and arrived late.'),
  enumColumn('event_type', EVENT_TYPES, 'The most severe event of the record, or normal.'),
  {
    name: 'risk_score',
    sqlType: 'real',
    kind: 'fixed',
    decimals: 4,
    nullable: false,
    range: { min: 0, max: 1 },
    unit: '',
    description: 'The probability from which risk_label was drawn.',
  },
  enumColumn('risk_label', RISK_LABELS, 'Ground truth, drawn from risk_score.'),
] as const satisfies readonly Column[];

/**
 * Columns of the events that the simulator itself knows, in their order: all that are true or false. A scenario can add
 * others.
 */
export const BUILT_IN_EVENTS = CATALOGUE.flatMap((column) => (column.kind === 'bool' ? [column.name] : []));

/** The arrays of a batch of the main table, by column; those that a scenario adds besides. */
export type TelemetryColumns = ArraysOf<typeof CATALOGUE>;

/** The columns that exist in every scenario. */
export type BuiltInTelemetry = NamedArrays<typeof CATALOGUE>;

/** A row of the columns that exist in every scenario, in values as programs expect them. */
export type TelemetryValues = NamedValues<typeof CATALOGUE>;

/** The main table with nothing added: one row is what one vehicle reported at one time. */
export const TELEMETRY: TableSchema<TelemetryColumns> = { columns: CATALOGUE };

function enumColumn<Name extends string>(name: Name, values: readonly string[], description: string) {
  return { name, sqlType: 'text', kind: 'enum', values, nullable: false, unit: '', description } as const;
}

function boolColumn<Name extends string>(name: Name, description: string) {
  return { name, sqlType: 'boolean', kind: 'bool', nullable: false, unit: '', description } as const;
}
