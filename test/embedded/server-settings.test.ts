import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsText } from '#src/embedded/server-settings.js';

const GIB = 1024 ** 3;

function settingsFor(memory: number, hbaFile = '/h/pg_hba.conf'): Map<string, string> {
  const lines = settingsText({ port: 5555, hbaFile, memory }).split('\n');
  return new Map(lines.filter((line) => line.includes(' = ')).map((line) => line.split(' = ') as [string, string]));
}

test('listens on loopback only, on the port given', () => {
  const settings = settingsFor(8 * GIB);
  assert.equal(settings.get('listen_addresses'), "'127.0.0.1'");
  assert.equal(settings.get('unix_socket_directories'), "''");
  assert.equal(settings.get('port'), '5555');
});

test('takes a bounded share of the memory', () => {
  assert.equal(settingsFor(8 * GIB).get('shared_buffers'), "'1024MB'");
  assert.equal(settingsFor(0.1 * GIB).get('shared_buffers'), "'32MB'");
  assert.equal(settingsFor(1024 * GIB).get('shared_buffers'), "'4096MB'");
  assert.equal(settingsFor(1024 * GIB).get('maintenance_work_mem'), "'1024MB'");
});

test('never trades durability for speed', () => {
  const settings = settingsFor(8 * GIB);
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) assert.equal(settings.has(name), false, name);
});

test('quotes a path with a quote in it', () => {
  assert.equal(settingsFor(GIB, "/it's/pg_hba.conf").get('hba_file'), "'/it''s/pg_hba.conf'");
});
