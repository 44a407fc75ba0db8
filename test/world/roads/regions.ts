/** Regions' roads for tests, each built once. */
import { createHash } from 'node:crypto';
import type { Region } from '#src/scenario/model/scenario.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import type { RoadNetwork } from '#src/world/roads/network.js';
import { findPlaces, type Places } from '#src/world/roads/places.js';
import { proceduralNetwork } from '#src/world/roads/procedural/region.js';
import { buildRoutingTables, type RoutingTables } from '#src/world/roads/routing-tables.js';

export interface Built {
  readonly name: string;
  readonly region: Region;
  readonly network: RoadNetwork;
  readonly routes: RoutingTables;
  readonly places: Places;
}

/** Of the default scenario and of the smallest one. */
export async function builtRegions(): Promise<Built[]> {
  const scenarios = [await resolveScenario(undefined, []), await resolveScenario('tiny', [])];
  return scenarios.flatMap(({ scenario }) =>
    Object.entries(scenario.regions).map(([name, region]) => {
      const network = proceduralNetwork(name, region, scenario.roads);
      const routes = buildRoutingTables(name, network);
      return { name, region, network, routes, places: findPlaces(name, network, routes) };
    }),
  );
}

/** Digest of all tables, bit by bit. */
export function digest({ network, routes, places }: Built): string {
  const hash = createHash('sha256');
  for (const tables of [network, routes, places]) {
    for (const table of Object.values(tables)) {
      if (!ArrayBuffer.isView(table)) continue;
      // A small network's arcs take two bytes each, but are hashed as four.
      const { buffer, byteOffset, byteLength } = table instanceof Int16Array ? Int32Array.from(table) : table;
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
