/** Speeds by road and traffic, and how unlike the drivers are. */
import { ROAD_TYPES, TRAFFIC_DENSITIES } from '../../../columns/telemetry.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import type { FleetFacts } from '../fleet-facts.js';
import type { Observer, Step } from '../motion/step.js';
import { DECIDING_Z } from '../statistics.js';

const LEAST_RECORDS = 2000;
const LOW = TRAFFIC_DENSITIES.indexOf('low');
/** Of the difference between two roads' limits, what there is between their speeds at least. */
const OF_LIMITS = 0.25;
/** From this ratio of their limits on, one kind of road is driven faster than another. */
const LIMITS_DIFFER = 1.15;
/** Spread of moving vehicles' speeds on one kind of road, and records of a trip that say as much as one that is drawn alone. */
const SPEED_SPREAD_KMH = 25;
const RECORDS_IN_ONE = 40;
const LEAST_VEHICLES = 50;
const LEAST_BRAKINGS = 500;
/** What chance takes from the worst tenth of a small fleet. */
const OF_EXPECTED_SHARE = 0.75;

export class RoadsAndDrivers implements Observer {
  /** By traffic * 3 + road, of moving vehicles: tenths of km/h, and records. */
  private readonly speed = new Float64Array(9);
  private readonly moving = new Float64Array(9);
  /** The same by road, of vehicles that no governor holds back, in low traffic. */
  private readonly freeSpeed = new Float64Array(3);
  private readonly free = new Float64Array(3);
  private readonly limits: readonly number[];
  private readonly records: Float64Array;
  private readonly brakings: Float64Array;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    this.records = new Float64Array(dataset.vehicles);
    this.brakings = new Float64Array(dataset.vehicles);
    this.limits = meanLimits(dataset);
  }

  add({ rows, row, vehicle }: Step): void {
    this.records[vehicle]!++;
    this.brakings[vehicle]! += rows.braking_event[row]!;
    const speed = rows.speed_kmh[row]!;
    if (speed === 0) return;
    const cell = rows.traffic_density[row]! * 3 + rows.road_type[row]!;
    this.speed[cell]! += speed;
    this.moving[cell]!++;
    if (rows.traffic_density[row] !== LOW || !this.isFree(vehicle)) return;
    this.freeSpeed[rows.road_type[row]!]! += speed;
    this.free[rows.road_type[row]!]!++;
  }

  checks(): Check[] {
    return [this.byRoad(), ...ROAD_TYPES.map((_, road) => this.byTraffic(road)), this.drivers()];
  }

  private byRoad(): Check {
    const means = ROAD_TYPES.map((_, road) => ({
      kmh: this.freeSpeed[road]! / 10 / Math.max(1, this.free[road]!),
      records: this.free[road]!,
    }));
    const { limits } = this;
    // In the order of their limits; roads whose limits hardly differ may come in any.
    const order = [...limits.keys()].filter((road) => limits[road]! > 0).sort((a, b) => limits[a]! - limits[b]!);
    const name = 'mean speed by road, in low traffic';
    const expected = order.map((road) => ROAD_TYPES[road]).join(' < ');
    const found = `${order.map((road) => digits(means[road]!.kmh)).join(' < ')} km/h`;
    const known = order.filter((road) => means[road]!.records >= LEAST_RECORDS);
    if (known.length < 2) return tooFew('roads', name, expected, found);
    const rises = known.every((road, i) => {
      const slower = known[i - 1];
      if (slower === undefined || limits[slower]! * LIMITS_DIFFER > limits[road]!) return true;
      const least = OF_LIMITS * (limits[road]! - limits[slower]!);
      return means[road]!.kmh - means[slower]!.kmh > least - chanceOf(means[slower]!, means[road]!);
    });
    return check('roads', name, expected, found, rises);
  }

  private isFree(vehicle: number): boolean {
    const { topSpeed } = this.dataset.world.classes[this.facts.vehicleClass[vehicle]!]!;
    return 3.6 * topSpeed[this.facts.region[vehicle]!]! >= Math.max(...this.limits);
  }

  private byTraffic(road: number): Check {
    const levels = TRAFFIC_DENSITIES.map((level, traffic) => ({ level, ...this.mean([traffic * 3 + road]) }));
    const judged = levels.filter(({ records }) => records >= LEAST_RECORDS);
    const name = `mean speed by traffic, ${ROAD_TYPES[road]}`;
    const found = judged.map(({ level, kmh }) => `${level} ${digits(kmh)}`).join(', ');
    if (judged.length < 2) return tooFew('roads', name, 'falls with traffic', found || 'no records');
    const falls = judged.every(
      (level, i) => i === 0 || level.kmh < judged[i - 1]!.kmh + chanceOf(level, judged[i - 1]!),
    );
    return check('roads', name, 'falls with traffic', `${found} km/h`, falls);
  }

  private drivers(): Check {
    const { world } = this.dataset;
    const exponent = world.events.driverExponent[world.events.names.indexOf('braking_event')] ?? 0;
    const driving = [...this.records.keys()].filter((vehicle) => this.records[vehicle]! > 0);
    const found = worstTenth(driving.map((vehicle) => this.brakings[vehicle]! / this.records[vehicle]!));
    const asked = worstTenth(driving.map((vehicle) => Math.exp(exponent * this.facts.driverLog[vehicle]!)));
    const name = 'braking per hour of the worst tenth of drivers';
    const expected = `about ${percent(asked)} of all`;
    const brakings = this.brakings.reduce((a, b) => a + b, 0);
    if (driving.length < LEAST_VEHICLES || brakings < LEAST_BRAKINGS) {
      return tooFew('drivers', name, expected, percent(found));
    }
    return check('drivers', name, expected, percent(found), found >= OF_EXPECTED_SHARE * asked);
  }

  private mean(cells: readonly number[]): Mean {
    let [sum, records] = [0, 0];
    for (const cell of cells) {
      sum += this.speed[cell]!;
      records += this.moving[cell]!;
    }
    return { kmh: sum / 10 / Math.max(1, records), records };
  }
}

interface Mean {
  readonly kmh: number;
  readonly records: number;
}

/** How far chance moves two means of speeds apart, in km/h: records of one trip are alike, so many count as one. */
function chanceOf(a: Mean, b: Mean): number {
  return DECIDING_Z * SPEED_SPREAD_KMH * Math.sqrt(RECORDS_IN_ONE / a.records + RECORDS_IN_ONE / b.records);
}

/** Mean posted limit by road type over the length of all regions' roads; 0 where there are none. */
function meanLimits({ world }: Dataset): number[] {
  const metres = [0, 0, 0];
  const sums = [0, 0, 0];
  for (const { network } of world.regions) {
    for (let edge = 0; edge < network.edgeCount; edge++) {
      const road = network.roadType[edge]!;
      metres[road]! += network.lengthM[edge]!;
      sums[road]! += network.lengthM[edge]! * network.limitKmh[edge]!;
    }
  }
  return sums.map((sum, road) => (metres[road]! > 0 ? sum / metres[road]! : 0));
}

/** Share of the sum that the largest tenth of the values have. */
function worstTenth(values: number[]): number {
  values.sort((a, b) => b - a);
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  return sum(values.slice(0, Math.ceil(values.length / 10))) / Math.max(1e-300, sum(values));
}
