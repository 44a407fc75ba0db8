/**
 * The schema of scenarios: every key with its range and meaning. The published JSON Schema and both validations come
 * from here; scenario.ts has the same shape as types. Checks across several values are in check/semantics.ts.
 */
import { ROAD_TYPES, TRAFFIC_DENSITIES, WEATHERS } from '../../columns/telemetry.js';
import { DESTINATIONS, TOWN_STYLES, ZONES } from '../model/scenario.js';
import { events, metrics } from './events.js';
import {
  bool,
  byHour,
  integer,
  type JsonSchema,
  keyed,
  list,
  map,
  type Names,
  number,
  object,
  optional,
  type Part,
  pair,
  probability,
  type SchemaForm,
  text,
} from './parts.js';

/** Names that become values of a text column. */
const PLAIN_NAMES: Names = {
  pattern: '^\\p{L}[\\p{L}\\p{N} _-]{0,39}$',
  allowed: 'a name of up to 40 letters, digits, spaces, - and _, starting with a letter',
};

const date = (description: string): Part =>
  text(
    '^(19[7-9][0-9]|20[0-9]{2}|21[0-4][0-9])-[0-9]{2}-[0-9]{2}$',
    'a date from 1970 to 2149, YYYY-MM-DD',
    description,
  );
const byMonth = (value: Part, description: string): Part => list(value, 12, 12, description);

const share = number(0, 1e6, 'Share of the whole; shares need not add up to 1');
/**
 * Trips are planned to take at most some 1.6 times their free-flow duration: slower traffic would only make drivers
 * late.
 */
const speedFactor = number(0.5, 1);

const vehicleClass = object({
  share,
  km_per_week: number(10, 5000, 'Mean kilometres driven in a week'),
  km_spread: number(0, 1, 'Log-normal spread of that between vehicles'),
  trip_km: number(0.5, 500, 'Mean kilometres from stop to stop'),
  rounds: pair(integer(1, 8), 'Rounds away from the base on a day, minimum and maximum'),
  stops: pair(integer(1, 90), 'Stops of a round, minimum and maximum'),
  stop_minutes: pair(number(0.5, 720), 'How long a stop lasts, minimum and maximum'),
  destinations: text(`^(${DESTINATIONS.join('|')})$`, DESTINATIONS.join(', '), 'Kind of places it drives to'),
  district: optional(bool('Whether it keeps to one part of the town')),
  ranks: optional(probability('Share of its stops at which it waits at a taxi rank')),
  work: optional(
    object(
      {
        share: probability('Share of working days on which it drives'),
        minutes: pair(number(0, 900), 'How long it lasts, minimum and maximum'),
      },
      'On working days: how often the first stop is work, always at the same place',
    ),
  ),
  driving_days: list(probability('Chance'), 7, 7, 'Chance that it drives at all by weekday, Monday first'),
  weekday_weights: list(number(0, 1000), 7, 7, 'How far it drives by weekday when it does, Monday first'),
  leave_weeks: number(0, 40, 'Weeks of a year on which it stands'),
  nights_away: optional(probability('Share of the nights between two days on the road away from its base')),
  driving_hours: optional(
    object(
      {
        day: number(1, 20, 'Hours of driving a day at most'),
        before_break: number(0.5, 20, 'Hours of driving before a break'),
        break_minutes: number(1, 240, 'How long the break lasts'),
      },
      "Drivers' hours",
    ),
  ),
  rest_hour: integer(0, 23, 'Local hour where one vehicle-day ends and the next begins'),
  depot: bool('Whether its vehicles start from depots they share'),
  departures: text('^.{1,40}$', 'the name of a profile under time.departures', 'A profile under time.departures'),
  max_speed_kmh: number(20, 300, 'What it reaches, or is governed to'),
  acceleration_ms2: number(0.5, 12, 'Maximum acceleration'),
  braking_ms2: number(3.5, 12, 'Maximum deceleration'),
  cornering_ms2: number(0.5, 4.5, 'Sideways acceleration in corners as it is driven'),
});

const device = object({
  share,
  gps_error: number(0.1, 20, 'Factor on the error of the position'),
  faults_per_1000_h: number(0, 1000, 'Sensor faults per 1000 hours of driving when new'),
  wear_per_year: number(0, 10, 'Share by which the faults grow with each year'),
  drain_pct_per_h: number(0, 50, 'Battery drain while parked, % per hour'),
});

const departures = object({
  weekday: byHour(number(0, 1e6), 'Weight of departures by local hour, 0 to 23'),
  weekend: byHour(number(0, 1e6), 'Weight of departures by local hour, 0 to 23'),
});

const limits = ['residential', 'arterial', 'ring', 'radial', 'rural', 'town', 'ramp'];
const limit = integer(20, 200);
const points = text(
  '^\\s*-?[0-9.]+ -?[0-9.]+(,\\s*-?[0-9.]+ -?[0-9.]+)+\\s*$',
  'points as "latitude longitude, latitude longitude"',
  'Points, latitude and longitude in degrees, with commas between',
);

const region = object({
  share,
  centre: list(number(-180, 180), 2, 2, 'Latitude and longitude of the centre in degrees'),
  time_zone: text('^[A-Za-z0-9_+/-]{1,64}$', 'an IANA time zone such as Europe/Berlin', 'IANA time zone'),
  city_radius_km: number(0.8, 30, 'Radius of the procedural city'),
  max_speed_kmh: optional(map(PLAIN_NAMES, number(20, 300), 40, 'Top speed that is another here, by class')),
  temperature_c: byMonth(number(-70, 60), 'Mean temperature by month, January first'),
  precipitation: byMonth(probability('Share of hours'), 'Share of rainy or snowy hours by month'),
  fog: byMonth(probability('Share of hours'), 'Share of foggy hours by month'),
  sunshine: byMonth(probability('Share of hours'), 'Share of sunny hours among those without rain and fog, by month'),
  network: optional(
    text(
      '^.{1,1000}$',
      'the path of a GeoJSON file',
      'GeoJSON file of LineStrings, relative to this file: a custom road network',
    ),
  ),
  town: optional(
    object(
      {
        style: optional(text(`^(${TOWN_STYLES.join('|')})$`, TOWN_STYLES.join(', '), 'How its streets are laid out')),
      },
      'The procedural city; what is missing follows from the name',
    ),
  ),
  water: optional(
    object(
      {
        lakes: optional(list(points, 0, 100, 'Lakes and seas: polygons')),
        rivers: optional(
          list(
            object({
              width_m: number(5, 2000, 'Width in metres'),
              course: points,
            }),
            0,
            100,
            'Rivers, crossed by few bridges',
          ),
        ),
      },
      'Where procedural roads cannot be',
    ),
  ),
  limits: optional(
    object(
      Object.fromEntries(limits.map((key) => [key, optional(limit)])),
      'Posted limits that differ from roads.limits',
    ),
  ),
});

const roads = object(
  {
    block_m: number(100, 2000, 'Distance between streets in metres'),
    radials: integer(1, 40, 'Number of radial highways'),
    radial_km: number(5, 300, 'How far they lead from the centre'),
    long_radials: integer(0, 40, 'How many of them lead further'),
    long_radial_factor: number(1, 10, 'By what factor'),
    towns: integer(0, 100, 'Number of towns around a city'),
    limits: keyed(limits, limit, 'Posted limits in km/h'),
    dead_zone_share: probability('Share of rural roads without a mobile network'),
    ring_tunnel_share: probability('Share of ring segments in tunnels'),
    city_tunnel_share: probability('Share of arterial segments in tunnels'),
  },
  'The procedural roads',
);

const motion = object(
  {
    usual_acceleration: number(0.05, 0.35, "Mean rate of pulling away as a share of the class's maximum"),
    usual_braking: number(0.05, 0.25, "Mean rate of braking as a share of the class's maximum"),
    signals: object(
      {
        red_share: number(0, 0.9, 'Share of the cycle that is red'),
        red_seconds: pair(number(0, 300), 'How long it lasts, minimum and maximum'),
        queue_seconds: number(0, 120, 'Seconds of the queue at a traffic index of 1'),
      },
      'Traffic signals',
    ),
    give_way: object(
      { stops: probability('Share that stops'), seconds: number(0, 120, 'Mean seconds') },
      'Approaches that give way',
    ),
    roundabout: object(
      { stops: probability('Share that stops'), seconds: number(0, 120, 'Mean seconds') },
      'Entries of roundabouts',
    ),
    waves: object(
      {
        metres: pair(number(50, 5000), 'From wave to wave, minimum and maximum'),
        stops: probability('Share that brings to rest'),
      },
      'Stop and go in dense traffic',
    ),
    idle_seconds: object(
      {
        before: pair(number(0, 300), 'Before the first movement, minimum and maximum'),
        after: number(0, 300, 'After the last'),
      },
      'Time at rest with the ignition on',
    ),
  },
  'How ordinary driving goes',
);

const weather = object(
  {
    spell_hours: keyed(
      ['sunny', 'cloudy', 'precipitation', 'foggy'],
      number(1, 500),
      'Mean length of a spell in hours',
    ),
    snow_below_c: number(-50, 50, 'Precipitation is snow below this temperature'),
    temperature_spread_c: number(0, 20, "Standard deviation of the temperature around its season's mean"),
    correlation_km: number(100, 10000, "Distance at which two places' temperatures correlate by a half"),
    front_speed_kmh: number(0, 150, 'How fast weather moves eastwards at 50 degrees of latitude'),
    speed: keyed(WEATHERS, speedFactor, 'Factor on speed'),
  },
  'Spells of weather, and what they do to speed',
);

const traffic = object(
  {
    zone_weight: keyed(ZONES, number(0, 10), "Weight of a zone's traffic"),
    medium_above: number(0, 10, 'Index from which traffic is medium'),
    high_above: number(0, 10, 'Index from which traffic is high'),
    spread: number(0, 2, 'Random spread of the index'),
    memory_minutes: number(5, 1440, 'Minutes after which a deviation of the index has fallen to 37 %'),
    day_spread: number(0, 1, "Spread of a day's factor, which all zones of a region share"),
    weekend_weight: number(0, 2, 'Traffic of weekends and holidays against working days, besides the hours'),
    incidents: object(
      {
        per_week: number(0, 100, 'Incidents per zone of a region and week'),
        minutes: pair(number(5, 1440), 'Minutes from the beginning until traffic has recovered, minimum and maximum'),
        index: number(0, 2, 'Mean of what one adds to the index of full roads'),
      },
      'Something blocks a lane: traffic backs up within minutes and dissolves slowly',
    ),
    weather: keyed(WEATHERS, number(-5, 5), 'What weather adds to the index'),
    speed: keyed(TRAFFIC_DENSITIES, speedFactor, 'Factor on speed'),
  },
  'How dense traffic is, and what it does to speed',
);

const sensors = object(
  {
    gps_accuracy_m: keyed(['open', 'urban', 'canyon'], number(0.1, 1000), '68 % radius of the error in metres'),
    gps_error_seconds: number(1, 3600, 'How long an error of the position persists'),
    reacquire_seconds: number(0, 600, 'Mean time to find the position again'),
    charge_pct_per_h: number(0, 1000, 'Charging of the device while the engine runs, % per hour'),
    canyon_losses_per_hour: number(0, 100, 'Losses of the position per hour between tall buildings'),
    jamming: object(
      {
        per_week: number(0, 100, 'Jammers per region and week'),
        minutes: number(1, 1440, 'Mean minutes for which one sends'),
        radius_km: number(0.1, 50, 'How far it reaches'),
      },
      'Jammers: places and times without a position for any vehicle',
    ),
    cold_start_chance: probability('Chance that a trip starts without a position'),
    signal_dbm: keyed(ZONES, number(-140, -44), 'RSRP in dBm by zone'),
    signal_spread_db: number(0, 30, 'Its spread in dB'),
    max_lateness_minutes: number(2, 90, 'The longest that a record may be held back'),
  },
  'What the device measures, and how well',
);

const fault = {
  per_1000_days: number(0, 1000, 'Onsets per 1000 vehicle-days; one fault a day at most'),
  seconds: number(1, 86400, 'Mean length'),
};
const devices = object(
  {
    reporting_jitter_ms: integer(
      0,
      900,
      'Records are made up to so many milliseconds late; at most a quarter of the interval',
    ),
    lost_records: number(0, 0.5, 'Share of the records between the first and last of a trip that never arrive'),
    lost_burst_seconds: number(1, 3600, 'Mean length of a burst of lost records'),
    heartbeat_minutes: integer(
      0,
      1440,
      'Minutes between two records of a parked vehicle, whose trip_id is null; 0 for none',
    ),
    frozen_gps: object(fault, 'The position stands still'),
    teleport: object({ ...fault, kilometres: number(0, 100) }, 'The position jumps away'),
    clock_skew: object({ ...fault, most_minutes: number(0, 5) }, 'The clock is wrong'),
    stuck_sensor: object(fault, 'The thermometer stands still'),
    out_of_range: object(fault, 'The thermometer reads an impossible value'),
    duplicates: object(fault, 'Records are sent twice'),
    reboot: object(fault, 'The device starts again and records nothing meanwhile'),
    collision: object({
      per_million_km: number(0, 1000, 'Crashes per million kilometres'),
      stand_minutes: number(0, 60, 'How long the vehicle stands afterwards'),
    }),
  },
  'When devices report, rare faults of the device, and crashes',
);

const dirt = keyed(
  ['missing_position', 'speed_outlier', 'battery_over_100', 'contradictory_label'],
  probability('Share of records'),
  'Errors added on purpose, off by default; all are in the truth table',
);

const logOdds = number(-20, 20);
const label = object(
  {
    base: number(-20, 20, 'Log-odds of risky: middle driver, sunny, low traffic, city, by day, no event'),
    weather: keyed(WEATHERS, logOdds, 'Added to the log-odds'),
    traffic: keyed(TRAFFIC_DENSITIES, logOdds, 'Added to the log-odds'),
    road: keyed(ROAD_TYPES, logOdds, 'Added to the log-odds'),
    night: number(-20, 20, 'Added from 22 to 6 h'),
    driver: number(-10, 10, "Per unit of the driver's log factor"),
    speed_over_limit: number(-1, 1, 'Per km/h above the limit'),
  },
  'The log-odds of risk_label',
);

const scenario = object({
  fleet: object(
    {
      classes: map(PLAIN_NAMES, vehicleClass, 50, 'Vehicle classes'),
      commissioned: object({ from: date('First day'), to: date('Last day') }, 'When vehicles joined the fleet'),
      driver_spread: number(0, 3, "Log-normal spread of a driver's rate of manoeuvres"),
      service: object(
        {
          weeks: number(1, 1000, 'Mean weeks from one service to the next'),
          faults: number(1, 1000, 'Factor on the sensor faults of a device that is due'),
          capacity_pct: number(0, 60, 'Charge that its battery no longer holds, %'),
        },
        'How devices wear out between two services, with the square of the time',
      ),
      devices: map(PLAIN_NAMES, device, 100, 'Models of the tracking device'),
    },
    'Which vehicles there are',
  ),
  time: object(
    {
      departures: map(PLAIN_NAMES, departures, 50, 'When trips start; `commuter` also drives the traffic'),
      holidays: map(PLAIN_NAMES, list(date('A day'), 0, 5000), 100, 'By region: dates that pass like a Sunday'),
    },
    'When vehicles drive',
  ),
  regions: map(PLAIN_NAMES, region, 100, 'Where vehicles live'),
  roads,
  motion,
  weather,
  traffic,
  events,
  metrics,
  sensors,
  devices,
  dirt,
  label,
});

/** The JSON Schema (draft 2020-12) of a scenario file, or of the effective scenario. */
export function scenarioSchema(form: SchemaForm): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'fleetgen scenario',
    ...scenario.schema(form),
    description: 'A simulated world. A file says only what differs from the defaults; null removes an entry.',
  };
}
