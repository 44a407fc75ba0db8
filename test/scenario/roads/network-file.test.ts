import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FleetgenError } from '#src/base/errors.js';
import { createBatch } from '#src/columns/batch.js';
import { ROAD_TYPES } from '#src/columns/telemetry.js';
import { planDataset } from '#src/plan/dataset.js';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { networkOf } from '#src/scenario/roads/network-file.js';
import { createRecordSource } from '#src/simulate/record-source.js';
import { compileWorld } from '#src/world/compile-world.js';
import { TUNNEL } from '#src/world/roads/network.js';
import { refusalOf, type ScenarioFiles, scenarioFiles } from '../scenario-files.js';

const STREETS = 6;
const STEP = 0.005;

/** A grid of streets around [latitude, longitude] with a highway along its south. */
function town(latitude: number, longitude: number): object[] {
  const at = (i: number, j: number): [number, number] => [longitude + j * STEP, latitude + i * STEP];
  const along = Array.from({ length: STREETS }, (_, i) => i);
  return [
    ...along.map((i) =>
      line(
        along.map((j) => at(i, j)),
        i === 0 ? { road_type: 'highway', speed_limit_kmh: 100 } : { road_type: 'city' },
      ),
    ),
    ...along.map((j) =>
      line(
        along.map((i) => at(i, j)),
        { road_type: 'rural', tunnel: j === 2, dead_zone: j === 4, zone: j === 1 ? 'centre' : 'rural' },
      ),
    ),
  ];
}

function line(coordinates: readonly (readonly number[])[], properties: object): object {
  return { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties };
}

const collection = (features: readonly unknown[]): string => JSON.stringify({ type: 'FeatureCollection', features });

function refused(text: string): string {
  try {
    networkOf(text, 'roads.geojson');
  } catch (error) {
    assert.ok(error instanceof FleetgenError);
    assert.equal(error.exitCode, 2);
    return error.message;
  }
  throw new Error('nothing was refused');
}

const BAD: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['invalid JSON', '{', /^roads\.geojson: not valid JSON/],
  ['another JSON value', '[]', /not a GeoJSON FeatureCollection/],
  ['null', 'null', /not a GeoJSON FeatureCollection/],
  ['no features', '{"type": "FeatureCollection"}', /not a GeoJSON FeatureCollection/],
  ['an empty feature collection', collection([]), /largest connected part has 0 points and 0\.0 km/],
  [
    'a point',
    collection([{ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] } }]),
    /features\[0\] is "Point": give LineStrings only/,
  ],
  ['null as a feature', collection([null]), /features\[0\] is missing: give LineStrings only/],
  [
    'a missing road type',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        {},
      ),
    ]),
    /features\[0\] has road_type missing: give city, highway, rural/,
  ],
  [
    'an invalid road type',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        { road_type: 'street' },
      ),
    ]),
    /road_type "street"/,
  ],
  [
    'an invalid zone',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        { road_type: 'city', zone: 'x' },
      ),
    ]),
    /zone "x": give centre, urban/,
  ],
  [
    'an invalid limit',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        { road_type: 'city', speed_limit_kmh: 500 },
      ),
    ]),
    /speed_limit_kmh 500: give a whole number from 10 to 200/,
  ],
  [
    'a limit as text',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        { road_type: 'city', speed_limit_kmh: '50' },
      ),
    ]),
    /speed_limit_kmh "50"/,
  ],
  [
    'an invalid flag',
    collection([
      line(
        [
          [1, 2],
          [1, 3],
        ],
        { road_type: 'city', tunnel: 1 },
      ),
    ]),
    /tunnel 1: give true or false/,
  ],
  [
    'a latitude too high',
    collection([
      line(
        [
          [1, 85],
          [1, 3],
        ],
        { road_type: 'city' },
      ),
    ]),
    /^roads\.geojson: features\[0\]\.geometry\.coordinates\[\d\] is \[.*\]: give longitude, then latitude, from -80 to 80$/,
  ],
  [
    'text instead of numbers',
    collection([line([['a', 'b'] as never], { road_type: 'city' })]),
    /features\[0\]\.geometry\.coordinates\[0\] is \["a","b"\]: give a pair of numbers/,
  ],
  ...(
    [
      [
        'metres instead of degrees',
        [[1489000, 6890000]],
        /coordinates\[0\] is \[1489000,6890000\], beyond the globe: give/,
      ],
      [
        'a longitude past 180',
        [
          [179.9, 5],
          [180.1, 5],
        ],
        /coordinates\[1\] is \[180\.1,5\], beyond the globe: give degrees/,
      ],
      ['a latitude past the pole', [[5, 90.5]], /coordinates\[0\] is \[5,90\.5\], beyond the globe: give degrees/],
      ['no list', 'x', /features\[1\]\.geometry\.coordinates is "x": give a list of \[longitude, latitude\] pairs$/],
    ] as const
  ).map(
    ([what, points, says]) =>
      [
        what,
        collection([
          line(
            [
              [1, 2],
              [1, 3],
            ],
            { road_type: 'city' },
          ),
          line(points as never, { road_type: 'city' }),
        ]),
        says,
      ] as const,
  ),
  [
    'a village',
    collection([
      line(
        [
          [1, 2],
          [1, 2.01],
        ],
        { road_type: 'city' },
      ),
    ]),
    /has 2 points and 1\.1 km of road: give at least 20 points and 5 km/,
  ],
  [
    'too many roads',
    collection([
      line(
        Array.from({ length: 60_002 }, (_, i) => [i / 1000, 1]),
        { road_type: 'rural' },
      ),
    ]),
    /more than 60000 pieces/,
  ],
];

describe('a network from a GeoJSON file', () => {
  let files: ScenarioFiles;
  before(async () => {
    files = await scenarioFiles();
  });
  after(() => files.remove());

  for (const [what, text, says] of BAD) {
    it(`is refused for ${what}`, () => assert.match(refused(text), says));
  }

  it('joins lines where they meet and leaves out what is disconnected', () => {
    const apart = line(
      [
        [20, 20],
        [20.1, 20.1],
        [20.1, 20.1],
      ],
      { road_type: 'rural' },
    );
    const { nodes, roads } = networkOf(collection([apart, ...town(48, 8)]), 'x');
    assert.equal(nodes.length, STREETS * STREETS);
    assert.equal(roads.length, 2 * STREETS * (STREETS - 1));
    assert.deepEqual(nodes[0], [48, 8]);
    assert.deepEqual(roads[0], {
      from: 0,
      to: 1,
      road_type: 'highway',
      speed_limit_kmh: 100,
      tunnel: false,
      dead_zone: false,
    });
  });

  it('continues across the antimeridian', () => {
    const over = JSON.parse(collection(town(-17, 179.99)), (key, value) =>
      key === '0' && typeof value === 'number' && value > 180 ? value - 360 : value,
    );
    const { nodes } = networkOf(JSON.stringify(over), 'x');
    assert.equal(nodes.length, STREETS * STREETS);
    assert.ok(nodes.every(([, longitude]) => longitude > 179.98 && longitude < 180.05));
    assert.ok(nodes.some(([, longitude]) => longitude > 180));
  });

  it('is the network that vehicles of the region drive on', async () => {
    await files.write('town.geojson', collection(town(48, 8)));
    const only = 'munich: null, madrid: null, warsaw: null, chicago: null';
    const { scenario } = await files.load(`regions: {${only}, berlin: {network: town.geojson}}`);
    const dataset = planDataset({ seed: 3, start: '2026-03-02', intervalSeconds: 10, vehicles: 12, days: 2, scenario });
    const batch = createBatch(dataset.telemetry, dataset.rows);
    assert.equal(createRecordSource(dataset, 0, dataset.rows).fill(batch), dataset.rows);
    const { latitude, longitude, road_type, gps_loss_event } = batch.arrays;
    const types = new Set<string | undefined>();
    let inTown = 0;
    let positions = 0;
    for (let row = 0; row < dataset.rows; row++) {
      types.add(ROAD_TYPES[road_type![row]!]);
      if (gps_loss_event![row] === 1) continue;
      positions++;
      const [north, east] = [latitude![row]! / 1e6 - 48, longitude![row]! / 1e6 - 8];
      // A margin of two hundred metres for the receiver's error.
      if (north > -0.002 && north < 0.027 && east > -0.003 && east < 0.028) inTown++;
    }
    assert.deepEqual([...types].sort(), ['city', 'highway', 'rural']);
    // Rare faults move a position away.
    assert.ok(inTown > 0.999 * positions, `${inTown} of ${positions}`);
  });

  it("takes a road's missing properties from the scenario", async () => {
    await files.write('town.geojson', collection(town(48, 8)));
    const { scenario } = await files.load('regions: {berlin: {network: town.geojson}}\nroads: {limits: {rural: 71}}');
    const { network } = compileWorld(scenario, 10_000).regions[0]!;
    assert.deepEqual(
      [...new Set(network.limitKmh)].sort((a, b) => a - b),
      [50, 71, 100],
    );
    assert.equal([...network.flags].filter((flags) => flags & TUNNEL).length, STREETS - 1);
  });

  it('is part of the scenario hash by its content, not its name', async () => {
    const hash = async (name: string, content: string): Promise<string> => {
      await files.write(name, content);
      const { scenario } = await files.load(`regions: {berlin: {network: ${name}}}`);
      return planDataset({ seed: 1, start: '2026-01-05', intervalSeconds: 10, vehicles: 1, days: 1, scenario })
        .scenarioHash;
    };
    const first = await hash('a.geojson', collection(town(48, 8)));
    assert.equal(await hash('b.geojson', collection(town(48, 8))), first);
    assert.notEqual(await hash('a.geojson', collection(town(48.1, 8))), first);
  });

  it('is found beside the file that names it', async () => {
    await mkdir(join(files.folder, 'deeper'));
    await files.write('deeper/town.geojson', collection(town(48, 8)));
    const path = await files.write('deeper/scenario.yaml', 'regions: {berlin: {network: town.geojson}}');
    const { scenario, document } = await resolveScenario(path);
    assert.equal(scenario.regions.berlin?.network?.nodes.length, STREETS * STREETS);
    assert.deepEqual(
      (document as { regions: Record<string, { network?: string }> }).regions.berlin?.network,
      join(files.folder, 'deeper/town.geojson'),
    );
  });

  it('is reported at its place in the scenario if it is missing or invalid', async () => {
    assert.match(
      await files.refusal('regions:\n  berlin:\n    network: gone.geojson\n'),
      /^FILE:3:14: regions\.berlin\.network: there is no file .*gone\.geojson/,
    );
    await files.write('list.geojson', '[]');
    assert.match(
      await files.refusal('', [`regions.berlin.network=${files.folder}/list.geojson`]),
      /^--set .*: regions\.berlin\.network: .*not a GeoJSON/,
    );
    assert.match(
      await refusalOf(() => resolveScenario('default', [`regions.berlin.network=${files.folder}`])),
      /is a folder/,
    );
  });
});
