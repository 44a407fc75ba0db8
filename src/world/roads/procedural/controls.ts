/** How junctions are controlled: signals where main streets meet, roundabouts here and there, priority elsewhere. */
import { Sfc32, STREAM } from '../../../random/sfc32.js';
import {
  CITY,
  COLLECTOR,
  HIGHWAY,
  NO_CONTROL,
  PRIORITY,
  RAMP,
  ROUNDABOUT_ENTRY,
  type RoadEdge,
  SECONDARY,
  SIGNAL,
} from '../network.js';

const CENTRE = 0;

/** How many roads of each kind meet at a junction. */
interface Arms {
  all: number;
  main: number;
  collectors: number;
  motorway: number;
  ramps: number;
  city: number;
  central: number;
}

/** By node. `key` seeds the choice. */
export function controlsOf(edges: readonly RoadEdge[], nodeCount: number, key: number): Uint8Array {
  const random = new Sfc32();
  random.seed(0, key, 2, STREAM.roads);
  const junctions = Array.from(
    { length: nodeCount },
    (): Arms => ({ all: 0, main: 0, collectors: 0, motorway: 0, ramps: 0, city: 0, central: 0 }),
  );
  for (const edge of edges) {
    for (const node of [edge.from, edge.to]) count(junctions[node]!, edge);
  }
  return Uint8Array.from(junctions, (arms) => controlOf(arms, random.uniform()));
}

function count(arms: Arms, { rank, roadType, zone, flags }: RoadEdge): void {
  arms.all++;
  if ((flags & RAMP) !== 0) arms.ramps++;
  else if (roadType === HIGHWAY) arms.motorway++;
  else if (rank <= SECONDARY) arms.main++;
  else if (rank === COLLECTOR) arms.collectors++;
  if (roadType === CITY) arms.city++;
  if (zone === CENTRE) arms.central++;
}

/** `u` is uniform from 0 to below 1. The shares are declared. */
function controlOf({ all, main, collectors, motorway, ramps, city, central }: Arms, u: number): number {
  if (all < 3 || motorway > 0) return NO_CONTROL;
  if (ramps > 0) return main === 0 ? NO_CONTROL : city > 0 && u < 0.7 ? SIGNAL : PRIORITY;
  if (city > 0 && main >= 3) return central === 0 && u < 0.15 ? ROUNDABOUT_ENTRY : SIGNAL;
  if (city > 0 && main === 2 && collectors > 0) return u < (central > 0 ? 0.75 : 0.4) ? SIGNAL : PRIORITY;
  if (main >= 3) return u < 0.35 ? ROUNDABOUT_ENTRY : PRIORITY;
  if (central === 0 && collectors >= 3 && u < 0.2) return ROUNDABOUT_ENTRY;
  return PRIORITY;
}
