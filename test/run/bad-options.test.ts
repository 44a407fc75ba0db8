import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GenerateOptions, generate } from '#src/run/generate.js';
import { loadScenario } from '#src/scenario/read/load-scenario.js';

describe('generate, called without type checking, rejects invalid options', () => {
  for (const [options, message] of [
    [{ ifExists: 'bogus' }, 'ifExists is "bogus": give one of fail, append, replace, resume'],
    [{ copyFormat: 'text' }, 'copyFormat is "text": give one of binary, csv'],
    [{ to: 7 }, 'to is 7: give a text'],
    [{ table: null }, 'table is null: give a text'],
    [{ truth: 'no' }, 'truth is "no": give true or false'],
    [{ rowz: 5 }, 'unknown option "rowz": did you mean rows?'],
    [{ ifexists: 'replace' }, 'unknown option "ifexists": did you mean ifExists?'],
    [{ 'if-exists': 'replace' }, 'unknown option "if-exists": did you mean ifExists?'],
    [{ start: 'garbage' }, 'start is "garbage": give a day of the calendar, such as 2026-01-05'],
    [{ start: '2026-02-31' }, 'start is "2026-02-31": give a day of the calendar, such as 2026-01-05'],
    [{ start: null }, 'start is null: give a day of the calendar, such as 2026-01-05'],
    [{ workers: 1.5 }, 'workers is 1.5: give a whole number from 1 to 256, such as 4'],
    [{ keepPrevious: -1 }, 'keepPrevious is -1: give a whole number from 0 to 100, such as 3'],
    [{ range: 5 }, 'range is 5: give a pair [from, to], such as [0, 500000]'],
    [{ range: '0:5' }, 'range is "0:5": give a pair [from, to], such as [0, 500000]'],
    [{ signal: {} }, "signal is an object: give an AbortController's signal"],
    [{ onProgress: true }, 'onProgress is true: give a function'],
    [{ scenario: 5 }, /^scenario is 5: give the name of a shipped scenario, the path of a file or what loadScenario/],
    [{ rows: '10' }, /^rows is "10": give a whole number/],
  ] as const) {
    it(JSON.stringify(options), () =>
      assert.rejects(generate({ to: 'null', rows: 10, ...options } as unknown as GenerateOptions), {
        code: 'BAD_OPTION',
        exitCode: 2,
        message,
      }),
    );
  }

  for (const options of [null, 5, 'rows', []]) {
    it(`rejects ${String(options)} as options`, () =>
      assert.rejects(generate(options as unknown as GenerateOptions), { code: 'BAD_OPTION', exitCode: 2 }));
  }
});

it('generate takes a scenario by its name, as loaded, or the scenario in that', async () => {
  const loaded = await loadScenario('winter-storm');
  const hashes = [];
  for (const scenario of ['winter-storm', loaded, loaded.scenario]) {
    hashes.push((await generate({ to: 'null', rows: 10, scenario })).scenarioHash);
  }
  assert.equal(new Set(hashes).size, 1);
  assert.notEqual(hashes[0], (await generate({ to: 'null', rows: 10 })).scenarioHash);
});
