import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { passwordFromFile } from '#src/pg/connection/pass-file.js';

const QUERY = { host: 'db.example', port: 5432, database: 'fleet', user: 'loader' };

describe('a password file', () => {
  let folder = '';
  let path = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetgen-pass-'));
    path = join(folder, 'pgpass');
  });
  after(() => rmSync(folder, { recursive: true }));

  const found = (text: string, mode = 0o600) => {
    writeFileSync(path, text);
    chmodSync(path, mode);
    return passwordFromFile(QUERY, path);
  };

  for (const mode of [0o600, 0o400, 0o700]) {
    it(`with mode ${mode.toString(8)} is used`, () => assert.equal(found('*:*:*:*:pw', mode), 'pw'));
  }
  // Each permission bit of group and others by itself.
  for (const open of [0o040, 0o020, 0o010, 0o004, 0o002, 0o001]) {
    it(`with mode ${(0o600 | open).toString(8)} counts as absent`, () =>
      assert.equal(found('*:*:*:*:pw', 0o600 | open), undefined));
  }

  it('counts as absent if it is missing or a folder', () => {
    assert.equal(passwordFromFile(QUERY, join(folder, 'none')), undefined);
    mkdirSync(join(folder, 'a'), { mode: 0o700 });
    assert.equal(passwordFromFile(QUERY, join(folder, 'a')), undefined);
  });

  it('gives the first line whose four fields match', () => {
    const lines = [
      '# db.example:5432:fleet:loader:comment',
      'db.example:5433:fleet:loader:port',
      'db.example:5432:other:loader:database',
      'db.example:5432:fleet:reader:user',
      'other:5432:fleet:loader:host',
      'db.example:5432:fleet:loader',
      'db.example:5432:*:loader:first',
      '*:*:*:*:last',
    ];
    assert.equal(found(lines.join('\n')), 'first');
    assert.equal(found(lines.join('\r\n')), 'first');
    assert.equal(found(lines.slice(0, -2).join('\n')), undefined);
  });

  it('allows escaped colons, backslashes and asterisks in names', () => {
    assert.equal(found('db.example:5432:fleet:loader:a\\:b\\\\c'), 'a:b\\c');
    assert.equal(found('db.example:5432:\\*:loader:pw'), undefined);
  });
});
