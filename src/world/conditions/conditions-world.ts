/** The compiled parts of a scenario that determine weather and traffic; read by every thread. */
import type { Jamming } from '../../scenario/model/scenario.js';
import type { ZoneOffsets } from '../../scenario/model/time-zones.js';
import type { RoadNetwork } from '../roads/network.js';
import type { WaveField } from './waves.js';

export interface ConditionsRegion {
  /** Of the region's name. */
  readonly key: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly zone: ZoneOffsets;
  /** Days since 1970-01-01 that are treated as Sundays, ascending. */
  readonly holidays: readonly number[];
  /** The network whose junctions jammers occupy. */
  readonly network: RoadNetwork;
  /** By month. */
  readonly temperatureC: readonly number[];
  /** By month: shares of time, and sunny share of the time that is neither wet nor foggy. */
  readonly precipitation: readonly number[];
  readonly fog: readonly number[];
  readonly sunshine: readonly number[];
}

export interface WeatherTables {
  /** Mean hours of a spell. */
  readonly spellHours: {
    readonly sunny: number;
    readonly cloudy: number;
    readonly wet: number;
    readonly foggy: number;
  };
  readonly snowBelowDeci: number;
  /** Standard deviation of the temperature around its season's mean. */
  readonly temperatureSpreadC: number;
  readonly wetness: WaveField;
  readonly cloud: WaveField;
  readonly temperature: WaveField;
}

export interface TrafficTables {
  /** Index in a zone of weight 1 on an average day, by local hour, before it is smoothed. */
  readonly weekday: readonly number[];
  readonly weekend: readonly number[];
  readonly zoneWeight: readonly number[];
  /** Added to the index, by code of WEATHERS. */
  readonly weather: readonly number[];
  readonly mediumAbove: number;
  readonly highAbove: number;
  readonly spread: number;
  readonly daySpread: number;
  readonly memoryMinutes: number;
  readonly incidents: { readonly perWeek: number; readonly minutes: readonly [number, number]; readonly index: number };
}

export interface ConditionsWorld {
  readonly regions: readonly ConditionsRegion[];
  readonly weather: WeatherTables;
  readonly traffic: TrafficTables;
  readonly jamming: Jamming;
}
