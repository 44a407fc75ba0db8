/** Loads of some columns of the records. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { selectColumns } from '#src/plan/select-columns.js';
import {
  beginLoad,
  dataset,
  END_SESSIONS,
  loadOf,
  query,
  resumeLoad,
  runLoad,
  startServer,
  type TestServer,
  target,
  value,
} from '../../postgres-fixture.js';

const SOME = ['risk_label', 'recorded_at', 'record_id', 'vehicle_id', 'latitude'];
const data = dataset(2000);
const some = selectColumns(data, SOME);
const withoutNullable = selectColumns(
  data,
  data.telemetry.columns.map(({ name }) => name).filter((name) => name !== 'latitude'),
);

describe('a load of selected columns', () => {
  let server: TestServer;
  let url = '';
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const fresh = async () => {
    url = await server.database();
  };

  it('makes a table of these, in their order, with its key and index', async () => {
    await fresh();
    await runLoad(url, loadOf(some));
    const names = `SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'fleet'::regclass AND attnum > 0`;
    assert.equal(await value(url, names), SOME.join());
    assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM fleet'), '2000');
    assert.equal(await value(url, `SELECT count(*)::int FROM pg_index WHERE indrelid = 'fleet'::regclass`), 2);
  });

  it('is not resumed with other columns, and is with the same', async () => {
    await fresh();
    await beginLoad(url, loadOf(some), { ifExists: 'fail' }, 2);
    await query(url, END_SESSIONS);
    for (const other of [data, selectColumns(data, SOME.slice(0, -1))]) {
      const place = target(url, { ifExists: 'resume' });
      await assert.rejects(place.open(loadOf(other)), {
        exitCode: 2,
        code: 'PG_RUN_DIFFERS',
        message: /has other columns \(it has [^\n]+\): give the same --columns, or --if-exists replace$/,
      });
      await place.abort();
    }
    assert.equal((await resumeLoad(url, loadOf(some))).length, 2);
    assert.equal(await value(url, 'SELECT count(DISTINCT record_id) FROM fleet'), '2000');
  });

  it('is not appended to a table that has more columns of the records, even if they may be null', async () => {
    await fresh();
    await runLoad(url, loadOf(data, 0, 1000));
    const refused = { exitCode: 2, message: /it has a column "latitude", which --columns leaves out/ };
    await assert.rejects(runLoad(url, loadOf(withoutNullable, 1000, 2000), { ifExists: 'append' }), refused);
    assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1000');
  });
});
