/**
 * Rare faults of the device and crashes: at most one a vehicle-day, so that the plan can count what they add or drop.
 */
import { MINUTE_MS } from '../../base/time.js';
import type { DeviceFaults } from '../../scenario/model/scenario.js';

export const NO_FAULT = 0;
export const FROZEN_GPS = 1;
export const TELEPORT = 2;
export const CLOCK_SKEW = 3;
export const STUCK_SENSOR = 4;
export const OUT_OF_RANGE = 5;
export const DUPLICATES = 6;
export const REBOOT = 7;
export const COLLISION = 8;

/** The values of device_fault in the truth table, by these codes. */
export const FAULT_NAMES = [
  'none',
  'frozen_gps',
  'teleport',
  'clock_skew',
  'stuck_sensor',
  'out_of_range',
  'duplicate',
  'reboot',
  'collision',
] as const;

export interface FaultTables {
  /** Chance on a vehicle-day that a fault of code 1..i + 1 begins. */
  readonly cumulative: readonly number[];
  /** Mean length by code - 1. */
  readonly meanSeconds: readonly number[];
  readonly collisionsPerM: number;
  readonly standSeconds: number;
  readonly teleportM: number;
  readonly maxSkewMs: number;
}

export function compileFaults(devices: DeviceFaults): FaultTables {
  const faults = [
    devices.frozen_gps,
    devices.teleport,
    devices.clock_skew,
    devices.stuck_sensor,
    devices.out_of_range,
    devices.duplicates,
    devices.reboot,
  ];
  let sum = 0;
  return {
    cumulative: faults.map((fault) => {
      sum += fault.per_1000_days / 1000;
      return sum;
    }),
    meanSeconds: faults.map((fault) => fault.seconds),
    collisionsPerM: devices.collision.per_million_km / 1e9,
    standSeconds: devices.collision.stand_minutes * 60,
    teleportM: devices.teleport.kilometres * 1000,
    maxSkewMs: devices.clock_skew.most_minutes * MINUTE_MS,
  };
}
