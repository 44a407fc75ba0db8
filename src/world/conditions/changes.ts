/** The states of a block: weather and traffic of all zones, each change at its own millisecond. */
import { WEATHERS } from '../../columns/telemetry.js';
import type { Weather } from '../../scenario/model/scenario.js';
import { BLOCK_MS, MARGIN_STEPS, STEP_MS, WIDE_STEPS, wideStartMs, ZONE_COUNT } from './blocks.js';
import type { TrafficTables } from './conditions-world.js';
import type { WeatherFields } from './weather.js';

/** Bits of a mask: which fields are above their levels. */
const WET = 1;
const GREY = 2;
const FOG = 4;
const SUNNY = 8;
const COLD = 16;
/** Code of WEATHERS by mask. */
const WEATHER_BY_MASK = Uint8Array.from({ length: 32 }, (_, mask) => WEATHERS.indexOf(weatherOf(mask)));

/** One change of a code. */
interface Change {
  readonly timeMs: number;
  /** A zone, or ZONE_COUNT for weather. */
  readonly what: number;
  readonly code: number;
}

export interface States {
  readonly changeMs: number[];
  readonly changeWeather: number[];
  readonly changeTraffic: number[];
}

/** By step of a block with its margins: the fields above their levels at the middle. */
export function weatherMasks(fields: WeatherFields): Uint8Array {
  const masks = new Uint8Array(WIDE_STEPS);
  for (const { bit, field } of fieldsByBit(fields)) {
    for (let i = 0; i < WIDE_STEPS; i++) if (field[i]! > 0) masks[i]! |= bit;
  }
  return masks;
}

/** Codes of WEATHERS by mask. */
export function weatherCodes(masks: Uint8Array): Uint8Array {
  return masks.map((mask) => WEATHER_BY_MASK[mask]!);
}

/** `index` is the traffic index by step of the block with its margins and zone, at the steps' middles. */
export function statesOf(
  fields: WeatherFields,
  masks: Uint8Array,
  index: Float64Array,
  traffic: TrafficTables,
  block: number,
): States {
  const startMs = block * BLOCK_MS;
  const ordered = fieldsByBit(fields);
  // The block begins and ends half a step from a middle.
  const [first, last] = [MARGIN_STEPS - 1, WIDE_STEPS - MARGIN_STEPS];
  const state = new Uint8Array(ZONE_COUNT + 1);
  for (let zone = 0; zone < ZONE_COUNT; zone++) state[zone] = levelOf(index[first * ZONE_COUNT + zone]!, traffic);
  state[ZONE_COUNT] = WEATHER_BY_MASK[masks[first]!]!;
  const out: States = { changeMs: [startMs], changeWeather: [], changeTraffic: [] };
  let untilMs = startMs;
  const changes: Change[] = [];
  for (let i = first; i < last; i++) {
    const middleMs = wideStartMs(block) + i * STEP_MS;
    changes.length = 0;
    if (masks[i] !== masks[i + 1]) weatherChanges(ordered, masks, i, middleMs, changes);
    for (let zone = 0; zone < ZONE_COUNT; zone++) {
      const to = index[(i + 1) * ZONE_COUNT + zone]!;
      const next = levelOf(to, traffic);
      const level = state[zone]!;
      if (level === next) continue;
      trafficChanges(zone, index[i * ZONE_COUNT + zone]!, to, level, next, traffic, middleMs, changes);
    }
    if (changes.length > 1) changes.sort((a, b) => a.timeMs - b.timeMs);
    for (const { timeMs, what, code } of changes) {
      if (timeMs >= startMs + BLOCK_MS) break;
      if (state[what] === code) continue;
      if (timeMs > untilMs) {
        push(out, state);
        out.changeMs.push(timeMs);
        untilMs = timeMs;
      }
      state[what] = code;
    }
  }
  push(out, state);
  return out;
}

function push({ changeWeather, changeTraffic }: States, state: Uint8Array): void {
  changeWeather.push(state[ZONE_COUNT]!);
  for (let zone = 0; zone < ZONE_COUNT; zone++) changeTraffic.push(state[zone]!);
}

/** Changes of weather between the middles of steps i and i + 1. */
function weatherChanges(
  fields: readonly MaskField[],
  masks: Uint8Array,
  i: number,
  middleMs: number,
  out: Change[],
): void {
  let mask = masks[i]!;
  let differing = mask ^ masks[i + 1]!;
  while (differing !== 0) {
    let [first, share] = [0, 2];
    for (const { bit, field } of fields) {
      if ((differing & bit) === 0) continue;
      const [from, to] = [field[i]!, field[i + 1]!];
      if (from / (from - to) >= share) continue;
      share = from / (from - to);
      first = bit;
    }
    mask ^= first;
    differing ^= first;
    out.push({ timeMs: momentAfter(middleMs, share), what: ZONE_COUNT, code: WEATHER_BY_MASK[mask]! });
  }
}

/** Changes of a zone's density while its index goes from one value to another in a step from `middleMs`. */
function trafficChanges(
  zone: number,
  from: number,
  to: number,
  level: number,
  next: number,
  traffic: TrafficTables,
  middleMs: number,
  out: Change[],
): void {
  const rise = Math.sign(next - level);
  for (let code = level; code !== next; code += rise) {
    const bound = Math.min(code, code + rise) === 0 ? traffic.mediumAbove : traffic.highAbove;
    const timeMs = momentAfter(middleMs, (bound - from) / (to - from));
    out.push({ timeMs, what: zone, code: code + rise });
  }
}

/** After a share of a step from its middle, where the step's state still holds. */
function momentAfter(middleMs: number, share: number): number {
  return middleMs + Math.max(1, Math.round(share * STEP_MS));
}

/** Code of TRAFFIC_DENSITIES of an index. */
function levelOf(index: number, { mediumAbove, highAbove }: TrafficTables): number {
  return index > highAbove ? 2 : index > mediumAbove ? 1 : 0;
}

interface MaskField {
  readonly bit: number;
  readonly field: Float64Array;
}

function fieldsByBit({ wet, grey, fog, sunny, cold }: WeatherFields): readonly MaskField[] {
  return [
    { bit: WET, field: wet },
    { bit: GREY, field: grey },
    { bit: FOG, field: fog },
    { bit: SUNNY, field: sunny },
    { bit: COLD, field: cold },
  ];
}

function weatherOf(mask: number): Weather {
  if ((mask & WET) !== 0) return (mask & COLD) !== 0 ? 'snowy' : 'rainy';
  if ((mask & FOG) !== 0) return 'foggy';
  return (mask & SUNNY) !== 0 && (mask & GREY) === 0 ? 'sunny' : 'cloudy';
}
