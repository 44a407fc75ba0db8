/**
 * Weather, temperature, traffic and jammers of a region in blocks of four weeks. All of it is a function of (seed,
 * region, absolute time), and a block is a window on it: neighbouring blocks are exactly continuous.
 */
import { Sfc32 } from '../../random/sfc32.js';
import { sharedFloat64, sharedInt32, sharedUint8 } from '../shared-arrays.js';
import { drawJammers, type Jammer } from '../tables/jammers.js';
import { BLOCK_HOURS, BLOCK_MS, BLOCK_STEPS, type Conditions, MARGIN_STEPS, ZONE_COUNT } from './blocks.js';
import { statesOf, weatherCodes, weatherMasks } from './changes.js';
import type { ConditionsRegion, ConditionsWorld } from './conditions-world.js';
import { trafficIndex } from './traffic.js';
import { weatherFields } from './weather.js';

export type { Conditions } from './blocks.js';
export {
  BLOCK_DAYS,
  BLOCK_HOURS,
  BLOCK_MS,
  BLOCK_STEPS,
  blockOf,
  INDEX_MAX,
  INDEX_VALUES,
  STEP_MS,
  ZONE_COUNT,
} from './blocks.js';

/** Blocks by their keys: plain data on shared memory, so that what planning computed needn't be computed again. */
export type ConditionsBlocks = ReadonlyMap<number, Conditions>;

/** The conditions of blocks already computed, kept per thread. */
export class ConditionsCache {
  readonly blocks: Map<number, Conditions>;
  private readonly random = new Sfc32();

  constructor(
    private readonly world: ConditionsWorld,
    private readonly seed: number,
    known: ConditionsBlocks = new Map(),
  ) {
    this.blocks = new Map(known);
  }

  get(region: number, block: number): Conditions {
    const key = block * 4096 + region;
    let conditions = this.blocks.get(key);
    if (conditions === undefined) {
      conditions = computeBlock(this.world, this.world.regions[region]!, this.seed, block, this.random);
      this.blocks.set(key, conditions);
    }
    return conditions;
  }
}

/** The state of a block that holds at a time within it, as its number. */
export function stateAt({ changeMs }: Conditions, utcMs: number): number {
  let [low, high] = [0, changeMs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (changeMs[middle]! <= utcMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

function computeBlock(
  world: ConditionsWorld,
  region: ConditionsRegion,
  seed: number,
  block: number,
  random: Sfc32,
): Conditions {
  const temperatureDeci = sharedInt32(BLOCK_HOURS + 1);
  const fields = weatherFields(world.weather, region, seed, block, temperatureDeci, random);
  const masks = weatherMasks(fields);
  const steps = weatherCodes(masks);
  const wideIndex = trafficIndex(world.traffic, region, seed, block, steps, random);
  const states = statesOf(fields, masks, wideIndex, world.traffic, block);
  const weather = sharedUint8(BLOCK_STEPS);
  weather.set(steps.subarray(MARGIN_STEPS, MARGIN_STEPS + BLOCK_STEPS));
  const index = sharedUint8(BLOCK_STEPS * ZONE_COUNT);
  for (let i = 0; i < index.length; i++) index[i] = Math.round(wideIndex[MARGIN_STEPS * ZONE_COUNT + i]! * 100);
  const changeMs = sharedFloat64(states.changeMs.length);
  changeMs.set(states.changeMs);
  const changeWeather = sharedUint8(states.changeWeather.length);
  changeWeather.set(states.changeWeather);
  const changeTraffic = sharedUint8(states.changeTraffic.length);
  changeTraffic.set(states.changeTraffic);
  const jammers = jammersOf(world, region, seed, block, random);
  return { weather, index, temperatureDeci, changeMs, changeWeather, changeTraffic, jammers };
}

/**
 * Jammers that start in a block, and those of the previous block that are still active: they last up to a block.
 */
function jammersOf(
  { jamming }: ConditionsWorld,
  { network, key }: ConditionsRegion,
  seed: number,
  block: number,
  random: Sfc32,
): Jammer[] {
  const startMs = block * BLOCK_MS;
  const begun = (b: number): Jammer[] =>
    drawJammers(jamming, network, { seed, region: key, block: b }, [b * BLOCK_MS, (b + 2) * BLOCK_MS], random).filter(
      ({ fromMs }) => fromMs < (b + 1) * BLOCK_MS,
    );
  return [...begun(block - 1).filter(({ untilMs }) => untilMs > startMs), ...begun(block)];
}
