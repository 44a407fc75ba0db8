/** What a vehicle and its driver bring to a trip; m, s, m/s, m/s2. */
export interface Driver {
  /** Never exceeded: what the class reaches or is governed to. */
  readonly topSpeed: number;
  /** Mean rates of ordinary changes of speed; the peak is 16/9 of them. */
  readonly acceleration: number;
  readonly braking: number;
  /** Sideways, in corners. */
  readonly cornering: number;
  /** Factor on the posted limit where the road is free. */
  readonly pace: number;
  /** Factor on how often a spell of speeding begins. */
  readonly speeding: number;
}

/** A crash at a share of the trip's length, and how long the vehicle stands afterwards. */
export interface Crash {
  readonly share: number;
  readonly standSeconds: number;
}
