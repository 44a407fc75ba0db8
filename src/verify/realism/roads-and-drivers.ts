/** Speeds by road and traffic, and how unlike the drivers are. */
import { ROAD_TYPES, TRAFFIC_DENSITIES } from '../../columns/telemetry.js';
import type { Dataset } from '../../plan/dataset.js';
import { type Check, check, digits, percent, tooFew } from './check.js';
import type { FleetFacts } from './fleet-facts.js';
import type { Observer, Step } from './step.js';

const LEAST_RECORDS = 2000;
/** Roads differ by more than chance. */
const CLEARLY = 1.01;
const LEAST_VEHICLES = 50;
const LEAST_BRAKINGS = 500;
/** What chance takes from the worst tenth of a small fleet. */
const OF_EXPECTED_SHARE = 0.75;

export class RoadsAndDrivers implements Observer {
  /** By traffic * 3 + road, of moving vehicles: tenths of km/h, and records. */
  private readonly speed = new Float64Array(9);
  private readonly moving = new Float64Array(9);
  private readonly records: Float64Array;
  private readonly brakings: Float64Array;

  constructor(
    private readonly dataset: Dataset,
    private readonly facts: FleetFacts,
  ) {
    this.records = new Float64Array(dataset.vehicles);
    this.brakings = new Float64Array(dataset.vehicles);
  }

  add({ rows, row, vehicle }: Step): void {
    this.records[vehicle]!++;
    this.brakings[vehicle]! += rows.braking[row]!;
    const speed = rows.speed[row]!;
    if (speed === 0) return;
    const cell = rows.traffic[row]! * 3 + rows.roadType[row]!;
    this.speed[cell]! += speed;
    this.moving[cell]!++;
  }

  checks(): Check[] {
    return [this.byRoad(), ...ROAD_TYPES.map((_, road) => this.byTraffic(road)), this.drivers()];
  }

  private byRoad(): Check {
    const [city, highway, rural] = ROAD_TYPES.map((_, road) => this.mean([road, 3 + road, 6 + road]));
    const found = `${digits(city!.kmh)} < ${digits(rural!.kmh)} < ${digits(highway!.kmh)} km/h`;
    const name = 'mean speed by road';
    const expected = 'city < rural < highway';
    if ([city!, highway!, rural!].some(({ records }) => records < LEAST_RECORDS)) {
      return tooFew('roads', name, expected, found);
    }
    return check(
      'roads',
      name,
      expected,
      found,
      city!.kmh * CLEARLY < rural!.kmh && rural!.kmh * CLEARLY < highway!.kmh,
    );
  }

  private byTraffic(road: number): Check {
    const levels = TRAFFIC_DENSITIES.map((level, traffic) => ({ level, ...this.mean([traffic * 3 + road]) }));
    const judged = levels.filter(({ records }) => records >= LEAST_RECORDS);
    const name = `mean speed by traffic, ${ROAD_TYPES[road]}`;
    const found = judged.map(({ level, kmh }) => `${level} ${digits(kmh)}`).join(', ');
    if (judged.length < 2) return tooFew('roads', name, 'falls with traffic', found || 'no records');
    const falls = judged.every(({ kmh }, i) => i === 0 || kmh < judged[i - 1]!.kmh);
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

  private mean(cells: readonly number[]): { readonly kmh: number; readonly records: number } {
    let [sum, records] = [0, 0];
    for (const cell of cells) {
      sum += this.speed[cell]!;
      records += this.moving[cell]!;
    }
    return { kmh: sum / 10 / Math.max(1, records), records };
  }
}

/** Share of the sum that the largest tenth of the values have. */
function worstTenth(values: number[]): number {
  values.sort((a, b) => b - a);
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  return sum(values.slice(0, Math.ceil(values.length / 10))) / Math.max(1e-300, sum(values));
}
