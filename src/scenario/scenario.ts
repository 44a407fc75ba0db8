/** The shape of a scenario: what world to simulate. The figures and their sources are in default.yaml. */
export interface Scenario {
  readonly fleet: {
    readonly classes: Readonly<Record<string, VehicleClass>>;
    readonly commissioned: { readonly from: string; readonly to: string };
    readonly driver_spread: number;
    readonly service: Service;
    readonly devices: Readonly<Record<string, DeviceModel>>;
  };
  readonly time: {
    readonly departures: Readonly<Record<string, DepartureProfile>>;
    /** Dates (YYYY-MM-DD) by region. */
    readonly holidays: Readonly<Record<string, readonly string[]>>;
  };
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
  readonly events: Readonly<Record<string, EventSpec>>;
  readonly metrics: Readonly<Record<string, MetricSpec>>;
  readonly sensors: Sensors;
  readonly devices: DeviceFaults;
  readonly dirt: Dirt;
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

/** The events that the simulator itself knows, in the order of their columns. A scenario can add others. */
export const BUILT_IN_EVENTS = [
  'braking_event',
  'harsh_acceleration_event',
  'lane_change_event',
  'speeding_event',
  'collision_alert',
  'sensor_fault_event',
  'gps_loss_event',
  'network_delay_event',
] as const;

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
  /** On working days: the share of days on which the first stop is work, and how long it lasts. */
  readonly work?: { readonly share: number; readonly minutes: readonly [number, number] };
  /** Monday first. */
  readonly weekday_weights: readonly number[];
  readonly rest_hour: number;
  /** Whether its vehicles start from one of the region's depots instead of a home of their own. */
  readonly depot: boolean;
  readonly departures: string;
}

/** Devices wear out between two services: slowly at first, with the square of the time since the last. */
export interface Service {
  /** Mean time between two; each vehicle's own is 0.6 to 1.4 of it. */
  readonly weeks: number;
  /** What a device due for service does: factor on its sensor faults, and charge that its battery no longer holds. */
  readonly faults: number;
  readonly capacity_pct: number;
}

export interface DeviceModel {
  readonly share: number;
  readonly gps_error: number;
  readonly faults_per_1000_h: number;
  /** Share by which the rate of faults grows with each year of the vehicle. */
  readonly wear_per_year: number;
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
  /** Roads of its own instead of procedural ones. */
  readonly network?: RegionNetwork;
}

/** Roads as a GeoJSON file gives them: one connected part. */
export interface RegionNetwork {
  /** Latitude, longitude in degrees. */
  readonly nodes: readonly (readonly [number, number])[];
  readonly roads: readonly NetworkRoad[];
}

/** A straight piece of road between two nodes, driven both ways. What is missing follows from road_type. */
export interface NetworkRoad {
  readonly from: number;
  readonly to: number;
  readonly road_type: Road;
  readonly speed_limit_kmh?: number;
  readonly zone?: Zone;
  readonly tunnel: boolean;
  readonly dead_zone: boolean;
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

/** An event: how often it begins, what changes that, how long it lasts, what it leads to. */
export interface EventSpec {
  /** The most severe event of a record is its event_type. */
  readonly severity: number;
  /** Onsets per hour of driving in the base context. */
  readonly per_hour: number;
  /** Factors on per_hour; 1 where missing. */
  readonly weather?: Partial<ByWeather>;
  readonly traffic?: Partial<ByTraffic>;
  readonly road?: Partial<ByRoad>;
  /** By local hour. */
  readonly hours?: readonly number[];
  /** Exponent on the driver's factor; 0 where missing. */
  readonly driver?: number;
  /** Mean length; one record where missing. */
  readonly duration_seconds?: number;
  /** Not drawn below this speed; events that the simulator knows have their own bounds. */
  readonly min_speed_kmh?: number;
  /** Of speeding_event: share over the limit from which it is true. */
  readonly tolerance?: number;
  /** Added to the log-odds of risky. */
  readonly risk?: number;
  readonly triggers?: Readonly<Record<string, TriggerSpec>>;
  readonly description?: string;
}

/** The chance that the onset of one event brings another, with factors. */
export interface TriggerSpec {
  readonly chance: number;
  readonly weather?: Partial<ByWeather>;
  readonly traffic?: Partial<ByTraffic>;
}

/** A sensor metric: mean + context + drift + a deviation with memory, within a range. */
export interface MetricSpec {
  readonly mean: number;
  /** Standard deviation. */
  readonly spread: number;
  readonly memory_seconds?: number;
  /** Change per day of the vehicle's life in the fleet. */
  readonly drift_per_day?: number;
  /** Added in the context. */
  readonly weather?: Partial<ByWeather>;
  readonly traffic?: Partial<ByTraffic>;
  readonly road?: Partial<ByRoad>;
  readonly range: readonly [number, number];
  readonly decimals?: number;
  readonly unit?: string;
  readonly description?: string;
}

/** Faults of the device that no column shows. */
export interface DeviceFaults {
  readonly frozen_gps: FaultSpec;
  readonly teleport: FaultSpec & { readonly kilometres: number };
  readonly clock_skew: FaultSpec & { readonly most_minutes: number };
  readonly stuck_sensor: FaultSpec;
  readonly out_of_range: FaultSpec;
  readonly duplicates: FaultSpec;
  readonly reboot: FaultSpec;
  readonly collision: { readonly per_million_km: number; readonly stand_minutes: number };
}

export interface FaultSpec {
  readonly per_1000_days: number;
  readonly seconds: number;
}

/** Shares of records. */
export interface Dirt {
  readonly missing_position: number;
  readonly speed_outlier: number;
  readonly battery_over_100: number;
  readonly contradictory_label: number;
}

export interface Sensors {
  readonly gps_accuracy_m: Readonly<Record<'open' | 'urban' | 'canyon', number>>;
  readonly gps_error_seconds: number;
  readonly reacquire_seconds: number;
  readonly canyon_losses_per_hour: number;
  readonly jamming: Jamming;
  readonly cold_start_chance: number;
  readonly signal_dbm: ByZone;
  readonly signal_spread_db: number;
  readonly max_lateness_minutes: number;
}

/** Jammers by region: how often one is there, how long it sends on average, and how far it reaches. */
export interface Jamming {
  readonly per_week: number;
  readonly minutes: number;
  readonly radius_km: number;
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
}
