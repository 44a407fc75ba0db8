/** The schema of events and metrics, both built-in and custom. */
import { BUILT_IN_EVENTS, ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import {
  byHour,
  integer,
  keyed,
  map,
  type Names,
  number,
  object,
  optional,
  type Part,
  pair,
  probability,
  text,
} from './parts.js';

/** Names that become columns. */
const COLUMN_NAMES: Names = {
  pattern: '^[a-z][a-z0-9_]{0,39}$',
  allowed: 'a name of up to 40 lower-case letters, digits and _, starting with a letter, such as door_open_event',
};
const factor = number(0, 100);
const factors = (keys: readonly string[], description: string): Part =>
  optional(keyed(keys, optional(factor), `${description}; 1 where missing`));
const added = (keys: readonly string[], description: string): Part =>
  optional(keyed(keys, optional(number(-1e6, 1e6)), `${description}; 0 where missing`));

const trigger = object({
  chance: probability('Chance that the onset of the event brings the other one'),
  weather: factors(WEATHERS, 'Factors on the chance'),
  traffic: factors(TRAFFIC_DENSITIES, 'Factors on the chance'),
});

const eventKeys = {
  severity: number(0, 1000, 'The most severe event of a record is its event_type'),
  per_hour: number(0, 100, 'Onsets per hour of driving: middle driver, city, sunny, low traffic, by day'),
  weather: factors(WEATHERS, 'Factors on per_hour'),
  traffic: factors(TRAFFIC_DENSITIES, 'Factors on per_hour'),
  road: factors(ROAD_TYPES, 'Factors on per_hour'),
  hours: optional(byHour(factor, 'Factors on per_hour by local hour, 0 to 23')),
  driver: optional(number(0, 2, "Exponent on the driver's own factor: 1 follows the driver fully, 0 not at all")),
  risk: optional(number(-20, 20, 'Added to the log-odds of risky')),
  triggers: optional(map(COLUMN_NAMES, trigger, 64, 'Events that this one may cause, and the chance')),
};
const minSpeed = { min_speed_kmh: optional(number(0, 200, 'Not drawn below this speed in km/h')) };
const durationSeconds = number(1, 86400, 'Mean length in seconds');
const description = optional(
  text('^[^\\r\\n\\0]{1,500}$', 'one line of up to 500 characters', 'What the column means'),
);

const customEvent = object({ ...eventKeys, ...minSpeed, duration_seconds: optional(durationSeconds), description });

/** The keys of each built-in event beyond eventKeys: others would have no effect on it. */
const KNOWN_EVENT_KEYS: Readonly<Partial<Record<(typeof BUILT_IN_EVENTS)[number], Readonly<Record<string, Part>>>>> = {
  braking_event: minSpeed,
  lane_change_event: minSpeed,
  speeding_event: { ...minSpeed, duration_seconds: durationSeconds, tolerance: number(0, 0.5, 'Share over the limit') },
  collision_alert: minSpeed,
  sensor_fault_event: { ...minSpeed, duration_seconds: durationSeconds },
  gps_loss_event: { ...minSpeed, duration_seconds: durationSeconds },
  network_delay_event: { ...minSpeed, duration_seconds: durationSeconds },
};
const knownEvents = Object.fromEntries(
  BUILT_IN_EVENTS.map((name) => [name, object({ ...eventKeys, ...KNOWN_EVENT_KEYS[name] })]),
);

const metric = object({
  mean: number(-1e6, 1e6, 'Mean on a city road in sunny weather and low traffic'),
  spread: number(0, 1e6, 'Standard deviation'),
  memory_seconds: optional(number(0, 1e6, 'How long a deviation lasts; 0: fresh in every record')),
  drift_per_day: optional(number(-1e4, 1e4, 'Change per day since the vehicle joined the fleet')),
  weather: added(WEATHERS, 'Added to the mean'),
  traffic: added(TRAFFIC_DENSITIES, 'Added to the mean'),
  road: added(ROAD_TYPES, 'Added to the mean'),
  range: pair(number(-1e9, 1e9), 'Least and greatest value'),
  decimals: optional(integer(0, 6, 'Decimals of the column; 2 where missing')),
  unit: optional(text('^[^\\r\\n\\0]{0,40}$', 'one line of up to 40 characters', 'Unit, for the data dictionary')),
  description,
});

export const events = map(
  COLUMN_NAMES,
  customEvent,
  64,
  'Built-in and custom events; each is a boolean column',
  knownEvents,
);

export const metrics = map(COLUMN_NAMES, metric, 64, 'Custom sensor metrics; each is a column');
