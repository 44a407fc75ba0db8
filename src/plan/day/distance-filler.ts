/**
 * Finds a place that uses up the rest of a day's distance: the first that leaves little enough, else the one that
 * leaves least.
 */
import { Route, type RouteSearch } from '../../motion/route.js';
import type { Sfc32 } from '../../random/sfc32.js';
import type { RegionWorld } from '../../world/world.js';
import { detourCandidates, estimateDistanceM, findStopAtDistance, MAX_DETOURS } from './destinations.js';

/** Metres of a day's distance that may stay undriven; the odometer absorbs them between days. */
export const MAX_UNDRIVEN_M = 4600;
/** Places considered off the route, and how much of the slack a place may leave. */
const DETOUR_CANDIDATES = 4;
const MAX_STILL_LEFT = 0.95;

export class DistanceFiller {
  /** Scratch route, for distances only. */
  private readonly route = new Route();
  private readonly guesses = new Int32Array(MAX_DETOURS);
  private best = -1;
  private bestLeftM = 0;
  private region!: RegionWorld;
  private from = 0;
  private end = 0;
  private maxM = 0;

  constructor(
    private readonly search: RouteSearch,
    private readonly random: Sfc32,
  ) {}

  /** Exact length of the route between two places, metres. */
  metres(region: RegionWorld, from: number, to: number): number {
    this.route.find(region, from, to, this.search);
    return this.route.lengthM;
  }

  /**
   * A via point between `from` and `end` with a total of at most `maxM` metres, which is `slackM` more than the direct
   * route; -1 if none uses up a relevant part.
   */
  find(region: RegionWorld, from: number, end: number, maxM: number, slackM: number): number {
    const { random, guesses } = this;
    this.region = region;
    this.from = from;
    this.end = end;
    this.maxM = maxM;
    this.best = -1;
    this.bestLeftM = slackM * MAX_STILL_LEFT;
    const max = slackM / 2 - 100;
    const min = max - MAX_UNDRIVEN_M / 2 + 300;
    // Off the current place, or beyond the day's end: there and back uses up the slack.
    for (let i = 0; i < DETOUR_CANDIDATES; i++) {
      if (this.consider(findStopAtDistance(region, i & 1 ? end : from, min, max, random))) return this.best;
    }
    detourCandidates(region, from, end, maxM, slackM, random, guesses);
    for (const guess of guesses) if (this.consider(guess)) break;
    return this.best;
  }

  /** Keeps a place if it leaves less than the best so far; true if that is little enough. */
  private consider(place: number): boolean {
    const { region, from, end, maxM } = this;
    if (place < 0 || place === from || place === end) return false;
    // The estimate is an upper bound, so this place can't be better: skip finding its routes.
    if (maxM - estimateDistanceM(region, from, place) - estimateDistanceM(region, place, end) >= this.bestLeftM)
      return false;
    const left = maxM - this.metres(region, from, place) - this.metres(region, place, end);
    if (left < 0 || left >= this.bestLeftM) return false;
    this.best = place;
    this.bestLeftM = left;
    return left < MAX_UNDRIVEN_M;
  }
}
