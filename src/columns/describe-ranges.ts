/** Ranges of the numbers, for people and for the JSON Schema: what a column prints is never outside. */
export interface ValueRange {
  readonly min?: number;
  readonly max?: number;
}

const FROM_ZERO: ValueRange = { min: 0 };

/** By column name; a column without an entry has no bound worth stating. */
export const RANGES: Readonly<Record<string, ValueRange>> = {
  record_id: FROM_ZERO,
  trip_id: FROM_ZERO,
  latitude: { min: -90, max: 90 },
  longitude: { min: -180, max: 180 },
  gps_accuracy_m: FROM_ZERO,
  speed_kmh: FROM_ZERO,
  heading_deg: { min: 0, max: 359.9 },
  odometer_km: FROM_ZERO,
  hour_of_day: { min: 0, max: 23 },
  sensor_battery_pct: { min: 0, max: 100 },
  signal_strength_dbm: { min: -140, max: -44 },
  risk_score: { min: 0, max: 1 },
  home_latitude: { min: -90, max: 90 },
  home_longitude: { min: -180, max: 180 },
};
