/** Weather: one for a region and time, in spells, with the seasons' shares; temperature that agrees with it. */
import { HOUR_MS, MINUTE_MS } from '../../../base/time.js';
import { WEATHERS } from '../../../columns/telemetry.js';
import type { Dataset } from '../../../plan/dataset.js';
import { BLOCK_MS, blockOf, ConditionsCache } from '../../../world/conditions/conditions.js';
import type { ConditionsRegion, WeatherTables } from '../../../world/conditions/conditions-world.js';
import { type Check, check, digits, percent, tooFew, Violations } from '../check.js';
import { CheckedArray, CodeMap, valueAt } from '../checked-arrays.js';
import type { Observer, Step } from '../records/step.js';
import { binomialTail, CRITICAL_P, CRITICAL_Z } from '../statistics.js';

/** Weather changes within some minutes. */
const CHANGING = 0.01;
/** Minutes remembered: records come day by day, and a vehicle's day may begin late. */
const MINUTES = 4096;
const [RAINY, SNOWY] = [WEATHERS.indexOf('rainy'), WEATHERS.indexOf('snowy')];
/** Tenths of a degree that a thermometer is off at most, and that the hour can have warmed since its start. */
const THERMOMETER = 30;
/**
 * Tenths of a degree that a thermometer's bias and noise are off, and records that faults which no column shows put
 * further off.
 */
const FAULTY_THERMOMETER_TOLERANCE = 25;
const FAULTY = 0.03;
const MIN_HOURS = 100;
const MIN_BORDERS = 10;
/** Spells vary, and neighbouring regions share them: hours of weather count as one for this many mean lengths. */
const SPELLS_PER_SAMPLE = 3;

/** Hours of one kind of weather: the expected share by month, and the tolerance beyond random variation. */
interface Kind {
  readonly name: string;
  readonly codes: readonly number[];
  /** Its mean length among the scenario's spells. */
  readonly spell: keyof WeatherTables['spellHours'];
  readonly slack: number;
  share(region: ConditionsRegion, month: number): number;
}

const wet: Kind['share'] = ({ precipitation }, month) => valueAt(precipitation, month);
// Fog comes at night, when fewer vehicles see it.
const fog: Kind['share'] = (region, month) => valueAt(region.fog, month);
const sun: Kind['share'] = (region, month) =>
  valueAt(region.sunshine, month) * (1 - wet(region, month) - fog(region, month));

const KINDS: readonly Kind[] = [
  { name: 'hours of rain and snow', codes: [RAINY, SNOWY], spell: 'wet', slack: 0.15, share: wet },
  { name: 'hours of fog', codes: [WEATHERS.indexOf('foggy')], spell: 'foggy', slack: 0.5, share: fog },
  { name: 'hours of sun', codes: [WEATHERS.indexOf('sunny')], spell: 'sunny', slack: 0.15, share: sun },
];
/** Share of hours in which two regions of independent weather agree by chance at most. */
const MAX_ALIKE = 0.9;

interface RegionWeather {
  readonly region: ConditionsRegion;
  /** By hour since 1970: the code of the weather first seen. */
  readonly hours: Map<number, number>;
  /** By minute, modulo MINUTES: minute * 8 + the code of the weather first seen. */
  readonly minutes: CheckedArray;
}

export class WeatherObserver implements Observer {
  private readonly seen: CodeMap<RegionWeather>;
  private readonly together = new Violations();
  private readonly snow = new Violations();
  private readonly temperature = new Violations();
  private readonly conditions: ConditionsCache;

  constructor(private readonly dataset: Dataset) {
    this.seen = new CodeMap(
      dataset.world.conditions.regions.map((region) => ({
        region,
        hours: new Map(),
        minutes: CheckedArray.ofLength(MINUTES),
      })),
    );
    this.conditions = new ConditionsCache(dataset.world.conditions, dataset.seed, dataset.conditions);
  }

  add({ record, facts, truth }: Step): void {
    const { index } = facts.region;
    const { hours, minutes } = this.seen.of(index);
    const hour = Math.floor(record.recordedAt / HOUR_MS);
    const weather = record.weather;
    if (!hours.has(hour)) hours.set(hour, weather);
    const minute = Math.floor(record.recordedAt / MINUTE_MS);
    const known = minutes.get(Math.abs(minute % MINUTES));
    if (Math.floor(known / 8) === minute) this.together.count(known % 8 === weather);
    else minutes.set(Math.abs(minute % MINUTES), minute * 8 + weather);
    if (record.sensorFault === 0 && (truth === undefined || truth.deviceFault === 0)) {
      const asked = this.temperatureAt(index, record.recordedAt);
      this.temperature.count(Math.abs(record.temperature - asked) <= FAULTY_THERMOMETER_TOLERANCE);
    }
    if (weather === SNOWY && record.sensorFault === 0) {
      this.snow.count(record.temperature < this.dataset.world.conditions.weather.snowBelowDeci + THERMOMETER);
    }
  }

  checks(): Check[] {
    return [
      this.together.check('weather', 'one weather for a region and minute', CHANGING),
      this.snow.check('weather', 'it snows when it is cold', 0.01),
      this.temperature.check('weather', 'the temperature is that of region and hour', FAULTY),
      this.spells(),
      this.blocks(),
      ...KINDS.map((kind) => this.hoursOf(kind)),
      this.regionsDiffer(),
    ];
  }

  /** Tenths of a degree. */
  private temperatureAt(region: number, time: number): number {
    const block = blockOf(time);
    const { temperatureDeci } = this.conditions.get(region, block);
    const hours = (time - block * BLOCK_MS) / HOUR_MS;
    const hour = Math.floor(hours);
    const [from, to] = [valueAt(temperatureDeci, hour), valueAt(temperatureDeci, hour + 1)];
    return from + (to - from) * (hours - hour);
  }

  private spells(): Check {
    let [hours, spells] = [0, 0];
    for (const { hours: region } of this.seen) {
      for (const [hour, weather] of region) {
        const next = region.get(hour + 1);
        if (next === undefined) continue;
        hours++;
        if (next !== weather) spells++;
      }
    }
    const shortest = Math.min(...Object.values(this.dataset.world.conditions.weather.spellHours));
    const expected = `${digits(shortest)} hours or more`;
    const mean = hours / Math.max(1, spells);
    const name = 'mean length of a spell';
    if (hours < MIN_HOURS) return tooFew('weather', name, expected, `${digits(mean)} hours`);
    return check('weather', name, expected, `${digits(mean)} hours`, mean >= shortest);
  }

  /** Weather is computed in blocks of four weeks, which must not show. */
  private blocks(): Check {
    const within = { hours: 0, changes: 0 };
    const atBorder = { hours: 0, changes: 0 };
    for (const { hours: region } of this.seen) {
      for (const [hour, weather] of region) {
        const next = region.get(hour + 1);
        if (next === undefined) continue;
        const kind = ((hour + 1) * HOUR_MS) % BLOCK_MS === 0 ? atBorder : within;
        kind.hours++;
        if (next !== weather) kind.changes++;
      }
    }
    const name = 'changes at the turn of four weeks';
    const share = within.changes / Math.max(1, within.hours);
    const expected = `as frequent as else, ${percent(share)}`;
    const found = `${atBorder.changes} of ${atBorder.hours}`;
    if (atBorder.hours < MIN_BORDERS) return tooFew('weather', name, expected, found);
    return check('weather', name, expected, found, binomialTail(atBorder.hours, share, atBorder.changes) > CRITICAL_P);
  }

  /** A kind's hours against the months' shares, with the few spells that a window has. */
  private hoursOf({ name, codes, spell, slack, share }: Kind): Check {
    let [hours, found, asked] = [0, 0, 0];
    for (const { region, hours: seen } of this.seen) {
      for (const [hour, weather] of seen) {
        hours++;
        asked += share(region, new Date(hour * HOUR_MS).getUTCMonth());
        if (codes.includes(weather)) found++;
      }
    }
    const length = this.dataset.world.conditions.weather.spellHours[spell];
    // A rare kind of weather varies more upwards than down: on the scale of the arcsine it does so evenly (Anscombe
    // 1948).
    const p = asked / hours;
    const angle = Math.asin(Math.sqrt(p));
    // A share of 0 or 1 does not vary.
    const half = p > 0 && p < 1 ? (CRITICAL_Z / 2) * Math.sqrt((length * SPELLS_PER_SAMPLE) / hours) : 0;
    const min = Math.sin(Math.max(0, angle - half)) ** 2 - slack * p;
    const max = Math.sin(Math.min(Math.PI / 2, angle + half)) ** 2 + slack * p;
    const expected = `${percent(p)}, from ${percent(Math.max(0, min))} to ${percent(Math.min(1, max))}`;
    const foundShare = found / hours;
    if (hours < MIN_HOURS) return tooFew('weather', name, expected, percent(foundShare));
    return check('weather', name, expected, percent(foundShare), min <= foundShare && foundShare <= max);
  }

  private regionsDiffer(): Check {
    let [hours, alike] = [0, 0];
    const regions = [...this.seen];
    for (const [r, region] of regions.entries()) {
      for (const other of regions.slice(r + 1)) {
        for (const [hour, weather] of region.hours) {
          const there = other.hours.get(hour);
          if (there === undefined) continue;
          hours++;
          if (there === weather) alike++;
        }
      }
    }
    const name = 'hours in which two regions have the same weather';
    const expected = `less than ${percent(MAX_ALIKE)}`;
    const found = percent(alike / Math.max(1, hours));
    if (hours < MIN_HOURS) return tooFew('weather', name, expected, found);
    return check('weather', name, expected, found, alike < MAX_ALIKE * hours);
  }
}
