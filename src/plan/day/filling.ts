/**
 * Finds a place that uses up the rest of a day's distance: the first that leaves little enough, else the one that
 * leaves least.
 */
import { Way, type WaySearch } from '../../motion/way.js';
import type { Sfc32 } from '../../random/sfc32.js';
import type { RegionWorld } from '../../world/world.js';
import { estimateM, findAway, guessFilling, MOST_GUESSES } from './destinations.js';

/** Metres of a day's distance that may stay undriven; the odometer absorbs them between days. */
export const SPARE_M = 4600;
/** Places considered off the way, and how much of the slack a place may leave. */
const ASIDES = 4;
const MOST_STILL_LEFT = 0.95;

export class Filling {
  /** Scratch way, for distances only. */
  private readonly way = new Way();
  private readonly guesses = new Int32Array(MOST_GUESSES);
  private best = -1;
  private bestLeftM = 0;
  private region!: RegionWorld;
  private from = 0;
  private end = 0;
  private mostM = 0;

  constructor(
    private readonly search: WaySearch,
    private readonly random: Sfc32,
  ) {}

  /** Exact length of the way between two places, metres. */
  metres(region: RegionWorld, from: number, to: number): number {
    this.way.find(region, from, to, this.search);
    return this.way.lengthM;
  }

  /**
   * A via point between `from` and `end` with a total of at most `mostM` metres, which is `slackM` more than the direct
   * way; -1 if none uses up a relevant part.
   */
  find(region: RegionWorld, from: number, end: number, mostM: number, slackM: number): number {
    const { random, guesses } = this;
    this.region = region;
    this.from = from;
    this.end = end;
    this.mostM = mostM;
    this.best = -1;
    this.bestLeftM = slackM * MOST_STILL_LEFT;
    const most = slackM / 2 - 100;
    const least = most - SPARE_M / 2 + 300;
    // Off the current place, or beyond the day's end: there and back uses up the slack.
    for (let i = 0; i < ASIDES; i++) {
      if (this.consider(findAway(region, i & 1 ? end : from, least, most, random))) return this.best;
    }
    guessFilling(region, from, end, mostM, slackM, random, guesses);
    for (const guess of guesses) if (this.consider(guess)) break;
    return this.best;
  }

  /** Keeps a place if it leaves less than the best so far; true if that is little enough. */
  private consider(place: number): boolean {
    const { region, from, end, mostM } = this;
    if (place < 0 || place === from || place === end) return false;
    // The estimate is an upper bound, so this place can't be better: skip finding its ways.
    if (mostM - estimateM(region, from, place) - estimateM(region, place, end) >= this.bestLeftM) return false;
    const left = mostM - this.metres(region, from, place) - this.metres(region, place, end);
    if (left < 0 || left >= this.bestLeftM) return false;
    this.best = place;
    this.bestLeftM = left;
    return left < SPARE_M;
  }
}
