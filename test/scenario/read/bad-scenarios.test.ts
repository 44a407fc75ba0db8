import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { resolveScenario } from '#src/scenario/read/resolve-scenario.js';
import { refusalOf, type ScenarioFiles, scenarioFiles } from '../scenario-files.js';

/** A description, the content of a file, and the error expected for it. */
const BAD: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['an unknown section', 'event:\n  x: 1\n', /^FILE:1:1: unknown key "event": did you mean events\?$/],
  [
    'an unknown key',
    'events:\n  braking_event:\n    per_houer: 3\n',
    /^FILE:3:5: unknown key "per_houer" in events\.braking_event: did you mean per_hour\?$/,
  ],
  ['a key unlike any valid one', 'label:\n  zzzzzz: 3\n', /^FILE:2:3: unknown key .* known are base, weather/],
  [
    'a word for a number',
    'events:\n  braking_event: {per_hour: often}\n',
    /^FILE:2:29: events\.braking_event\.per_hour is "often": give a number from 0 to 100$/,
  ],
  ['a number for a map', 'weather: 3\n', /^FILE:1:10: weather is 3: give a map/],
  ['a list for a map', 'weather:\n  speed: [1, 2]\n', /^FILE:2:10: weather\.speed is \[1,2\]: give a map/],
  ['a list at the top level', '- 1\n', /^FILE:1:1: the scenario is \[1\]: give a map/],
  ['a string at the top level', 'hello\n', /^FILE:1:1: the scenario is "hello": give a map/],
  ['a chance above 1', 'dirt: {missing_position: 1.5}', /^FILE:1:26: .*is 1\.5: give a number from 0 to 1$/],
  ['a chance below 0', 'dirt: {missing_position: -0.1}', /is -0\.1: give a number from 0 to 1$/],
  ['a missing number', 'dirt: {missing_position: .nan}', /is "NaN": give a number from 0 to 1$/],
  ['an infinite number', 'events: {braking_event: {per_hour: .inf}}', /is "Infinity": give a number from 0 to 100$/],
  [
    'a fractional number of rounds',
    'fleet: {classes: {taxi: {rounds: [1.5, 2]}}}',
    /rounds\[0\] is 1\.5: give a whole number from 1/,
  ],
  ['yes for true', 'fleet: {classes: {taxi: {depot: yes}}}', /depot is "yes": give true or false$/],
  ['23 hours', `events: {braking_event: {hours: [${'1,'.repeat(22)}1]}}`, /give a list of 24 numbers from 0 to 100$/],
  ['8 weekdays', 'fleet: {classes: {taxi: {weekday_weights: [1,1,1,1,1,1,1,1]}}}', /give a list of 7 numbers/],
  ['11 months', `regions: {berlin: {fog: [${'0,'.repeat(10)}0]}}`, /fog is .*: give a list of 12 numbers from 0 to 1$/],
  [
    'a word in a list',
    'fleet:\n  classes:\n    taxi:\n      weekday_weights: [1, 1, x, 1, 1, 1, 1]\n',
    /^FILE:4:31: fleet\.classes\.taxi\.weekday_weights\[2\] is "x": give a number/,
  ],
  ['an invalid date', 'fleet: {commissioned: {from: tomorrow}}', /is "tomorrow": give a date .*YYYY-MM-DD$/],
  ['30 February', 'fleet: {commissioned: {from: 2020-02-30}}', /^FILE:1:30: .* which is not a calendar date$/],
  [
    'dates in the wrong order',
    'fleet: {commissioned: {from: 2023-01-01, to: 2020-01-01}}',
    /give the earlier day first$/,
  ],
  [
    'no class',
    'fleet: {classes: {company_car: , delivery_van: , long_haul_truck: , taxi: }}',
    /fleet\.classes has no class/,
  ],
  ['no device with a share', 'fleet: {devices: {TRK-100: {share: 0}, TRK-200: null, OBD-lite: null}}', /has no device/],
  [
    'no region',
    'regions:\n  berlin: null\n  munich: null\n  madrid: null\n  warsaw: null\n  chicago: null\n',
    /^FILE:1:1: regions has no region with a share above 0: give at least one$/,
  ],
  [
    'a range in the wrong order',
    'fleet: {classes: {taxi: {stop_minutes: [9, 2]}}}',
    /is \[9, 2\]: give the smaller number first$/,
  ],
  [
    'too many rounds',
    'fleet: {classes: {taxi: {rounds: [1, 9]}}}',
    /rounds\[1\] is 9: give a whole number from 1 to 8$/,
  ],
  ['no driving day', 'fleet: {classes: {taxi: {driving_days: [0,0,0,0,0,0,0]}}}', /are all 0: give a day some chance$/],
  ['nights away without a depot', 'fleet: {classes: {taxi: {nights_away: 0.5}}}', /needs depot: true, the base/],
  [
    'a week without driving',
    'fleet: {classes: {taxi: {weekday_weights: [0,0,0,0,0,0,0]}}}',
    /weekday_weights are all 0/,
  ],
  ['an unknown profile', 'fleet: {classes: {taxi: {departures: shift}}}', /\(shift\): did you mean shifts\?$/],
  [
    'a profile without a usable hour',
    `time: {departures: {early: {weekend: [${'0,'.repeat(23)}0]}}}`,
    /weights are all 0/,
  ],
  ['no commuters', 'time: {departures: {commuter: null}}', /^FILE:1:\d+: time\.departures lacks commuter/],
  [
    'an unknown time zone',
    'regions: {berlin: {time_zone: Europe/Berlln}}',
    /^FILE:1:31: .*Berlln, which does not exist/,
  ],
  ['a property of Object as time zone', 'regions: {berlin: {time_zone: __proto__}}', /__proto__, which does not exist/],
  [
    'holidays of an unknown region',
    'time: {holidays: {berln: [2026-01-01]}}',
    /no region \(berln\): did you mean berlin\?$/,
  ],
  [
    'an invalid holiday',
    'time: {holidays: {berlin: [2026-02-31]}}',
    /holidays\.berlin\[0\] is 2026-02-31, which is not a calendar date/,
  ],
  [
    'rain and fog at once',
    `regions: {berlin: {precipitation: [${'0.99,'.repeat(11)}0.9]}}`,
    /add up to more than 1 in month/,
  ],
  [
    'a city too large',
    'roads: {block_m: 200}\nregions: {berlin: {city_radius_km: 20}}',
    /^FILE:2:36: regions\.berlin\.city_radius_km is 20: with roads\.block_m 200 give from 0\.4 to 18$/,
  ],
  ['latitude and longitude swapped', 'regions: {chicago: {centre: [-87.65, 41.881]}}', /has latitude -87\.65/],
  [
    'traffic thresholds in the wrong order',
    'traffic: {medium_above: 2}',
    /traffic\.medium_above is 2: give at most high_above, 0\.8$/,
  ],
  ['more faults than days', 'devices: {reboot: {per_1000_days: 999}, teleport: {per_1000_days: 999}}', /1000 or less$/],
  ['more dirt than records', 'dirt: {missing_position: 0.6, speed_outlier: 0.6}', /give at most 1 in total$/],
  ['an excessive lateness', 'sensors: {max_lateness_minutes: 600}', /give a number from 2 to 90$/],

  [
    'removing a built-in event',
    'events: {braking_event: null}',
    /^FILE:1:25: events\.braking_event is null, but it can't be removed: give a map/,
  ],
  [
    'removing an unknown entry',
    'regions:\n  berln: null\n',
    /^FILE:2:3: regions\.berln is null.*did you mean berlin\?$/,
  ],
  [
    'removing a required value',
    'sensors: {signal_spread_db: null}',
    /is null, but it can't be removed: give a number from 0 to 30$/,
  ],
  [
    'a misspelt built-in entry',
    'regions:\n  berln: {share: 0.5}\n',
    /^FILE:2:3: regions\.berln lacks centre: add it, or did you mean berlin\?$/,
  ],
  [
    'an event without a rate',
    'events: {door_open_event: {severity: 5}}',
    /events\.door_open_event lacks per_hour: add it$/,
  ],
  [
    'a key that a built-in event ignores',
    'events: {lane_change_event: {duration_seconds: 9}}',
    /unknown key "duration_seconds"/,
  ],

  [
    'a name with capitals',
    'events:\n  DoorOpen: {severity: 1, per_hour: 1}\n',
    /^FILE:2:3: "DoorOpen" can't be a name in events/,
  ],
  ['a name with SQL in it', 'metrics: {"x\\"; drop table y": {mean: 1, spread: 1, range: [0, 2]}}', /can't be a name/],
  ['a name of 41 characters', `events: {${'a'.repeat(41)}: {severity: 1, per_hour: 1}}`, /up to 40/],
  ['a prototype as a name', 'regions: {__proto__: {share: 1}}', /can't be a name|unknown key/],
  ['a column as a name', 'metrics: {speed_kmh: {mean: 1, spread: 1, range: [0, 2]}}', /a column has it/],
  ["the vehicle table's column", 'metrics: {region: {mean: 1, spread: 1, range: [0, 2]}}', /a column has it/],
  ["a message's field", 'metrics: {received_at: {mean: 1, spread: 1, range: [0, 2]}}', /a column has it/],
  [
    'a reserved word of SQL',
    'events: {select: {severity: 1, per_hour: 1}}',
    /metrics|events\.select can't.*reserved word of SQL/,
  ],
  ["JavaScript's word", 'events: {constructor: {severity: 1, per_hour: 1}}', /events\.constructor can't.*reserved/],
  [
    'a duplicate event type',
    'events: {braking: {severity: 1, per_hour: 1}}',
    /event_type, braking, is that of braking_event/,
  ],
  ['normal', 'events: {normal_event: {severity: 1, per_hour: 1}}', /event_type, normal, is that of normal/],
  ['a cause', 'events: {tunnel: {severity: 1, per_hour: 1}}', /cause in the ground truth table/],
  [
    'an event and a metric with the same name',
    'events: {x: {severity: 1, per_hour: 1}}\nmetrics: {x: {mean: 1, spread: 1, range: [0, 2]}}',
    /^FILE:2:11: metrics\.x can't have this name: a column has it; give it another$/,
  ],

  [
    'a trigger of an unknown event',
    'events: {braking_event: {triggers: {colision_alert: {chance: 1}}}}',
    /\(colision_alert\): did you mean collision_alert\?$/,
  ],
  [
    'an event that triggers itself',
    'events:\n  a_event:\n    severity: 1\n    per_hour: 1\n    triggers:\n      a_event: {chance: 0.1}\n',
    /^FILE:6:7: events\.a_event would trigger itself in a cycle \(a_event -> a_event\)/,
  ],
  [
    'events that trigger one another',
    'events:\n  collision_alert:\n    triggers: {speeding_event: {chance: 0.1}}\n',
    /would trigger itself in a cycle \(\w+ -> \w+ -> \w+( -> \w+)?\)/,
  ],
  [
    'more braking than driving',
    'events:\n  braking_event:\n    per_hour: 9\n',
    /^FILE:3:15: events\.braking_event\.per_hour begins up to 33\.4 times an hour, .*: bring that to 15 or less$/,
  ],
  [
    'braking by triggers',
    'events: {a_event: {severity: 1, per_hour: 50, triggers: {braking_event: {chance: 0.5}}}}',
    /braking_event\.per_hour begins up to 29\.\d times an hour/,
  ],
  ['a trigger without a chance', 'events: {speeding_event: {triggers: {lane_change_event: {}}}}', /lacks chance/],

  [
    'a metric with its range reversed',
    'metrics: {m: {mean: 1, spread: 1, range: [2, 0]}}',
    /give the smaller number first$/,
  ],
  [
    'a mean out of range',
    'metrics: {m: {mean: 9, spread: 1, range: [0, 2]}}',
    /mean is 9, outside its range \[0, 2\]$/,
  ],
  [
    'a metric without a possible value',
    'metrics: {m: {mean: 0.5, spread: 1, range: [0.4, 0.6], decimals: 0}}',
    /range is \[0\.4, 0\.6\], with no value of 0 decimals in it: give more decimals$/,
  ],
  [
    'a metric with too many digits',
    'metrics: {m: {mean: 9, spread: 1, range: [0, 2e6], decimals: 6}}',
    /fewer decimals/,
  ],
  ['a unit with a line break', 'metrics: {m: {mean: 1, spread: 1, range: [0, 2], unit: "a\\nb"}}', /give one line/],
];

const HOSTILE: readonly (readonly [what: string, content: string | Uint8Array, says: RegExp])[] = [
  ['invalid YAML', 'fleet: [1, 2\nx: 1\n', /^FILE:\d+:\d+: not valid YAML/],
  ['a duplicate key', 'dirt: {}\ndirt: {}\n', /^FILE:2:1: "dirt" stands twice in this map: keep one$/],
  ['a merge key', 'a: &a {}\n<<: *a\n', /^FILE:2:1: merge keys/],
  ['a tag', 'dirt: !!js/function "x"\n', /^FILE:1:7: not valid YAML/],
  ['a map as a key', '? {a: 1}\n: 2\n', /^FILE:1:3: a key must be a word/],
  ['an alias without an anchor', 'dirt: *nowhere\n', /^FILE:1:\d+: /],
  ['two documents', 'dirt: {}\n---\ndirt: {}\n', /a second document begins/],
  ['an alias bomb', `${bomb()}\n`, /^FILE:1:1: repeats values by alias/],
  ['deep brackets', '['.repeat(900_000), /^FILE:1:\d+: nested too deeply/],
  ['deep braces', '{a: '.repeat(200_000), /nested too deeply/],
  ['deep dashes', '- '.repeat(400_000), /nested too deeply/],
  ['deep blocks', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), /nested too deeply/],
  ['thousands of keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join(''), /^FILE:1:1: unknown key "k0"/],
  ['bytes that are not UTF-8', Uint8Array.of(0x64, 0x69, 0xff, 0xfe, 0x3a), /^FILE is not UTF-8 text/],
  ['a file too large', new Uint8Array(1_000_001).fill(0x20), /^FILE is larger than 1 MB/],
];

function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i++) {
    const before = String.fromCharCode(96 + i);
    lines.push(
      `${String.fromCharCode(97 + i)}: &${String.fromCharCode(97 + i)} [${`*${before}, `.repeat(9)}*${before}]`,
    );
  }
  return lines.join('\n');
}

const BAD_SETS: readonly (readonly [set: string, says: RegExp])[] = [
  ['events.braking_event.per_hour=often', /^--set events\.braking_event\.per_hour=often: .* is "often": give a number/],
  ['events.braking_event.per_houer=3', /unknown key "per_houer" in events\.braking_event: did you mean per_hour\?$/],
  ['roads.towns', /give a path and a value/],
  ['=3', /give a path and a value/],
  ['roads..towns=3', /give a path and a value/],
  ['roads.towns=', /give a value, or null/],
  ['roads.towns=[', /^--set roads\.towns=\[: not valid YAML/],
  ['__proto__.polluted=1', /unknown key "__proto__"/],
  ['regions.berlin.fog.0=0.5', /^--set .*fog is \{"0":0\.5\}: give a list of 12/],
  ['regions.nowhere=null', /it does not exist: leave it out$/],
  ['events.collision_alert.triggers.braking_event.chance=1', /^--set .*trigger itself in a cycle/],
];

describe('an invalid scenario', () => {
  let files: ScenarioFiles;
  before(async () => {
    files = await scenarioFiles();
  });
  after(() => files.remove());

  for (const [what, text, says] of BAD) {
    it(`is refused for ${what}`, async () => assert.match(await files.refusal(text), says));
  }
  for (const [what, content, says] of HOSTILE) {
    it(`is refused for ${what}`, async () => assert.match(await files.refusal(content), says));
  }
  for (const [set, says] of BAD_SETS) {
    it(`is refused for --set ${set}`, async () => assert.match(await files.refusal('', [set]), says));
  }

  it('does not modify objects', async () => {
    await files.refusal('{"__proto__": {"polluted": 1}}');
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it('is named if it is not a file', async () => {
    assert.match(
      await refusalOf(() => resolveScenario('wintr-storm')),
      /no scenario file wintr-storm: did you mean winter-storm\?/,
    );
    assert.match(
      await refusalOf(() => resolveScenario('/no/such/file.yaml')),
      /give the path of a file or one of default, winter-storm/,
    );
    assert.match(await refusalOf(() => resolveScenario(files.folder)), /is a folder: give the path of a scenario file/);
    assert.match(await refusalOf(() => resolveScenario('/dev/zero')), /\/dev\/zero is larger than 1 MB/);
  });

  it('is reported at the place that set the value last', async () => {
    const file = 'traffic:\n  medium_above: 0.7\n  high_above: 0.6\n';
    assert.match(
      await files.refusal(file),
      /^FILE:2:17: traffic\.medium_above is 0\.7: give at most high_above, 0\.6$/,
    );
    assert.match(await files.refusal('', ['traffic.medium_above=0.9']), /^--set traffic\.medium_above=0\.9: /);
  });
});
