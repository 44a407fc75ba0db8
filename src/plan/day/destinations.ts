/** Chooses destinations by distances estimated from the routing tables. */
import type { Sfc32 } from '../../random/sfc32.js';
import { ROUTE_M } from '../../world/roads/routing-tables.js';
import type { RegionWorld } from '../../world/world.js';

/** Ratio of the way back to the way out with one-way roads, as the tables only have distances to a hub. */
const ONE_WAY_FACTOR = 1.12;
const ONE_WAY_M = 250;
/** Candidates considered for a destination, and steps tried to fill a day's distance. */
const CANDIDATES = 5;
const TURNS = 4;
/**
 * Filling a day's distance: places considered besides the hubs, nearby and anywhere, and by how many metres a choice
 * may be worse than the best.
 */
const CUSTOMERS_SEEN = 24;
/** Nodes whose numbers differ by less are close to each other (world/roads/locality.ts). */
const NEAR_NUMBERS = 40;
const NEAR_SEEN = 2 * NEAR_NUMBERS + 1;
const RANDOM_PREFERENCE_M = 1500;
/** Number of guesses kept. */
export const MAX_DETOURS = 8;
const GUESSES = new Float64Array(MAX_DETOURS);

/**
 * Upper bound of the distance between two nodes in metres: via the destination's hub, without the shortcut where the
 * halves meet.
 */
export function estimateDistanceM(region: RegionWorld, from: number, to: number): number {
  if (from === to) return 0;
  const { routes, network } = region;
  const hubs = routes.hubs.length;
  const hub = routes.hubOf[to]!;
  const metres = (routes.costs[2 * (from * hubs + hub)]! + routes.costs[2 * (to * hubs + hub)]!) * ROUTE_M;
  return network.symmetric ? metres : metres * ONE_WAY_FACTOR + ONE_WAY_M;
}

/** Seconds of the same route in free flow. */
export function estimateDurationS(region: RegionWorld, from: number, to: number): number {
  if (from === to) return 0;
  const { routes } = region;
  const hubs = routes.hubs.length;
  const hub = routes.hubOf[to]!;
  return routes.costs[2 * (from * hubs + hub) + 1]! + routes.costs[2 * (to * hubs + hub) + 1]!;
}

/**
 * Of several random places, the one whose distance from `from` is closest to `wantedM` and from which `end` can be
 * reached within `maxM` in total; -1 if there is none.
 */
export function chooseDestination(
  region: RegionWorld,
  places: Int32Array,
  from: number,
  end: number,
  maxM: number,
  wantedM: number,
  random: Sfc32,
): number {
  let best = -1;
  let bestMisfit = Number.POSITIVE_INFINITY;
  for (let i = 0; i < CANDIDATES; i++) {
    const node = places[random.below(places.length)]!;
    if (node === from || node === end) continue;
    const metres = estimateDistanceM(region, from, node);
    const misfit = metres > wantedM ? metres - wantedM : wantedM - metres;
    if (misfit >= bestMisfit || metres + estimateDistanceM(region, node, end) > maxM) continue;
    best = node;
    bestMisfit = misfit;
  }
  return best;
}

/**
 * Via points with which a route from `from` to `end` may use up `maxM` metres, `slackM` more than the direct route,
 * best guess first: hubs, places near the end and some customers. The guess ignores the detour via the hub of `end`, so
 * routes may be longer; padded with -1.
 */
export function detourCandidates(
  region: RegionWorld,
  from: number,
  end: number,
  maxM: number,
  slackM: number,
  random: Sfc32,
  out: Int32Array,
): void {
  const { routes, stoppable, places, network } = region;
  const { hubs, costs } = routes;
  const row = hubs.length;
  const scores = GUESSES;
  out.fill(-1);
  scores.fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < hubs.length + NEAR_SEEN + CUSTOMERS_SEEN; i++) {
    let node: number;
    if (i < hubs.length) node = hubs[i]!;
    else if (i < hubs.length + NEAR_SEEN) {
      node = end + i - hubs.length - NEAR_NUMBERS;
      if (node < 0 || node >= network.nodeCount) continue;
    } else node = places.customers[random.below(places.customers.length)]!;
    if (node === from || node === end || stoppable[node] === 0) continue;
    const hub = i < hubs.length ? i : routes.hubOf[node]!;
    const aside = 2 * costs[2 * (node * row + hub)]!;
    let left = maxM - (costs[2 * (from * row + hub)]! + costs[2 * (end * row + hub)]! + aside) * ROUTE_M;
    if (i >= hubs.length && i < hubs.length + NEAR_SEEN) {
      // Out from the end and back by the same route.
      const hubOfEnd = routes.hubOf[end]!;
      const out = (costs[2 * (node * row + hubOfEnd)]! - costs[2 * (end * row + hubOfEnd)]!) * ROUTE_M;
      left = slackM - 2 * (out < 0 ? -out : out);
    }
    if (left < 0) continue;
    const score = left + random.uniform() * RANDOM_PREFERENCE_M;
    let at = out.length;
    while (at > 0 && score < scores[at - 1]!) at--;
    if (at === out.length) continue;
    for (let j = out.length - 1; j > at; j--) {
      out[j] = out[j - 1]!;
      scores[j] = scores[j - 1]!;
    }
    out[at] = node;
    scores[at] = score;
  }
}

/**
 * A node where a vehicle may stop and from which `end` is `minM` to `maxM` metres away, found by following the route
 * from `end` to a hub; -1 if there is none.
 */
export function findStopAtDistance(
  region: RegionWorld,
  end: number,
  minM: number,
  maxM: number,
  random: Sfc32,
): number {
  const { routes, network } = region;
  const { from: tails, to: heads, lengthM } = network;
  for (let i = 0; i < TURNS; i++) {
    const hub = random.below(routes.hubs.length);
    const base = hub * network.nodeCount;
    if (routes.costs[2 * (end * routes.hubs.length + hub)]! * ROUTE_M < minM) continue;
    let node = end;
    let metres = 0;
    while (metres < maxM) {
      const arc = routes.toHub[base + node]!;
      if (arc < 0) break;
      metres += lengthM[arc >> 1]!;
      node = arc & 1 ? tails[arc >> 1]! : heads[arc >> 1]!;
      if (metres >= minM && metres <= maxM && region.stoppable[node] === 1) return node;
    }
  }
  return -1;
}
