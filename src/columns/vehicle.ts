import { type ArraysOf, LATITUDE, LONGITUDE, type TableSchema, type ValueRange } from './column.js';
import type { NamedValues } from './values.js';

export const DRIVER_STYLES = ['calm', 'normal', 'brisk', 'aggressive'] as const;

/** The arrays of a batch of it. */
export type VehicleColumns = ArraysOf<ReturnType<typeof vehicleColumns>>;

/** A row of it, in values as programs expect them. */
export type VehicleValues = NamedValues<ReturnType<typeof vehicleColumns>>;

/** The dimension table beside the main one: one row a vehicle. The names come from the scenario. */
export function vehicleSchema(
  classes: readonly string[],
  regions: readonly string[],
  devices: readonly string[],
): TableSchema<VehicleColumns> {
  return { columns: vehicleColumns(classes, regions, devices) };
}

function vehicleColumns(classes: readonly string[], regions: readonly string[], devices: readonly string[]) {
  return [
    tag('vehicle_id', 'VEH-', 'The vehicle.'),
    text('vehicle_class', classes, 'Use of the vehicle; determines its hours and distances.'),
    text('region', regions, 'Home region of the vehicle; determines its time zone, roads and weather.'),
    degrees('home_latitude', LATITUDE, 'WGS 84 latitude of where its days begin and end.'),
    degrees('home_longitude', LONGITUDE, 'WGS 84 longitude of where its days begin and end.'),
    tag('driver_id', 'DRV-', 'Its driver.'),
    text('driver_style', DRIVER_STYLES, "The driver's habit: a persistent factor on the rate of manoeuvres."),
    text('device_model', devices, 'The tracking device; models differ in quality.'),
    {
      name: 'commissioned_on',
      sqlType: 'date',
      kind: 'date',
      nullable: false,
      unit: '',
      description: 'When the vehicle joined the fleet.',
    },
  ] as const;
}

function tag<Name extends string>(name: Name, prefix: string, description: string) {
  return { name, sqlType: 'text', kind: 'tag', prefix, digits: 6, nullable: false, unit: '', description } as const;
}

function text<Name extends string>(name: Name, values: readonly string[], description: string) {
  return { name, sqlType: 'text', kind: 'enum', values, nullable: false, unit: '', description } as const;
}

function degrees<Name extends string>(name: Name, range: ValueRange, description: string) {
  return {
    name,
    sqlType: 'double precision',
    kind: 'fixed',
    decimals: 6,
    nullable: false,
    range,
    unit: 'deg',
    description,
  } as const;
}
