/** docs/scenario.md against the code: its examples load, and it describes every section. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { defaultScenario } from '#src/scenario/read/default-scenario.js';
import { SHIPPED } from '#src/scenario/read/shipped.js';
import { type ScenarioFiles, scenarioFiles } from '../scenario/scenario-files.js';

const text = readFileSync(new URL('../../../docs/scenario.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1]!);

describe('docs/scenario.md', () => {
  let files: ScenarioFiles;
  before(async () => {
    files = await scenarioFiles();
  });
  after(() => files.remove());

  it('has examples', () => assert.ok(examples.length >= 4));

  for (const [i, example] of examples.entries()) {
    it(`has an example ${i + 1} that loads and changes something`, async () => {
      assert.notDeepEqual((await files.load(example)).scenario, defaultScenario());
    });
  }

  it('has a heading for every section', () => {
    const headings = [...text.matchAll(/^### (.*)$/gm)].flatMap((match) => match[1]!.split(', '));
    assert.deepEqual(headings.sort(), Object.keys(defaultScenario()).sort());
  });

  it('lists the shipped scenarios', () => {
    for (const [name, says] of Object.entries(SHIPPED)) assert.match(text, new RegExp(`^${name} +${says}$`, 'm'));
  });
});
