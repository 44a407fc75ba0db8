/** Counts a planned day's records: trips at the interval, the fault, lost records, and heartbeats while parked. */
import type { World } from '../../world/world.js';
import type { VehicleProfile } from '../vehicle/vehicle-profile.js';
import type { DayPlan } from './day-plan.js';
import { countHeartbeats, firstHeartbeat, heartbeatPhase, parkedFromMs, parkedUntilMs } from './heartbeat-times.js';
import { LostBursts } from './lost-bursts.js';

export class DayRecordCount {
  private readonly bursts: LostBursts;

  constructor(
    private readonly world: World,
    seed: number,
    private readonly intervalMs: number,
  ) {
    this.bursts = new LostBursts(world.reporting, seed, intervalMs);
  }

  /** Sets the plan's ticks, its number of records and the time of the first. */
  count(plan: DayPlan, profile: VehicleProfile, day: number): void {
    const { intervalMs } = this;
    const { lostShare, heartbeatMs } = this.world.reporting;
    let records = plan.trips;
    for (let trip = 0; trip < plan.trips; trip++) {
      const ticks = Math.ceil(plan.durationMs[trip]! / intervalMs);
      plan.ticks[trip] = ticks;
      records += ticks;
    }
    records += plan.faults.countRecords(plan, intervalMs);
    plan.firstMs = plan.startMs[0]!;
    if (lostShare > 0) records -= this.lost(plan, profile.vehicle, day);
    if (heartbeatMs > 0) records += this.heartbeats(plan, profile);
    plan.records = records;
  }

  private lost(plan: DayPlan, vehicle: number, day: number): number {
    const { bursts, intervalMs } = this;
    const { faults } = plan;
    let lost = 0;
    for (let trip = 0; trip < plan.trips; trip++) {
      const ticks = plan.ticks[trip]!;
      bursts.start(vehicle, day, trip, ticks);
      for (; bursts.from < ticks; bursts.next()) {
        lost += bursts.to - bursts.from;
        if (faults.trip === trip) lost += faults.countLost(bursts.from, bursts.to, ticks, intervalMs);
      }
    }
    return lost;
  }

  private heartbeats(plan: DayPlan, profile: VehicleProfile): number {
    const { intervalMs } = this;
    const { heartbeatMs } = this.world.reporting;
    const phase = heartbeatPhase(profile, heartbeatMs);
    let beats = 0;
    for (let trip = -1; trip < plan.trips; trip++) {
      const from = parkedFromMs(plan, trip, intervalMs);
      beats += countHeartbeats(from, parkedUntilMs(plan, trip), phase, heartbeatMs);
      if (trip < 0 && beats > 0) plan.firstMs = firstHeartbeat(from, phase, heartbeatMs);
    }
    return beats;
  }
}
