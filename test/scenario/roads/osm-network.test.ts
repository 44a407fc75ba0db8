/** An OpenStreetMap export becomes a network: tags, one-way roads, ramps, traffic lights; and what is rejected. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FleetgenError } from '#src/base/errors.js';
import type { NetworkRoad, RegionNetwork } from '#src/scenario/model/scenario.js';
import { networkOf } from '#src/scenario/roads/network-file.js';
import { roadOfTags, speedOf, tagsOf } from '#src/scenario/roads/osm-tags.js';

const path = new URL('../../../../test/scenario/fixtures/small-town.geojson', import.meta.url);
const text = readFileSync(path, 'utf8');
const town = networkOf(text, 'small-town.geojson');

const LAT = 50;
const LON = 10;

/** The node at metres east and north of the town's middle. */
function nodeAt({ nodes }: RegionNetwork, x: number, y: number): number {
  return nodes.findIndex(
    ([latitude, longitude]) =>
      Math.abs((longitude - LON) * 71500 - x) < 2 && Math.abs((latitude - LAT) * 111195 - y) < 2,
  );
}

function between(network: RegionNetwork, a: readonly [number, number], b: readonly [number, number]): NetworkRoad[] {
  const [p, q] = [nodeAt(network, ...a), nodeAt(network, ...b)];
  return network.roads.filter(({ from, to }) => (from === p && to === q) || (from === q && to === p));
}

const SPEEDS: readonly (readonly [tag: unknown, kmh: number | undefined])[] = [
  ['50', 50],
  [30, 30],
  ['50 km/h', 50],
  ['30 mph', 48],
  ['30mph', 48],
  ['none', 130],
  ['walk', 10],
  ['DE:urban', 50],
  ['FR:rural', 80],
  ['RO:motorway', 120],
  ['DE:zone:30', 30],
  ['DE:zone30', 30],
  ['50;30', 50],
  [['40', '60'], 40],
  ['signals', undefined],
  ['variable', undefined],
  ['5', 10],
  [null, undefined],
  ['', undefined],
];

describe("OpenStreetMap's tags", () => {
  for (const [tag, kmh] of SPEEDS) {
    it(`give ${kmh ?? 'no limit'} for maxspeed ${JSON.stringify(tag)}`, () => {
      assert.equal(speedOf(tag), kmh);
    });
  }

  it('exclude roads that are closed to cars', () => {
    for (const highway of ['footway', 'cycleway', 'path', 'construction', 'track', 'steps', 'pedestrian', 'proposed']) {
      assert.equal(roadOfTags({ highway }), undefined, highway);
    }
    assert.equal(roadOfTags({ highway: 'residential', access: 'private' }), undefined);
    assert.equal(roadOfTags({ highway: 'residential', access: 'no', motor_vehicle: 'yes' })?.rank, 4);
    assert.equal(roadOfTags({ highway: 'service', service: 'parking_aisle' }), undefined);
  });

  it('imply one-way on motorways and roundabouts', () => {
    assert.equal(roadOfTags({ highway: 'motorway' })?.one_way, true);
    assert.equal(roadOfTags({ highway: 'motorway', oneway: 'no' })?.one_way, undefined);
    assert.equal(roadOfTags({ highway: 'primary', junction: 'roundabout' })?.one_way, true);
    assert.equal(roadOfTags({ highway: 'primary' })?.one_way, undefined);
    assert.equal(roadOfTags({ highway: 'primary', oneway: '-1' })?.against, true);
  });

  it('are found in the fields of ogr2ogr, pyrosm and overpass', () => {
    const wanted = { highway: 'residential', maxspeed: '30' };
    assert.deepEqual(tagsOf({ highway: 'residential', other_tags: '"maxspeed"=>"30"' }).maxspeed, wanted.maxspeed);
    assert.equal(tagsOf({ highway: 'residential', maxspeed: null, tags: '{"maxspeed":"30"}' }).maxspeed, '30');
    assert.equal(tagsOf({ tags: { highway: 'residential' } }).highway, 'residential');
  });
});

describe('a town exported from OpenStreetMap', () => {
  it('is one connected network of junctions, with courses in between', () => {
    const { nodes, roads } = town;
    const degree = new Int32Array(nodes.length);
    for (const { from, to } of roads) {
      degree[from]!++;
      degree[to]!++;
      assert.notEqual(from, to);
    }
    const [motorway] = between(town, [400, -800], [3000, -800]);
    assert.equal(motorway?.shape?.length, 1);
    assert.equal(nodeAt(town, 1500, -815), -1);
    assert.equal(nodeAt(town, -420, -460), -1, 'the driveway is left out, so nothing meets there');
  });

  it('has one-way motorways with ramps, and the advised speed where there is no limit', () => {
    const [east] = between(town, [-3000, -800], [-400, -800]);
    assert.deepEqual(
      { type: east?.road_type, way: east?.one_way, limit: east?.speed_limit_kmh, rank: east?.rank },
      { type: 'highway', way: true, limit: 130, rank: 0 },
    );
    assert.equal(east?.from, nodeAt(town, -3000, -800));
    const [exit] = between(town, [400, -775], [0, -680]);
    assert.deepEqual([exit?.ramp, exit?.speed_limit_kmh, exit?.road_type], [true, 64, 'highway']);
  });

  it('turns streets drawn against their direction', () => {
    const [west] = between(town, [-300, 200], [0, 200]);
    assert.deepEqual([west?.from, west?.to], [nodeAt(town, 0, 200), nodeAt(town, -300, 200)]);
    assert.equal(west?.one_way, true);
  });

  it('has a roundabout, a tunnel, and lights where they are tagged', () => {
    assert.ok(town.roads.filter((road) => road.roundabout === true).every((road) => road.one_way === true));
    assert.equal(between(town, [0, 0], [0, 200])[0]?.tunnel, true);
    assert.deepEqual(new Set(town.signals), new Set([nodeAt(town, 0, 0), nodeAt(town, 0, -560)]));
  });

  it('distinguishes town and country by class, limit and density', () => {
    assert.equal(between(town, [0, 400], [-30, 2500])[0]?.road_type, 'rural');
    assert.equal(between(town, [-300, 0], [-300, 200])[0]?.road_type, 'city');
    assert.equal(roadOfTags({ highway: 'unclassified' })?.road_type, undefined);
  });

  it('joins the parts of a MultiLineString', () => {
    assert.equal(between(town, [-600, 200], [-300, 400]).length, 1);
  });
});

describe('a network over the antimeridian', () => {
  it('continues beyond 180 degrees', () => {
    const shifted = text.replace(/\[(9|10)\.(\d+), /g, (_, whole: string, rest: string) => {
      const longitude = Number(`${whole}.${rest}`) + 170;
      return `[${(longitude > 180 ? longitude - 360 : longitude).toFixed(7)}, `;
    });
    const { nodes, roads } = networkOf(shifted, 'x');
    const longitudes = nodes.map(([, longitude]) => longitude);
    assert.equal(roads.length, town.roads.length);
    assert.ok(Math.min(...longitudes) > 179.9 && Math.max(...longitudes) < 180.1);
  });
});

describe('an export with an impossible place', () => {
  for (const [what, point] of [
    ['a longitude beyond 180', '[181.5, 50.1]'],
    ['a latitude beyond 80', '[10.1, 86]'],
    ['a text', '["a", 50]'],
  ] as const) {
    it(`is refused for ${what}`, () => {
      const bad = `{ "type": "FeatureCollection", "features": [ { "type": "Feature", "properties": { "highway": "residential" },
        "geometry": { "type": "LineString", "coordinates": [[10, 50], ${point}] } } ] }`;
      assert.throws(
        () => networkOf(bad, 'roads.geojson'),
        (error) =>
          error instanceof FleetgenError &&
          error.exitCode === 2 &&
          /^roads\.geojson: features\[0\]\.geometry\.coordinates\[1\] is \[.*\](: give|, beyond)/.test(error.message),
      );
    });
  }
});
