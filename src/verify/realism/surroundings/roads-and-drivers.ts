/** Speeds by road and traffic, and how unlike the drivers are. */
import { ROAD_TYPES, TRAFFIC_DENSITIES } from '../../../columns/telemetry.js';
import type { Dataset } from '../../../plan/dataset.js';
import { type Check, check, digits, percent, tooFew } from '../check.js';
import { CheckedArray, CodeMap, CountGrid, valueAt } from '../checked-arrays.js';
import type { FleetFacts, VehicleFacts } from '../records/fleet-facts.js';
import type { Observer, Step } from '../records/step.js';
import { CRITICAL_Z } from '../statistics.js';

const MIN_RECORDS = 2000;
const LOW = TRAFFIC_DENSITIES.indexOf('low');
/** Minimum difference between the speeds on two roads, as a share of the difference between their limits. */
const MIN_LIMIT_SHARE = 0.25;
/** From this ratio of limits on, one road type is driven faster than another. */
const LIMITS_DIFFER = 1.15;
/**
 * Spread of moving vehicles' speeds on one road type, and records of a trip that are worth one independent
 * record.
 */
const SPEED_SPREAD_KMH = 25;
const RECORDS_PER_SAMPLE = 40;
const MIN_VEHICLES = 50;
const MIN_BRAKINGS = 500;
/** Random error of the worst tenth of a small fleet. */
const OF_EXPECTED_SHARE = 0.75;

export class RoadsAndDriversObserver implements Observer {
  /** By traffic and road, of moving vehicles: tenths of km/h, and records. */
  private readonly speed = new CountGrid(TRAFFIC_DENSITIES.length, ROAD_TYPES.length);
  private readonly moving = new CountGrid(TRAFFIC_DENSITIES.length, ROAD_TYPES.length);
  /** The same by road, of vehicles not held back by a governor, in low traffic. */
  private readonly freeSpeed = CheckedArray.ofLength(ROAD_TYPES.length);
  private readonly free = CheckedArray.ofLength(ROAD_TYPES.length);
  private readonly limits: readonly number[];
  private readonly highestLimit: number;
  private readonly records: CheckedArray;
  private readonly brakings: CheckedArray;

  constructor(
    private readonly dataset: Dataset,
    private readonly fleet: FleetFacts,
  ) {
    this.records = CheckedArray.ofLength(dataset.vehicles);
    this.brakings = CheckedArray.ofLength(dataset.vehicles);
    this.limits = meanLimits(dataset);
    this.highestLimit = Math.max(...this.limits);
  }

  add({ record, vehicle, facts }: Step): void {
    this.records.add(vehicle);
    this.brakings.add(vehicle, record.braking);
    const { speed, traffic, roadType } = record;
    if (speed === 0) return;
    this.speed.add(traffic, roadType, speed);
    this.moving.add(traffic, roadType);
    if (traffic !== LOW || !this.isFree(facts)) return;
    this.freeSpeed.add(roadType, speed);
    this.free.add(roadType);
  }

  checks(): Check[] {
    return [this.byRoad(), ...ROAD_TYPES.map((_, road) => this.byTraffic(road)), this.drivers()];
  }

  private byRoad(): Check {
    const roads = this.limits.map((limit, road) => ({
      name: ROAD_TYPES[road],
      limit,
      ...meanOf(this.freeSpeed.get(road), this.free.get(road)),
    }));
    // In the order of their limits; roads whose limits hardly differ may come in any.
    const order = roads.filter(({ limit }) => limit > 0).sort((a, b) => a.limit - b.limit);
    const name = 'mean speed by road, in low traffic';
    const expected = order.map((road) => road.name).join(' < ');
    const found = `${order.map(({ kmh }) => digits(kmh)).join(' < ')} km/h`;
    const known = order.filter(({ records }) => records >= MIN_RECORDS);
    if (known.length < 2) return tooFew('roads', name, expected, found);
    const rises = known.every((road, i) => {
      const slower = known[i - 1];
      if (slower === undefined || slower.limit * LIMITS_DIFFER > road.limit) return true;
      const min = MIN_LIMIT_SHARE * (road.limit - slower.limit);
      return road.kmh - slower.kmh > min - chanceOf(slower, road);
    });
    return check('roads', name, expected, found, rises);
  }

  /** Whether no governor holds the vehicle back. */
  private isFree({ vehicleClass, region }: VehicleFacts): boolean {
    return 3.6 * valueAt(vehicleClass.topSpeed, region.index) >= this.highestLimit;
  }

  private byTraffic(road: number): Check {
    const levels = TRAFFIC_DENSITIES.map((level, traffic) => ({
      level,
      ...meanOf(this.speed.get(traffic, road), this.moving.get(traffic, road)),
    }));
    const judged = levels.filter(({ records }) => records >= MIN_RECORDS);
    const name = `mean speed by traffic, ${ROAD_TYPES[road]}`;
    const found = judged.map(({ level, kmh }) => `${level} ${digits(kmh)}`).join(', ');
    if (judged.length < 2) return tooFew('roads', name, 'falls with traffic', found || 'no records');
    const falls = judged.every((level, i) => {
      const lighter = judged[i - 1];
      return lighter === undefined || level.kmh < lighter.kmh + chanceOf(level, lighter);
    });
    return check('roads', name, 'falls with traffic', `${found} km/h`, falls);
  }

  private drivers(): Check {
    const { world } = this.dataset;
    const exponent = world.events.driverExponent[world.events.names.indexOf('braking_event')] ?? 0;
    const driving = [...this.records].flatMap((records, vehicle) => (records > 0 ? [{ vehicle, records }] : []));
    const found = worstTenth(driving.map(({ vehicle, records }) => this.brakings.get(vehicle) / records));
    const asked = worstTenth(driving.map(({ vehicle }) => Math.exp(exponent * valueAt(this.fleet.driverLog, vehicle))));
    const name = 'braking per hour of the worst tenth of drivers';
    const expected = `about ${percent(asked)} of all`;
    const brakings = this.brakings.sum();
    if (driving.length < MIN_VEHICLES || brakings < MIN_BRAKINGS) {
      return tooFew('drivers', name, expected, percent(found));
    }
    return check('drivers', name, expected, percent(found), found >= OF_EXPECTED_SHARE * asked);
  }
}

interface Mean {
  readonly kmh: number;
  readonly records: number;
}

/** `sum` is in tenths of km/h. */
function meanOf(sum: number, records: number): Mean {
  return { kmh: sum / 10 / Math.max(1, records), records };
}

/** Random difference between two mean speeds, in km/h: records of one trip are correlated, so many count as one. */
function chanceOf(a: Mean, b: Mean): number {
  return CRITICAL_Z * SPEED_SPREAD_KMH * Math.sqrt(RECORDS_PER_SAMPLE / a.records + RECORDS_PER_SAMPLE / b.records);
}

/** Mean posted limit by road type over the length of all regions' roads; 0 where there are none. */
function meanLimits({ world }: Dataset): number[] {
  const roads = new CodeMap(ROAD_TYPES.map(() => ({ metres: 0, sum: 0 })));
  for (const { network } of world.regions) {
    for (const [edge, type] of network.roadType.entries()) {
      const road = roads.of(type);
      const metres = valueAt(network.lengthM, edge);
      road.metres += metres;
      road.sum += metres * valueAt(network.limitKmh, edge);
    }
  }
  return [...roads].map(({ metres, sum }) => (metres > 0 ? sum / metres : 0));
}

/** Share of the sum that the largest tenth of the values have. */
function worstTenth(values: number[]): number {
  values.sort((a, b) => b - a);
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  return sum(values.slice(0, Math.ceil(values.length / 10))) / Math.max(1e-300, sum(values));
}
