/** Days on which vehicles drive: as often as their class does on working days, Saturdays, Sundays and holidays. */
import { dayOfTrip } from '../../../columns/trip-id.js';
import type { Dataset } from '../../../plan/dataset.js';
import { effectiveWeekday, weekdayOf } from '../../../world/local-time.js';
import type { ClassWorld, RegionWorld } from '../../../world/world.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import { CodeMap, CountGrid, valueAt } from '../checked-arrays.js';
import type { FleetFacts } from '../records/fleet-facts.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

const KINDS = ['working days', 'Saturdays', 'Sundays', 'holidays'] as const;
const HOLIDAY = 3;
const SUNDAY = 6;
const MIN_DAYS = 20;
/** Leave is seasonal: at most this many times the year's mean; a week of it is a single draw for this many days. */
const MAX_LEAVE = 2.5;
const DAYS_IN_LEAVE = 6;
/** Share of the days whose distance is too short to be driven. */
const SLACK = 0.03;

export class DaysOffObserver implements Observer {
  private firstDay = -1;
  private day = -1;
  private readonly seenOn: Int32Array;
  private readonly regions: CodeMap<RegionWorld>;
  /** By class and kind: vehicle-days, those driven on, of the current day and of all whole days before. */
  private today: CountGrid;
  private readonly driven: CountGrid;
  private readonly days: CountGrid;

  constructor(
    private readonly dataset: Dataset,
    private readonly fleet: FleetFacts,
  ) {
    this.regions = new CodeMap(dataset.world.regions);
    this.seenOn = new Int32Array(dataset.vehicles).fill(-1);
    this.today = this.newGrid();
    this.driven = this.newGrid();
    this.days = this.newGrid();
  }

  add({ record, vehicle, facts, sameTrip }: Step): void {
    if (sameTrip) return;
    const day = dayOfTrip(record.tripId);
    if (day !== this.day) this.enter(day);
    if (this.seenOn[vehicle] === day) return;
    this.seenOn[vehicle] = day;
    this.today.add(facts.classCode, kindOf(facts.region, day));
  }

  /** The records' first and last days may be cut. */
  checks(): Check[] {
    return this.dataset.world.classes.flatMap((each, c) => [
      this.checkOf(`${each.name}: days driven on`, each, c, [0, 1, 2]),
      ...(this.days.get(c, HOLIDAY) > 0
        ? [this.checkOf(`${each.name}: holidays are Sundays`, each, c, [HOLIDAY])]
        : []),
    ]);
  }

  private enter(day: number): void {
    if (this.firstDay < 0) this.firstDay = day;
    else if (this.day > this.firstDay) this.close(this.day);
    // Days on which no vehicle drove have no records.
    for (let between = this.day + 1; this.day >= 0 && between < day; between++) this.count(between);
    this.today = this.newGrid();
    this.day = day;
  }

  private close(day: number): void {
    this.count(day);
    this.driven.addAll(this.today);
  }

  private count(day: number): void {
    for (const [vehicle, vehicleClass] of this.fleet.vehicleClass.entries()) {
      this.days.add(vehicleClass, kindOf(this.regions.of(valueAt(this.fleet.region, vehicle)), day));
    }
  }

  private newGrid(): CountGrid {
    return new CountGrid(this.dataset.world.classes.length, KINDS.length);
  }

  private checkOf(name: string, { drivingDays, leaveShare }: ClassWorld, c: number, kinds: readonly number[]): Check {
    const expected: string[] = [];
    const found: string[] = [];
    let holds = true;
    for (const kind of kinds) {
      const days = this.days.get(c, kind);
      if (days < MIN_DAYS) continue;
      // Working days differ a little among themselves.
      const asked = kind === 0 ? mean(drivingDays.slice(0, 5)) : valueAt(drivingDays, kind === 1 ? 5 : SUNDAY);
      const share = this.driven.get(c, kind) / days;
      const leave = MAX_LEAVE * leaveShare;
      const chance = asked * (1 - asked);
      const below = CRITICAL_Z * Math.sqrt((chance + DAYS_IN_LEAVE * leave * asked) / days) + SLACK;
      const above = CRITICAL_Z * Math.sqrt(chance / days);
      const [min, max] = [asked * (1 - leave) - below, Math.min(1, asked + above)];
      expected.push(`${KINDS[kind]} ${percent(Math.max(0, min))} to ${percent(max)}`);
      found.push(`${percent(share)} of ${digits(days)}`);
      holds &&= share >= min && share <= max;
    }
    if (found.length === 0) return tooFew('habits', name, 'as the class does', 'too few whole days');
    return check('habits', name, expected.join(', '), found.join(', '), holds);
  }
}

/** Code of KINDS. */
function kindOf({ holidays }: RegionWorld, day: number): number {
  const [weekday, habit] = [weekdayOf(day), effectiveWeekday(day, holidays)];
  if (habit === SUNDAY && weekday !== SUNDAY) return HOLIDAY;
  if (habit < 5) return 0;
  return habit === 5 ? 1 : 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
