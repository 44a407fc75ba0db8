/**
 * What a record takes from the vehicle's current edge: road, limit, traffic, reception. Recomputed when the edge or its
 * traffic changes.
 */
import { CANYON, DEAD_ZONE, TUNNEL } from '../../world/roads/network.js';
import type { World } from '../../world/world.js';
import type { Surroundings } from '../day/surroundings.js';
import type { VehicleDay } from '../day/vehicle-day.js';

/** Signal in a dead zone or a tunnel, dBm (declared). */
const NO_SIGNAL_DBM = -127;
const TUNNEL_DBM = -112;
const OPEN_ZONES = 3;

export class RecordPlace {
  edge = 0;
  roadType = 0;
  traffic = 0;
  /** traffic * 3 + road. */
  context = 0;
  /** The limit in km/h, and the exclusive threshold of speeding in tenths of km/h. */
  limitKmh = 0;
  limitDeci = 0;
  inTunnel = false;
  signalDbm = 0;
  /** Tenths of a metre. */
  accuracyDeci = 0;

  constructor(private readonly world: World) {}

  enter(day: VehicleDay, edge: number, surroundings: Surroundings): void {
    const { network } = day;
    const { sensors, devices, signalDbm } = this.world;
    this.edge = edge;
    this.roadType = network.roadType[edge]!;
    this.limitKmh = network.limitKmh[edge]!;
    this.limitDeci = this.limitKmh * 10;
    const flags = network.flags[edge]!;
    const zone = network.zone[edge]!;
    this.inTunnel = (flags & TUNNEL) !== 0;
    this.signalDbm = this.inTunnel ? TUNNEL_DBM : (flags & DEAD_ZONE) !== 0 ? NO_SIGNAL_DBM : signalDbm[zone]!;
    const { gps_accuracy_m: accuracy } = sensors;
    const radius = (flags & CANYON) !== 0 ? accuracy.canyon : zone < OPEN_ZONES ? accuracy.urban : accuracy.open;
    this.accuracyDeci = 10 * devices[day.profile.device]!.gpsError * radius;
    this.refresh(day, surroundings);
  }

  /** Updates to a change of traffic on the same edge. */
  refresh(day: VehicleDay, surroundings: Surroundings): void {
    this.traffic = surroundings.conditions.changeTraffic[surroundings.trafficAt + day.network.zone[this.edge]!]!;
    this.context = this.traffic * 3 + this.roadType;
  }
}
