/** The time zone tables against the package that the build takes them from. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import moment from 'moment-timezone';
import { zoneOffsets } from '#src/scenario/model/time-zones.js';

describe('time zones', () => {
  it('are all those of the package', () => {
    const names = moment.tz.names();
    assert.ok(names.length > 500);
    for (const name of names) {
      const zone = moment.tz.zone(name)!;
      const { untilMs, offsetMs } = zoneOffsets(name);
      assert.deepEqual(
        [...untilMs],
        zone.untils.map((until) => until ?? Number.POSITIVE_INFINITY),
        name,
      );
      assert.deepEqual(
        [...offsetMs],
        zone.offsets.map((minutes) => -minutes * 60_000),
        name,
      );
    }
  });

  it('are found whatever the case of their names, and only if they exist', () => {
    assert.deepEqual(zoneOffsets('europe/BERLIN'), zoneOffsets('Europe/Berlin'));
    for (const name of ['Europe/Atlantis', '', 'constructor', '__proto__']) {
      assert.throws(() => zoneOffsets(name), { code: 'TIME_ZONE_UNKNOWN' });
    }
  });
});
