/** What the edge under the vehicle means for a record: road, limit, traffic, reception, geometry. Set once per edge. */

import { CAUSES } from '../columns/truth.js';
import { DELAY, GPS_LOSS } from '../world/event-tables.js';
import { reaches } from '../world/jamming.js';
import { CANYON, CRUISE, DEAD_ZONE, TUNNEL } from '../world/road-network.js';
import type { World } from '../world/world.js';
import type { VehicleDay } from './vehicle-day.js';

/** Junctions are passed more freely by a late driver, and seen red more often by one with time to spare. */
const STOPS_WHEN_LATE = 0.35;
const STOPS_WHEN_EARLY = 1.8;
const STOP_LINE_M = 8;
/** Signal in a dead zone or a tunnel, dBm. */
const NO_SIGNAL_DBM = -127;
const TUNNEL_DBM = -112;
/** Seconds from leaving a dead zone to the first message (declared). */
const RECONNECT_S = 20;
const OPEN_ZONES = 3;
const TUNNEL_CAUSE = CAUSES.indexOf('tunnel');
const JAMMING_CAUSE = CAUSES.indexOf('jamming');

export class Place {
  /** Position in the leg. */
  k = 0;
  startM = 0;
  endM = 0;
  directed = 0;
  roadType = 0;
  traffic = 0;
  /** traffic * 3 + road, plus 9 between tall buildings. */
  row = 0;
  limit = 0;
  /** Speed of a free driver here and now, and from where on the next edge is slower (0: it isn't). */
  cruise = 0;
  nextCruise = 0;
  heading = 0;
  inTunnel = false;
  jammed = false;
  /** In a tunnel, or jammed. */
  noFix = false;
  signalDbm = 0;
  /** Tenths of a metre. */
  accuracyDeci = 0;

  constructor(private readonly world: World) {}

  /** Enters edge k of the leg. `pressure` is expected over remaining time: above 1 the vehicle is late. */
  enter(day: VehicleDay, k: number, timeMs: number, pressure: number): void {
    const { leg, network, draws } = day;
    const { sensors } = this.world;
    const directed = leg.edges[k]!;
    const edge = directed >> 1;
    this.k = k;
    this.directed = directed;
    this.startM = leg.startM[k]!;
    this.endM = leg.endM[k]!;
    this.roadType = network.roadType[edge]!;
    this.limit = network.limitDeci[edge]!;
    const heading = network.headingDeci[edge]!;
    this.heading = directed & 1 ? (heading + 1800) % 3600 : heading;
    const flags = network.flags[edge]!;
    const zone = network.zone[edge]!;
    this.inTunnel = (flags & TUNNEL) !== 0;
    this.refresh(day);
    this.signalDbm = this.world.signalDbm[zone]!;
    const canyon = (flags & CANYON) !== 0;
    const device = this.world.devices[day.planner.profile.device]!;
    const { gps_accuracy_m: accuracy } = sensors;
    this.accuracyDeci =
      10 * device.gpsError * (canyon ? accuracy.canyon : zone < OPEN_ZONES ? accuracy.urban : accuracy.open);
    if (this.inTunnel) {
      this.signalDbm = TUNNEL_DBM;
      this.loseGps(day, TUNNEL_CAUSE);
    }
    if ((flags & DEAD_ZONE) !== 0) {
      this.signalDbm = NO_SIGNAL_DBM;
      if (timeMs >= day.heldUntilMs) this.hold(day, k, timeMs);
    }
    const chance =
      network.stopThreshold[edge]! * (pressure > 1.04 ? STOPS_WHEN_LATE : pressure < 0.8 ? STOPS_WHEN_EARLY : 1);
    const last = k === leg.count - 1;
    day.stopAtM = !last && chance > 0 && draws.block[draws.take(1)]! >>> 0 < chance ? this.endM - STOP_LINE_M : -1;
  }

  /** Follows a change of traffic, weather or jamming on the same edge. */
  refresh(day: VehicleDay): void {
    const { leg, network, surroundings } = day;
    const edge = this.directed >> 1;
    this.traffic = surroundings.conditions.traffic[surroundings.trafficAt + network.zone[edge]!]!;
    const factor = surroundings.speedFactor[this.traffic]!;
    this.row = this.traffic * 3 + this.roadType + (network.flags[edge]! & CANYON ? 9 : 0);
    this.cruise = this.limit * CRUISE * factor;
    const next = this.k + 1 < leg.count ? network.limitDeci[leg.edges[this.k + 1]! >> 1]! : this.limit;
    this.nextCruise = next < this.limit ? next * CRUISE * factor : 0;
    this.jammed = surroundings.jam !== undefined && reaches(surroundings.jam, network, edge);
    this.noFix = this.inTunnel || this.jammed;
    if (this.jammed) this.loseGps(day, JAMMING_CAUSE);
  }

  /** There is no position here, nor for a while after. */
  private loseGps(day: VehicleDay, cause: number): void {
    day.gpsLostTicks = day.ticksOf(day.draws.exponential() * this.world.sensors.reacquire_seconds);
    day.onsets.cause[GPS_LOSS] = cause;
  }

  /** Records from here to the end of the dead stretch wait until the vehicle is through. */
  private hold(day: VehicleDay, k: number, timeMs: number): void {
    const { leg, network, draws } = day;
    let ms = 0;
    for (let i = k; i < leg.count && network.flags[leg.edges[i]! >> 1]! & DEAD_ZONE; i++) {
      ms += (leg.endM[i]! - Math.max(0, leg.startM[i]!)) * leg.msPerM[i]!;
    }
    day.onsets.cause[DELAY] = CAUSES.indexOf('dead_zone');
    day.holdUntil(timeMs + ms * day.surroundings.slowdown + draws.exponential() * RECONNECT_S * 1000, timeMs);
  }
}
