/** What SQL alone (scripts/realism.sql) finds in the tables, without any of the simulator's code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { generate } from '#src/run/generate.js';
import { query, type Row, startServer, type TestServer } from '../postgres-fixture.js';

const ROWS = 1_000_000;
const VEHICLES = 120;
const MIN_ANSWERS = 20;
const script = readFileSync(new URL('../../../../scripts/realism.sql', import.meta.url), 'utf8');

describe('SQL queries over a million records', () => {
  let server: TestServer;
  let answers: Row[];
  before(async () => {
    server = await startServer();
    const url = await server.database();
    await generate({ rows: ROWS, vehicles: VEHICLES, to: url, truth: true });
    answers = await query(url, script);
  });
  after(() => server.stop());

  it('give plausible answers', () => {
    assert.ok(answers.length >= MIN_ANSWERS, `${answers.length} answers`);
    for (const { question, expected, found, holds } of answers) {
      assert.equal(holds, true, `${question}: expected ${expected}, found ${found}`);
    }
  });
});
