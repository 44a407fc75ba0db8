/**
 * How far a vehicle drives: its odometer at the start of any week in O(1), and the shares of the week's days.
 * Metres before week w of its life are floor(M (w + u/4)), u uniform by (vehicle, week): no history is summed up.
 */
import { Sfc32, STREAM } from '../random/sfc32.js';
import { habitOf, weekOf } from '../world/local-time.js';
import type { ClassWorld } from '../world/world.js';
import type { VehicleProfile } from './vehicle-profile.js';

export class WeekOdometer {
  /** Metres at the start of each day of the week, Monday first, and at the week's end. */
  readonly dayStartM = new Float64Array(8);
  private readonly random = new Sfc32();
  private vehicle = -1;
  private week = -1;

  constructor(private readonly seed: number) {}

  load(profile: VehicleProfile, vehicleClass: ClassWorld, holidays: readonly number[], week: number): void {
    if (this.vehicle === profile.vehicle && this.week === week) return;
    this.vehicle = profile.vehicle;
    this.week = week;
    const end = this.weekStart(profile, week + 1);
    const start = this.weekStart(profile, week);
    // weekStart left the generator in this week's stream: the days' shares come next.
    const { dayStartM } = this;
    let total = 0;
    for (let day = 0; day < 7; day++) {
      dayStartM[day] = total;
      const weight = vehicleClass.weekdayWeights[habitOf(7 * week - 3 + day, holidays)]!;
      total += weight * (0.8 + 0.4 * this.random.uniform());
    }
    const scale = (end - start) / total;
    for (let day = 0; day < 7; day++) dayStartM[day] = start + Math.floor(dayStartM[day]! * scale);
    dayStartM[7] = end;
  }

  private weekStart(profile: VehicleProfile, week: number): number {
    this.random.seed(this.seed, profile.vehicle, week, STREAM.week);
    const age = week - weekOf(profile.commissionedDay);
    return Math.floor(profile.metresPerWeek * (age + 0.25 * this.random.uniform()));
  }
}
