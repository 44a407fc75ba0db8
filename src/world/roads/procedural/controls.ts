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

/** By node. `key` seeds the choice. */
export function controlsOf(edges: readonly RoadEdge[], nodeCount: number, key: number): Uint8Array {
  const random = new Sfc32();
  random.seed(0, key, 2, STREAM.roads);
  const arms = new Uint8Array(nodeCount);
  const main = new Uint8Array(nodeCount);
  const collectors = new Uint8Array(nodeCount);
  const motorway = new Uint8Array(nodeCount);
  const ramps = new Uint8Array(nodeCount);
  const city = new Uint8Array(nodeCount);
  const central = new Uint8Array(nodeCount);
  for (const { from, to, rank, roadType, zone, flags } of edges) {
    for (const node of [from, to]) {
      arms[node]!++;
      if ((flags & RAMP) !== 0) ramps[node]!++;
      else if (roadType === HIGHWAY) motorway[node]!++;
      else if (rank <= SECONDARY) main[node]!++;
      else if (rank === COLLECTOR) collectors[node]!++;
      if (roadType === CITY) city[node]!++;
      if (zone === CENTRE) central[node]!++;
    }
  }
  return Uint8Array.from({ length: nodeCount }, (_, node) => {
    const u = random.uniform();
    if (arms[node]! < 3 || motorway[node]! > 0) return NO_CONTROL;
    const inCity = city[node]! > 0;
    if (ramps[node]! > 0) return main[node]! === 0 ? NO_CONTROL : inCity && u < 0.7 ? SIGNAL : PRIORITY;
    if (inCity && main[node]! >= 3) return central[node] === 0 && u < 0.15 ? ROUNDABOUT_ENTRY : SIGNAL;
    if (inCity && main[node]! === 2 && collectors[node]! > 0)
      return u < (central[node]! > 0 ? 0.75 : 0.4) ? SIGNAL : PRIORITY;
    if (main[node]! >= 3) return u < 0.35 ? ROUNDABOUT_ENTRY : PRIORITY;
    if (central[node] === 0 && collectors[node]! >= 3 && u < 0.2) return ROUNDABOUT_ENTRY;
    return PRIORITY;
  });
}
