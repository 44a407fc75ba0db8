/** No default of a role or database changes what a load writes, how it reads the catalogue, or what is read back. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectionOf } from '#src/pg/connection/connection.js';
import { tableRows } from '#src/stream/feeds/arrived-rows.js';
import { checkTable } from '#src/verify/exact/check-table.js';
import { partsFromLedger } from '#src/verify/exact/rows/parts-from-ledger.js';
import { tableRows as storedRows } from '#src/verify/stored-rows.js';
import {
  beginLoad,
  dataset,
  loadOf,
  query,
  resumeLoad,
  runLoad,
  startServer,
  type TestServer,
  tableDigest,
} from '../../postgres-fixture.js';

/** Settings that any user may change, with unusual values. */
const ODD: Record<string, string> = {
  quote_all_identifiers: 'on',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  bytea_output: 'escape',
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  extra_float_digits: '-15',
  client_encoding: 'LATIN1',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  statement_timeout: '1s',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  idle_session_timeout: '1s',
  transaction_timeout: '1s',
  synchronous_commit: 'off',
  session_replication_role: 'replica',
  lc_messages: 'C',
  xmloption: 'document',
  enable_seqscan: 'off',
  cursor_tuple_fraction: '0',
};

describe('defaults of a database', () => {
  let server: TestServer;
  let plain: string;
  let odd: string;
  /** The database with the unusual defaults, in a session with ordinary ones. */
  let calm: string;
  before(async () => {
    server = await startServer();
    [plain, odd] = [await server.database(), await server.database()];
    const name = new URL(odd).pathname.slice(1);
    // Functions and types in another schema shadow those of the catalogue.
    await query(
      odd,
      `SET search_path = pg_catalog; CREATE SCHEMA evil; CREATE DOMAIN evil.text AS pg_catalog.text;
       CREATE DOMAIN evil.float4 AS pg_catalog.float4;
       CREATE FUNCTION evil.count() RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint';
       CREATE FUNCTION evil.pg_get_userbyid(oid) RETURNS name LANGUAGE sql AS $$SELECT 'nobody'::name$$;
       CREATE FUNCTION evil.format_type(oid, integer) RETURNS pg_catalog.text LANGUAGE sql AS $$SELECT 'nothing'::pg_catalog.text$$`,
    );
    for (const [setting, to] of Object.entries(ODD))
      await query(plain, `ALTER DATABASE ${name} SET ${setting} = '${to}'`);
    await query(plain, `ALTER DATABASE ${name} SET search_path = evil, public, pg_catalog`);
    calm = `${odd}?options=${encodeURIComponent(
      '-c default_transaction_read_only=off -c search_path=public -c TimeZone=UTC -c DateStyle=ISO -c extra_float_digits=1 -c statement_timeout=0',
    )}`;
  });
  after(() => server.stop());

  const first = () => loadOf(dataset(3000), 0, 1000);
  const findings = async (url: string) => {
    const connection = connectionOf(url, {});
    const ref = { schema: 'public', table: 'fleet' };
    const parts = await partsFromLedger(connection, ref, undefined);
    return checkTable({ connection, ref, parts, sample: 1, workers: 1 });
  };

  it('are as unusual as possible', async () => {
    const [row] = await query(
      odd,
      `SELECT current_setting('quote_all_identifiers') AS quoted, current_setting('search_path') AS path`,
    );
    assert.deepEqual(row, { quoted: 'on', path: 'evil, public, pg_catalog' });
  });

  it('do not change what loads store, however they load', async () => {
    for (const url of [plain, odd]) {
      await runLoad(url, first());
      await runLoad(url, first(), { ifExists: 'replace' });
      await runLoad(url, loadOf(dataset(3000), 1000, 2000), { ifExists: 'append' });
      const rest = loadOf(dataset(3000), 2000, 3000);
      const stopped = await beginLoad(url, rest, { ifExists: 'resume' });
      await stopped.abort();
      assert.equal((await resumeLoad(url, rest)).length, 1);
    }
    const [wanted, found] = [await tableDigest(plain, 'fleet'), await tableDigest(calm, 'fleet')];
    assert.match(String(wanted), /^3000:/);
    assert.equal(found, wanted);
    assert.equal(await tableDigest(calm, 'fleet_vehicle'), await tableDigest(plain, 'fleet_vehicle'));
  });

  it('do not change what is read', async () => {
    const read: unknown[] = [];
    for (const url of [plain, odd]) {
      const connection = connectionOf(url, {});
      const rows: number[] = [];
      const ref = { schema: 'public', table: 'fleet' };
      for await (const batch of tableRows(dataset(3000).telemetry, connection, ref)) {
        for (const { name } of dataset(3000).telemetry.columns)
          rows.push(...batch.arrays[name]!.slice(0, batch.length));
      }
      for await (const { records } of storedRows(dataset(3000), connection, ref)) {
        for (const { name } of dataset(3000).telemetry.columns)
          rows.push(...records.arrays[name]!.slice(0, records.length));
      }
      read.push(rows);
    }
    assert.ok((read[0] as number[]).length > 3000 * 2 * 10);
    assert.deepEqual(read[1], read[0]);
  });

  it('cause neither false positives nor false negatives in verify', async () => {
    const clean = await findings(odd);
    assert.deepEqual([clean.compared, clean.missing, clean.extra, clean.changed], [3000, 0, 0, 0]);
    await query(calm, 'UPDATE fleet SET speed_kmh = speed_kmh + 1 WHERE record_id = 7');
    assert.equal((await findings(odd)).changed, 1);
  });
});
