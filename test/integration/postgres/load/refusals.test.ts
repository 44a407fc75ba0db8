/** What a server, a table or a role forbids a load or a reader, and the one-line error that says so. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { TELEMETRY } from '#src/columns/telemetry.js';
import { connectClient } from '#src/pg/client.js';
import { connectionOf } from '#src/pg/connection/connection.js';
import { tableRows } from '#src/stream/feeds/arrived-rows.js';
import { checkTable } from '#src/verify/exact/check-table.js';
import { tableRows as storedRows } from '#src/verify/stored-rows.js';
import {
  dataset,
  loadOf,
  query,
  relations,
  runLoad,
  startServer,
  type TestServer,
  tables,
  value,
  WHOLE,
} from '../../postgres-fixture.js';

describe('a server that refuses', () => {
  let server: TestServer;
  let url: string;
  let roles = 0;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  beforeEach(async () => {
    url = await server.database();
  });

  /** A new role with the attributes, that may use and make everything in the schema. */
  const as = async (attributes = '') => {
    const name = `role_${++roles}`;
    await query(url, `CREATE ROLE ${name} LOGIN PASSWORD 'pw' ${attributes}; GRANT ALL ON SCHEMA public TO ${name}`);
    const at = new URL(url);
    at.username = name;
    at.password = 'pw';
    return { name, url: at.href };
  };

  describe('to show rows, because of row-level security', () => {
    const part = () => ({ dataset: dataset(500), from: 0, to: 500 });
    const readings = (place: string) => {
      const connection = connectionOf(place, {});
      const ref = { schema: 'public', table: 'fleet' };
      const count = async (rows: AsyncIterable<{ length: number } | { records: { length: number } }>) => {
        let sum = 0;
        for await (const batch of rows) sum += 'records' in batch ? batch.records.length : batch.length;
        return sum;
      };
      return {
        stream: () => count(tableRows(TELEMETRY, connection, ref)),
        realism: () => count(storedRows(dataset(500), connection, ref)),
        exact: async () => (await checkTable({ connection, ref, parts: [part()], sample: 1, workers: 1 })).compared,
      };
    };
    const wrong = {
      exitCode: 1,
      code: 'PG_ROW_SECURITY',
      message:
        /^row-level security would hide rows at .*"fleet".*: connect as the table's owner, or as a role with BYPASSRLS$/,
    };

    const everyRight = (role: string) =>
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}; GRANT TEMPORARY ON DATABASE ${new URL(url).pathname.slice(1)} TO ${role}`;

    it('is reported for every read and for an append', async () => {
      await runLoad(url, loadOf(dataset(500)));
      const reader = await as();
      await query(
        url,
        `${everyRight(reader.name)};
         ALTER TABLE fleet ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON fleet USING (record_id < 3)`,
      );
      for (const [name, read] of Object.entries(readings(reader.url))) await assert.rejects(read(), wrong, name);
      const more = loadOf(dataset(500, { firstRecordId: 1000 }));
      await assert.rejects(runLoad(reader.url, more, { ifExists: 'append' }), wrong);
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '500');
      // A superuser and a role with BYPASSRLS see all rows.
      await query(url, `ALTER ROLE ${reader.name} BYPASSRLS`);
      for (const place of [url, reader.url]) {
        for (const [name, read] of Object.entries(readings(place))) assert.equal(await read(), 500, name);
      }
    });

    it('is reported for the ledger, and leaves nothing in it', async () => {
      await runLoad(url, loadOf(dataset(500)));
      const reader = await as();
      await query(
        url,
        `${everyRight(reader.name)};
         ALTER TABLE fleetgen_shard ENABLE ROW LEVEL SECURITY`,
      );
      const more = loadOf(dataset(500, { firstRecordId: 1000 }));
      for (let again = 0; again < 2; again++) {
        await assert.rejects(runLoad(reader.url, more, { ifExists: 'append' }), {
          code: 'PG_ROW_SECURITY',
          message: /"fleetgen_shard".*: connect as the table's owner/,
        });
        assert.equal(await value(url, `SELECT count(*) FROM fleetgen_run WHERE state = 'running'`), '0');
      }
    });

    it('is reported to an owner who is not exempt', async () => {
      const owner = await as();
      await runLoad(owner.url, loadOf(dataset(500)));
      await query(url, 'ALTER TABLE fleet ENABLE ROW LEVEL SECURITY');
      for (const read of Object.values(readings(owner.url))) assert.equal(await read(), 500);
      await query(url, 'ALTER TABLE fleet FORCE ROW LEVEL SECURITY');
      for (const read of Object.values(readings(owner.url))) await assert.rejects(read(), wrong);
    });
  });

  describe('connections', () => {
    it('that the database or the role does not permit are reported with the statement that permits them', async () => {
      const loader = await as();
      const name = new URL(url).pathname.slice(1);
      await query(url, `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
      await assert.rejects(runLoad(loader.url, loadOf(dataset(500))), {
        code: 'PG_PERMISSION',
        message: new RegExp(
          `have its owner run GRANT CONNECT ON DATABASE "${name}" TO "${loader.name}"; or connect as`,
        ),
      });
      await query(url, `GRANT CONNECT ON DATABASE ${name} TO ${loader.name}; ALTER ROLE ${loader.name} NOLOGIN`);
      await assert.rejects(runLoad(loader.url, loadOf(dataset(500))), {
        code: 'PG_REFUSED',
        message: /is not permitted to log in\): have it granted with ALTER ROLE/,
      });
    });

    for (const limited of ['role', 'database'] as const) {
      it(`to a ${limited} limited to one are rejected before anything is changed`, async () => {
        const loader = await as(limited === 'role' ? 'CONNECTION LIMIT 1' : '');
        const name = limited === 'role' ? loader.name : new URL(url).pathname.slice(1);
        if (limited === 'database') await query(url, `ALTER DATABASE ${name} CONNECTION LIMIT 1`);
        await assert.rejects(runLoad(loader.url, loadOf(dataset(500))), {
          exitCode: 2,
          code: 'PG_TOO_FEW_CONNECTIONS',
          message: new RegExp(
            `allows 1 connection, and fleetgen needs at least 2 here: .* ALTER ${limited.toUpperCase()} ${name} CONNECTION LIMIT -1`,
          ),
        });
        assert.deepEqual(await relations(url), []);
        const check = { ref: { schema: 'public', table: 'fleet' }, parts: [], sample: 1, workers: 1 };
        await assert.rejects(checkTable({ connection: connectionOf(loader.url, {}), ...check }), {
          code: 'PG_TOO_FEW_CONNECTIONS',
        });
      });
    }

    it('to a role limited to two suffice for a load', async () => {
      const loader = await as('CONNECTION LIMIT 2');
      await runLoad(loader.url, loadOf(dataset(1000)), {}, 1);
      assert.deepEqual(await tables(url), WHOLE);
    });

    it('beyond a limit are reported with its owner', async () => {
      const loader = await as('CONNECTION LIMIT 0');
      await assert.rejects(connectClient(connectionOf(loader.url, {})), {
        code: 'PG_TOO_MANY_CONNECTIONS',
        message: new RegExp(
          `too many connections for role "${loader.name}"\\): use fewer --workers, or raise that limit`,
        ),
      });
    });
  });

  describe('rows, because a trigger discards them', () => {
    const trigger = (
      table: string,
    ) => `CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER "some day" BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION nothing()`;
    const more = () => loadOf(dataset(1000, { firstRecordId: 1000 }));

    it('is reported with the name of the trigger', async () => {
      await runLoad(url, loadOf(dataset(500)));
      await query(url, trigger('fleet'));
      await assert.rejects(runLoad(url, more(), { ifExists: 'append' }), {
        exitCode: 1,
        code: 'PG_ROWS_LOST',
        message:
          /took 0 of the 500 rows of records .*, as its trigger "some day" discards rows: .* ALTER TABLE "public"\."fleet" DISABLE TRIGGER "some day"/,
      });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '500');
      await query(url, 'ALTER TABLE "public"."fleet" DISABLE TRIGGER "some day"');
      await runLoad(url, more(), { ifExists: 'append' });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '1500');
    });

    it('is reported for a trigger on the vehicle table', async () => {
      await runLoad(url, loadOf(dataset(500)));
      await query(url, `DELETE FROM fleet_vehicle WHERE vehicle_id = 'VEH-000001'; ${trigger('fleet_vehicle')}`);
      await assert.rejects(runLoad(url, more(), { ifExists: 'append' }), {
        exitCode: 1,
        code: 'PG_ROWS_LOST',
        message: /"fleet_vehicle" lacks 1 of the vehicles that it was sent, as its trigger "some day" discards/,
      });
      assert.equal(await value(url, 'SELECT count(*) FROM fleet'), '500');
    });
  });

  describe('characters, because of its encoding', () => {
    const latin = async () => {
      await query(
        url,
        `CREATE DATABASE latin_${roles} ENCODING LATIN1 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
      );
      return url.replace(/[^/]*$/, `latin_${roles++}`);
    };

    it('is reported with the text, before anything is changed', async () => {
      const place = await latin();
      const wrong = {
        exitCode: 2,
        code: 'PG_ENCODING',
        message: /has the encoding LATIN1, which can't hold "fleet✓": use other/,
      };
      await assert.rejects(runLoad(place, loadOf(dataset(500)), { table: 'fleet✓' }), wrong);
      assert.deepEqual(await relations(place), []);
      await assert.rejects(tableRows(TELEMETRY, connectionOf(place, {}), { schema: 'public', table: '✓' }).next(), {
        exitCode: 2,
        code: 'PG_ENCODING',
      });
    });

    it('does not apply to characters that the encoding has', async () => {
      const place = await latin();
      await runLoad(place, loadOf(dataset(500)), { table: 'flotte_é' });
      assert.equal(await value(place, 'SELECT count(*) FROM "flotte_é"'), '500');
    });
  });
});
