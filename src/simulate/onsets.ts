/**
 * Events that begin: one draw decides that something does, the table says what. What motion doesn't allow right now waits
 * for the next record that does, so that the realised rate stays the asked one.
 */
import type { Place } from './place.js';
import { FAULT, GPS_LOSS, ONSETS, OUTAGE } from './surroundings.js';
import type { VehicleDay } from './vehicle-day.js';

const [BRAKING, HARSH, LANE_CHANGE, SPEEDING, ALERT] = [0, 1, 2, 3, 4];
/** Least speeds in tenths of km/h. */
const BRAKING_FROM = 180;
const HARSH_BELOW = 1000;
const LANE_CHANGE_FROM = 250;
const ALERT_FROM = 100;
/** Peaks in hundredths of m/s2: 3 m/s2 and an exponential tail. */
const PEAK = 300;
const BRAKING_TAIL = 75;
const HARSH_TAIL = 45;

export class Onsets {
  /** Number of events that wait. */
  pending = 0;
  /** What the last apply() did. */
  peak = 0;
  laneChange = 0;
  alert = 0;

  constructor(private readonly day: VehicleDay) {}

  /** `draw` is below the place's threshold: which kind begins? */
  draw(draw: number, place: Place, timeMs: number): void {
    const { day } = this;
    const { surroundings, draws, world } = day;
    const at = place.row * ONSETS;
    let kind = 0;
    while (draw >= surroundings.cumulative[at + kind]!) kind++;
    if (kind === BRAKING) day.pendingBraking = 1;
    else if (kind === HARSH) day.pendingHarsh = 1;
    else if (kind === LANE_CHANGE) day.pendingLaneChange = 1;
    else if (kind === ALERT) day.pendingAlert = 1;
    else if (kind === SPEEDING) {
      day.speedingTicks = day.ticksOf(draws.exponential() * world.events.speedingSeconds);
      day.speedingFactor = 1.1 + draws.exponential() * 0.06;
    } else if (kind === GPS_LOSS) {
      day.gpsLostTicks = day.ticksOf(draws.exponential() * world.sensors.loss_seconds);
    } else if (kind === OUTAGE) {
      if (timeMs >= day.heldUntilMs)
        day.holdUntil(timeMs + draws.exponential() * world.sensors.outage_minutes * 60000, timeMs);
    } else if (kind === FAULT) {
      day.faultTicks = day.ticksOf(draws.exponential() * world.sensors.fault_minutes * 60);
    }
    this.count();
  }

  /** Lets waiting events happen where the speeds allow; returns the new speed. `free`: the speed may still change. */
  apply(place: Place, speed: number, next: number, free: boolean): number {
    const { day } = this;
    const { draws, world } = day;
    let result = next;
    this.peak = 0;
    this.laneChange = 0;
    this.alert = 0;
    if (day.pendingBraking === 1 && free && speed >= BRAKING_FROM) {
      day.pendingBraking = 0;
      const size = PEAK + Math.floor(draws.exponential() * BRAKING_TAIL);
      this.peak = -size;
      // A second or two of hard braking, within one interval.
      const seconds = Math.min(day.intervalMs / 1000, 1.5) * (0.5 + 0.5 * draws.uniform());
      result = Math.max(
        0,
        Math.min(next, speed - Math.floor(size * 0.36 * seconds)),
        speed - Math.floor((size * 0.36 * day.intervalMs) / 1000),
      );
      const chance = world.events.alertOnBraking[surroundingContext(day, place)]!;
      if (draws.uniform() < chance) this.alert = 1;
    } else if (day.pendingHarsh === 1 && next >= speed && next > 0 && speed < HARSH_BELOW) {
      day.pendingHarsh = 0;
      this.peak = PEAK + Math.floor(draws.exponential() * HARSH_TAIL);
    }
    if (day.pendingLaneChange === 1 && result >= LANE_CHANGE_FROM) {
      day.pendingLaneChange = 0;
      this.laneChange = 1;
    }
    if (day.pendingAlert === 1 && speed >= ALERT_FROM) {
      day.pendingAlert = 0;
      this.alert = 1;
    }
    this.count();
    return result;
  }

  private count(): void {
    const { day } = this;
    this.pending = day.pendingBraking + day.pendingHarsh + day.pendingLaneChange + day.pendingAlert;
  }
}

function surroundingContext(day: VehicleDay, place: Place): number {
  return day.surroundings.weather * 9 + (place.row % 9);
}
