import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '#src/base/time.js';
import { zoneOffsets } from '#src/scenario/model/time-zones.js';
import { localToUtc, offsetAt, weekdayOf, weekOf } from '#src/world/local-time.js';
import { dayOf } from '#src/world/world.js';

const ZONES = ['Europe/Berlin', 'America/Chicago', 'Europe/Madrid', 'Europe/Warsaw', 'Asia/Kathmandu', 'UTC'];
const at = (iso: string): number => Date.parse(iso);

/** The platform's local time, represented as UTC. */
function platformLocal(zone: string, utcMs: number): number {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return at(`${parts.format(utcMs).replace(' ', 'T')}Z`);
}

for (const zone of ZONES) {
  test(`local time of ${zone} agrees with the platform`, () => {
    const offsets = zoneOffsets(zone);
    // Until rules may change again after this package was made.
    const second = fc.integer({ min: at('2020-01-01T00:00:00Z') / 1000, max: at('2026-10-01T00:00:00Z') / 1000 });
    fc.assert(
      fc.property(second, (s) => {
        assert.equal(s * 1000 + offsetAt(offsets, s * 1000), platformLocal(zone, s * 1000));
      }),
      { numRuns: 300 },
    );
  });

  test(`every hour of ${zone} converts to local time and back, except the repeated hour`, () => {
    const offsets = zoneOffsets(zone);
    for (let utc = at('2026-01-01T00:00:00Z'); utc < at('2027-01-01T00:00:00Z'); utc += HOUR_MS) {
      const back = localToUtc(offsets, utc + offsetAt(offsets, utc));
      assert.equal(back + offsetAt(offsets, back), utc + offsetAt(offsets, utc));
    }
  });
}

const CHANGES: [what: string, zone: string, day: string, hours: number][] = [
  ['spring change', 'Europe/Berlin', '2026-03-29', 23],
  ['autumn change', 'Europe/Berlin', '2026-10-25', 25],
  ['spring change', 'America/Chicago', '2026-03-08', 23],
  ['autumn change', 'America/Chicago', '2026-11-01', 25],
  ['ordinary day', 'America/Chicago', '2026-03-29', 24],
];
for (const [what, zone, day, hours] of CHANGES) {
  test(`${day} in ${zone} (${what}) has ${hours} hours`, () => {
    const offsets = zoneOffsets(zone);
    const midnight = dayOf(day) * DAY_MS;
    assert.equal((localToUtc(offsets, midnight + DAY_MS) - localToUtc(offsets, midnight)) / HOUR_MS, hours);
  });
}

test('a local time skipped in spring is the time after the change', () => {
  const berlin = zoneOffsets('Europe/Berlin');
  assert.equal(iso(localToUtc(berlin, at('2026-03-29T01:59:59Z'))), '2026-03-29T00:59:59.000Z');
  assert.equal(iso(localToUtc(berlin, at('2026-03-29T03:00:00Z'))), '2026-03-29T01:00:00.000Z');
  const skipped = localToUtc(berlin, at('2026-03-29T02:30:00Z'));
  assert.equal(iso(skipped), '2026-03-29T01:30:00.000Z');
});

test('a local time repeated in autumn is one of the two', () => {
  for (const [zone, local, both] of [
    ['Europe/Berlin', '2026-10-25T02:30:00Z', ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']],
    ['America/Chicago', '2026-11-01T01:30:00Z', ['2026-11-01T06:30:00.000Z', '2026-11-01T07:30:00.000Z']],
  ] as const) {
    assert.ok((both as readonly string[]).includes(iso(localToUtc(zoneOffsets(zone), at(local)))), zone);
  }
});

test('weekdays and weeks count from Monday', () => {
  assert.equal(weekdayOf(dayOf('2026-01-05')), 0);
  assert.equal(weekdayOf(dayOf('2026-01-11')), 6);
  assert.equal(weekdayOf(-1), 2);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65000 }), (day) => {
      assert.equal(weekdayOf(day), (new Date(day * DAY_MS).getUTCDay() + 6) % 7);
      assert.equal(weekOf(day + 1) - weekOf(day), weekdayOf(day + 1) === 0 ? 1 : 0);
    }),
  );
});

test('a zone that does not exist is an invalid request', () => {
  assert.throws(() => zoneOffsets('Europe/Atlantis'), { exitCode: 2, message: /Europe\/Atlantis/ });
});

function iso(utcMs: number): string {
  return new Date(utcMs).toISOString();
}
