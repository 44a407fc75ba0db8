/** A town exported from OpenStreetMap as a network to drive on: one-way roads, priorities, routes and places. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { networkOf } from '#src/scenario/roads/network-file.js';
import { geojsonNetwork } from '#src/world/roads/geojson.js';
import { HIGHWAY, headOf, ONE_WAY, ROUNDABOUT, ROUNDABOUT_ENTRY, SIGNAL, tailOf } from '#src/world/roads/network.js';
import { findPlaces } from '#src/world/roads/places.js';
import { buildRoutingTables, routeBetween } from '#src/world/roads/routing-tables.js';

const path = new URL('../../../../test/scenario/fixtures/small-town.geojson', import.meta.url);
const network = geojsonNetwork('town', networkOf(readFileSync(path, 'utf8'), 'x'), defaultScenario().roads.limits);
const routes = buildRoutingTables('town', network);

describe('a network with one-way roads', () => {
  it('leads from every stop to every other without driving against the traffic', () => {
    assert.equal(network.symmetric, false);
    for (const p of routes.stops) {
      for (const q of routes.stops) {
        let node = p;
        for (const arc of routeBetween(network, routes, p, q)) {
          assert.equal(tailOf(network, arc), node);
          assert.ok((network.flags[arc >> 1]! & ONE_WAY) === 0 || (arc & 1) === 0);
          node = headOf(network, arc);
        }
        assert.equal(node, q);
      }
    }
  });

  it('keeps stops off motorways', () => {
    for (const node of routes.stops) {
      const arcs = network.arcs.subarray(network.first[node], network.first[node + 1]);
      assert.ok(!arcs.every((arc) => network.roadType[arc >> 1] === HIGHWAY));
    }
  });

  it('has lights where the file has them, and roundabouts whose entries give way', () => {
    assert.equal(network.control.filter((control) => control === SIGNAL).length, 2);
    for (let e = 0; e < network.edgeCount; e++) {
      if ((network.flags[e]! & ROUNDABOUT) === 0) continue;
      assert.equal(network.control[network.from[e]!], ROUNDABOUT_ENTRY);
    }
  });

  it('has places of every kind', () => {
    for (const nodes of Object.values(findPlaces('town', network, routes))) assert.ok(nodes.length > 0);
  });
});
