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
  readonly motion: MotionParameters;
  readonly weather: {
    readonly spell_hours: Readonly<Record<'sunny' | 'cloudy' | 'precipitation' | 'foggy', number>>;
    readonly snow_below_c: number;
    readonly temperature_spread_c: number;
    /** Distance at which two places' temperatures correlate by a half. */
    readonly correlation_km: number;
    readonly front_speed_kmh: number;
    readonly speed: ByWeather;
  };
  readonly traffic: {
    readonly zone_weight: ByZone;
    readonly medium_above: number;
    readonly high_above: number;
    readonly spread: number;
    readonly memory_minutes: number;
    readonly day_spread: number;
    readonly weekend_weight: number;
    readonly incidents: Incidents;
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

/** Order of the zones' codes. */
export const ZONES = ['centre', 'urban', 'town', 'ring', 'radial', 'rural'] as const;

export interface VehicleClass {
  readonly share: number;
  readonly km_per_week: number;
  /** Log-normal spread of the distance between vehicles. */
  readonly km_spread: number;
  readonly trip_km: number;
  /** Rounds away from the base on a day, and stops in each: minimum and maximum. */
  readonly rounds: readonly [number, number];
  readonly stops: readonly [number, number];
  readonly stop_minutes: readonly [number, number];
  readonly destinations: Destinations;
  /** Keeps to one part of the town. */
  readonly district?: boolean;
  /** Share of its stops at which it waits at a taxi rank. */
  readonly ranks?: number;
  /** On working days: how often the first stop is work, always at the same place, and how long it lasts. */
  readonly work?: { readonly share: number; readonly minutes: readonly [number, number] };
  /** Chance that it drives at all, Monday first. */
  readonly driving_days: readonly number[];
  /** How far it drives on the days on which it does, Monday first. */
  readonly weekday_weights: readonly number[];
  /** Weeks of a year in which it is not used. */
  readonly leave_weeks: number;
  /** Share of the nights between two days on the road that it spends away from its base. */
  readonly nights_away?: number;
  readonly driving_hours?: { readonly day: number; readonly before_break: number; readonly break_minutes: number };
  readonly rest_hour: number;
  /** Whether its vehicles start from one of the region's depots instead of individual homes. */
  readonly depot: boolean;
  readonly departures: string;
  /** What it reaches, or is governed to. */
  readonly max_speed_kmh: number;
  /** Maximum rates. */
  readonly acceleration_ms2: number;
  readonly braking_ms2: number;
  /** Sideways, in corners, as it is driven. */
  readonly cornering_ms2: number;
}

/** Kinds of places that vehicles drive to. */
export const DESTINATIONS = ['shops', 'customers', 'anywhere', 'logistics'] as const;
export type Destinations = (typeof DESTINATIONS)[number];

/** How ordinary driving goes: shares of what a class can, signals, junctions, stop and go. */
export interface MotionParameters {
  readonly usual_acceleration: number;
  readonly usual_braking: number;
  readonly signals: {
    readonly red_share: number;
    readonly red_seconds: readonly [number, number];
    readonly queue_seconds: number;
  };
  readonly give_way: { readonly stops: number; readonly seconds: number };
  readonly roundabout: { readonly stops: number; readonly seconds: number };
  readonly waves: { readonly metres: readonly [number, number]; readonly stops: number };
  readonly idle_seconds: { readonly before: readonly [number, number]; readonly after: number };
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
  /** Top speeds that differ here, by class. */
  readonly max_speed_kmh?: Readonly<Record<string, number>>;
  /** By month, January first. */
  readonly temperature_c: readonly number[];
  readonly precipitation: readonly number[];
  readonly fog: readonly number[];
  readonly sunshine: readonly number[];
  /** A custom road network instead of procedural roads. */
  readonly network?: RegionNetwork;
  readonly town?: Town;
  readonly water?: Water;
  /** Posted limits that differ from roads.limits. */
  readonly limits?: Partial<Roads['limits']>;
}

/** How the streets of a procedural city are laid out. */
export const TOWN_STYLES = ['grid', 'radial', 'organic', 'mixed'] as const;

/** Missing values are derived from the region's name. */
export interface Town {
  readonly style?: (typeof TOWN_STYLES)[number];
}

/** Where procedural roads can't be. Points are `latitude longitude` in degrees, with commas between. */
export interface Water {
  /** Polygons. */
  readonly lakes?: readonly string[];
  readonly rivers?: readonly River[];
}

export interface River {
  readonly width_m: number;
  readonly course: string;
}

/** Roads as a GeoJSON file gives them: one connected part. */
export interface RegionNetwork {
  /** Latitude, longitude in degrees. */
  readonly nodes: readonly (readonly [number, number])[];
  readonly roads: readonly NetworkRoad[];
  /** Nodes with traffic lights, where the file says. */
  readonly signals?: readonly number[];
}

/**
 * A road between two nodes, straight and two-way unless stated otherwise. Missing values are derived from
 * road_type.
 */
export interface NetworkRoad {
  readonly from: number;
  readonly to: number;
  readonly road_type: Road;
  readonly speed_limit_kmh?: number;
  readonly zone?: Zone;
  readonly tunnel: boolean;
  readonly dead_zone: boolean;
  /** 0 motorway, 1 main road, 2 secondary, 3 collector, 4 residential, 5 service. */
  readonly rank?: number;
  /** From -> to only. */
  readonly one_way?: boolean;
  readonly ramp?: boolean;
  readonly roundabout?: boolean;
  /** Points between the two nodes, in order. */
  readonly shape?: readonly (readonly [number, number])[];
}

export interface Roads {
  readonly block_m: number;
  readonly radials: number;
  readonly radial_km: number;
  /** How many of the radials lead further, and by what factor. */
  readonly long_radials: number;
  readonly long_radial_factor: number;
  readonly towns: number;
  /** km/h */
  readonly limits: Readonly<Record<'residential' | 'arterial' | 'ring' | 'radial' | 'rural' | 'town' | 'ramp', number>>;
  readonly dead_zone_share: number;
  readonly ring_tunnel_share: number;
  readonly city_tunnel_share: number;
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
  /** Not drawn below this speed; built-in events have their own bounds. */
  readonly min_speed_kmh?: number;
  /** Only of speeding_event: share over the limit from which it is true. */
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

/** When devices report besides the interval, and their faults that no column shows. */
export interface DeviceFaults {
  readonly reporting_jitter_ms: number;
  /** Share of the records between a trip's first and last; mean length of a burst of them. */
  readonly lost_records: number;
  readonly lost_burst_seconds: number;
  /** Between two records of a parked vehicle; 0 for none. */
  readonly heartbeat_minutes: number;
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
  readonly charge_pct_per_h: number;
  readonly canyon_losses_per_hour: number;
  readonly jamming: Jamming;
  readonly cold_start_chance: number;
  readonly signal_dbm: ByZone;
  readonly signal_spread_db: number;
  readonly max_lateness_minutes: number;
}

/** Jammers by region: how often one is active, for how long on average, and its range. */
export interface Jamming {
  readonly per_week: number;
  readonly minutes: number;
  readonly radius_km: number;
}

/**
 * Traffic incidents by zone of a region: how often, minimum and maximum minutes, and what one adds to the index of full
 * roads.
 */
export interface Incidents {
  readonly per_week: number;
  readonly minutes: readonly [number, number];
  readonly index: number;
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
