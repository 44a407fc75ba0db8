/** The shape of a scenario: what world to simulate. The figures and their sources are in default.yaml. */
export interface Scenario {
  readonly fleet: {
    readonly classes: Readonly<Record<string, VehicleClass>>;
    readonly commissioned: { readonly from: string; readonly to: string };
    readonly driver_spread: number;
    readonly devices: Readonly<Record<string, DeviceModel>>;
  };
  readonly time: { readonly departures: Readonly<Record<string, DepartureProfile>> };
  readonly regions: Readonly<Record<string, Region>>;
  readonly roads: Roads;
  readonly weather: {
    readonly spell_hours: Readonly<Record<'sunny' | 'cloudy' | 'precipitation' | 'foggy', number>>;
    readonly snow_below_c: number;
    readonly speed: ByWeather;
  };
  readonly traffic: {
    readonly zone_weight: ByZone;
    readonly medium_above: number;
    readonly high_above: number;
    readonly spread: number;
    readonly weather: ByWeather;
    readonly speed: ByTraffic;
  };
  readonly events: Readonly<Record<DrivingEvent, EventRate>> & {
    readonly speeding_seconds: number;
    readonly speeding_tolerance: number;
    readonly alert_on_braking: number;
  };
  readonly sensors: Sensors;
  readonly label: Label;
}

export type Weather = 'sunny' | 'cloudy' | 'rainy' | 'foggy' | 'snowy';
export type Traffic = 'low' | 'medium' | 'high';
export type Road = 'city' | 'highway' | 'rural';
export type Zone = 'centre' | 'urban' | 'town' | 'ring' | 'radial' | 'rural';
export type ByWeather = Readonly<Record<Weather, number>>;
export type ByTraffic = Readonly<Record<Traffic, number>>;
export type ByRoad = Readonly<Record<Road, number>>;
export type ByZone = Readonly<Record<Zone, number>>;

/** Events drawn by rate while driving, in the order of the simulator's codes. */
export const DRIVING_EVENTS = ['braking', 'harsh_acceleration', 'lane_change', 'speeding', 'collision_alert'] as const;
export type DrivingEvent = (typeof DRIVING_EVENTS)[number];

/** Order of the zones' codes. */
export const ZONES = ['centre', 'urban', 'town', 'ring', 'radial', 'rural'] as const;

export interface VehicleClass {
  readonly share: number;
  readonly km_per_week: number;
  readonly trip_km: number;
  /** Least and most legs of a tour away from home, and back. */
  readonly legs_out: readonly [number, number];
  readonly legs_back: readonly [number, number];
  readonly stop_minutes: readonly [number, number];
  /** Monday first. */
  readonly weekday_weights: readonly number[];
  readonly rest_hour: number;
  /** Whether its vehicles start from one of the region's depots instead of a home of their own. */
  readonly depot: boolean;
  readonly departures: string;
}

export interface DeviceModel {
  readonly share: number;
  readonly gps_error: number;
  readonly faults_per_1000_h: number;
  readonly drain_pct_per_h: number;
}

/** 24 weights by local hour. */
export interface DepartureProfile {
  readonly weekday: readonly number[];
  readonly weekend: readonly number[];
}

export interface Region {
  readonly share: number;
  /** Latitude, longitude in degrees. */
  readonly centre: readonly [number, number];
  readonly time_zone: string;
  readonly city_radius_km: number;
  /** By month, January first. */
  readonly temperature_c: readonly number[];
  readonly precipitation: readonly number[];
  readonly fog: readonly number[];
  readonly sunshine: readonly number[];
}

export interface Roads {
  readonly block_m: number;
  readonly radials: number;
  readonly radial_km: number;
  readonly towns: number;
  /** km/h */
  readonly limits: Readonly<Record<'residential' | 'arterial' | 'ring' | 'radial' | 'rural' | 'town', number>>;
  readonly dead_zone_share: number;
  readonly ring_tunnel_share: number;
  readonly city_tunnel_share: number;
  readonly stop_chance: ByRoad;
  readonly stop_seconds: number;
}

export interface EventRate {
  readonly per_hour: number;
  readonly weather: ByWeather;
  readonly traffic: ByTraffic;
  readonly road: ByRoad;
  /** Factor from 22 to 6 o'clock. */
  readonly night: number;
  /** Exponent on the driver's factor. */
  readonly driver: number;
}

export interface Sensors {
  readonly gps_accuracy_m: Readonly<Record<'open' | 'urban' | 'canyon', number>>;
  readonly gps_error_seconds: number;
  readonly reacquire_seconds: number;
  readonly losses_per_hour: Readonly<Record<'canyon' | 'elsewhere', number>>;
  readonly loss_seconds: number;
  readonly signal_dbm: ByZone;
  readonly signal_spread_db: number;
  readonly outages_per_hour: number;
  readonly outage_minutes: number;
  readonly max_lateness_minutes: number;
  readonly fault_minutes: number;
}

/** Log-odds. */
export interface Label {
  readonly base: number;
  readonly weather: ByWeather;
  readonly traffic: ByTraffic;
  readonly road: ByRoad;
  readonly night: number;
  readonly driver: number;
  readonly speed_over_limit: number;
  readonly braking: number;
  readonly harsh_acceleration: number;
  readonly lane_change: number;
  readonly speeding: number;
  readonly collision_alert: number;
  readonly sensor_fault: number;
  readonly gps_loss: number;
}
