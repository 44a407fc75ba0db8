/** When devices report besides the interval: late by some milliseconds, not at all, and while the vehicle is parked. */
import { MINUTE_MS } from '../../base/time.js';
import type { DeviceFaults } from '../../scenario/model/scenario.js';

/** The shortest time between two records of a trip stays at least three quarters of the interval. */
const MAX_JITTER = 0.25;

export interface Reporting {
  /** Maximum delay of a record after its nominal time, in milliseconds. */
  readonly jitterMs: number;
  /**
   * Share of the records on a trip that never arrive; mean milliseconds of a burst of them, and from one to the next.
   */
  readonly lostShare: number;
  readonly burstMs: number;
  readonly betweenMs: number;
  /** Milliseconds between two heartbeats of a parked vehicle, whole minutes; 0 for none. */
  readonly heartbeatMs: number;
}

export function compileReporting(devices: DeviceFaults, intervalMs: number): Reporting {
  const lostShare = devices.lost_records;
  const burstMs = devices.lost_burst_seconds * 1000;
  return {
    jitterMs: Math.min(devices.reporting_jitter_ms, Math.floor(intervalMs * MAX_JITTER)),
    lostShare,
    burstMs,
    betweenMs: lostShare > 0 ? (burstMs * (1 - lostShare)) / lostShare : 0,
    heartbeatMs: devices.heartbeat_minutes * MINUTE_MS,
  };
}
