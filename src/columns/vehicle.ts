import type { TableSchema } from './column.js';

export const VEHICLE_CLASSES = ['company_car', 'delivery_van', 'long_haul_truck', 'taxi'] as const;
export const DRIVER_STYLES = ['calm', 'normal', 'brisk', 'aggressive'] as const;

/** The dimension table beside the main one: one row a vehicle. */
export const VEHICLE: TableSchema = {
  columns: [
    {
      name: 'vehicle_id',
      sqlType: 'text',
      kind: 'tag',
      prefix: 'VEH-',
      digits: 6,
      nullable: false,
      unit: '',
      description: 'The vehicle.',
    },
    {
      name: 'vehicle_class',
      sqlType: 'text',
      kind: 'enum',
      values: VEHICLE_CLASSES,
      nullable: false,
      unit: '',
      description: 'What the vehicle is used for; gives its hours and distances.',
    },
    {
      name: 'region',
      sqlType: 'text',
      kind: 'enum',
      values: ['berlin'],
      nullable: false,
      unit: '',
      description: 'Where it is at home; gives its time zone, roads and weather.',
    },
    {
      name: 'home_latitude',
      sqlType: 'double precision',
      kind: 'fixed',
      decimals: 6,
      nullable: false,
      unit: 'deg',
      description: 'Where its days begin and end.',
    },
    {
      name: 'home_longitude',
      sqlType: 'double precision',
      kind: 'fixed',
      decimals: 6,
      nullable: false,
      unit: 'deg',
      description: 'Where its days begin and end.',
    },
    {
      name: 'driver_id',
      sqlType: 'text',
      kind: 'tag',
      prefix: 'DRV-',
      digits: 6,
      nullable: false,
      unit: '',
      description: 'Its driver.',
    },
    {
      name: 'driver_style',
      sqlType: 'text',
      kind: 'enum',
      values: DRIVER_STYLES,
      nullable: false,
      unit: '',
      description: "The driver's habit, a persistent factor on the rate of manoeuvres.",
    },
    {
      name: 'device_model',
      sqlType: 'text',
      kind: 'enum',
      values: ['T100'],
      nullable: false,
      unit: '',
      description: 'The tracking device; models differ in quality.',
    },
    {
      name: 'commissioned_on',
      sqlType: 'date',
      kind: 'date',
      nullable: false,
      unit: '',
      description: 'When the vehicle joined the fleet.',
    },
  ],
};
