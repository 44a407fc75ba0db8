/** Days on which vehicles drive: as often as their class does on working days, Saturdays, Sundays and holidays. */
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { habitOf, weekdayOf } from '../../../world/local-time.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import type { FleetFacts } from '../records/fleet-facts.js';
import type { Observer, Step } from '../records/step.js';
import { DECIDING_Z } from '../statistics.js';

const KINDS = ['working days', 'Saturdays', 'Sundays', 'holidays'] as const;
const HOLIDAY = 3;
const SUNDAY = 6;
const LEAST_DAYS = 20;
/** Leave is taken by seasons: at most so many times the year's mean; a week of it is one chance for this many days. */
const MOST_LEAVE = 2.5;
const DAYS_IN_LEAVE = 6;
/** Of the days, those whose distance is too short to drive it. */
const SLACK = 0.03;

export class DaysOff implements Observer {
  private firstDay = -1;
  private day = -1;
  private readonly seenOn: Int32Array;
  /** By class * KINDS + kind: vehicle-days, those driven on, of the current day and of all whole days before. */
  private readonly today: Float64Array;
  private readonly driven: Float64Array;
  private readonly days: Float64Array;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    const cells = dataset.world.classes.length * KINDS.length;
    this.seenOn = new Int32Array(dataset.vehicles).fill(-1);
    this.today = new Float64Array(cells);
    this.driven = new Float64Array(cells);
    this.days = new Float64Array(cells);
  }

  add({ record, vehicle, sameTrip }: Step): void {
    if (sameTrip) return;
    const day = dayOfTrip(record.tripId);
    if (day !== this.day) this.enter(day);
    if (this.seenOn[vehicle] === day) return;
    this.seenOn[vehicle] = day;
    this.today[this.cellOf(vehicle, day)]!++;
  }

  /** The records' first and last days may be cut. */
  checks(): Check[] {
    return this.dataset.world.classes.flatMap(({ name }, c) => [
      this.checkOf(`${name}: days driven on`, c, [0, 1, 2]),
      ...(this.days[c * KINDS.length + HOLIDAY]! > 0
        ? [this.checkOf(`${name}: holidays are Sundays`, c, [HOLIDAY])]
        : []),
    ]);
  }

  private enter(day: number): void {
    if (this.firstDay < 0) this.firstDay = day;
    else if (this.day > this.firstDay) this.close(this.day);
    // Days on which nobody drove left no record.
    for (let between = this.day + 1; this.day >= 0 && between < day; between++) this.count(between);
    this.today.fill(0);
    this.day = day;
  }

  private close(day: number): void {
    this.count(day);
    for (let cell = 0; cell < this.today.length; cell++) this.driven[cell]! += this.today[cell]!;
  }

  private count(day: number): void {
    for (let vehicle = 0; vehicle < this.dataset.vehicles; vehicle++) this.days[this.cellOf(vehicle, day)]!++;
  }

  private cellOf(vehicle: number, day: number): number {
    const { holidays } = this.dataset.world.regions[this.facts.region[vehicle]!]!;
    const [weekday, habit] = [weekdayOf(day), habitOf(day, holidays)];
    const usual = habit < 5 ? 0 : habit === 5 ? 1 : 2;
    const kind = habit === SUNDAY && weekday !== SUNDAY ? HOLIDAY : usual;
    return this.facts.vehicleClass[vehicle]! * KINDS.length + kind;
  }

  private checkOf(name: string, c: number, kinds: readonly number[]): Check {
    const { drivingDays, leaveShare } = this.dataset.world.classes[c]!;
    const expected: string[] = [];
    const found: string[] = [];
    let holds = true;
    for (const kind of kinds) {
      const days = this.days[c * KINDS.length + kind]!;
      if (days < LEAST_DAYS) continue;
      // Working days differ a little among themselves.
      const asked = kind === 0 ? mean(drivingDays.slice(0, 5)) : drivingDays[kind === 1 ? 5 : SUNDAY]!;
      const share = this.driven[c * KINDS.length + kind]! / days;
      const leave = MOST_LEAVE * leaveShare;
      const chance = asked * (1 - asked);
      const below = DECIDING_Z * Math.sqrt((chance + DAYS_IN_LEAVE * leave * asked) / days) + SLACK;
      const above = DECIDING_Z * Math.sqrt(chance / days);
      const [least, most] = [asked * (1 - leave) - below, Math.min(1, asked + above)];
      expected.push(`${KINDS[kind]} ${percent(Math.max(0, least))} to ${percent(most)}`);
      found.push(`${percent(share)} of ${digits(days)}`);
      holds &&= share >= least && share <= most;
    }
    if (found.length === 0) return tooFew('habits', name, 'as the class does', 'too few whole days');
    return check('habits', name, expected.join(', '), found.join(', '), holds);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
