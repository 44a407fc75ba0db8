/** The parameters of a vehicle and its driver for a trip; m, s, m/s, m/s2. */
export interface DriverModel {
  /** Never exceeded: the maximum or the governed speed of the class. */
  readonly topSpeed: number;
  /** Mean rates of ordinary speed changes; the peak is 16/9 of the mean. */
  readonly acceleration: number;
  readonly braking: number;
  /** Maximum lateral acceleration in corners. */
  readonly cornering: number;
  /** Factor on the posted limit in free flow. */
  readonly pace: number;
  /** Factor on the rate of spells of speeding. */
  readonly speeding: number;
}

/** A crash at a share of the trip's length, and the standstill after it. */
export interface Crash {
  readonly share: number;
  readonly standSeconds: number;
}
