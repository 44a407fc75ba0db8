import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDataset } from '#src/plan/dataset.js';
import { FROST_CENTI, LOW_BATTERY_PCT, OnsetRates } from '#src/simulate/day/onset-rates.js';
import { vehiclesOf } from '../fleet.js';

const dataset = planDataset({ seed: 42, start: '2026-01-05', intervalSeconds: 10, vehicles: 2, days: 1 });
const [vehicle, other] = vehiclesOf(dataset);
type Conditions = Parameters<OnsetRates['update']>;
const WEATHERS = [0, 1, 2, 3, 4];
const all: Conditions[] = WEATHERS.flatMap((weather) =>
  Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) =>
    [FROST_CENTI - 1, FROST_CENTI].flatMap((temperature) =>
      [LOW_BATTERY_PCT - 1, LOW_BATTERY_PCT].map((batteryPct): Conditions => [weather, hour, temperature, batteryPct]),
    ),
  ),
);

describe('the hazards of a trip', () => {
  it('are those of the day and the conditions, whatever the vehicle-day before', () => {
    for (const conditions of all) {
      const [used, fresh] = [new OnsetRates(dataset.world), new OnsetRates(dataset.world)];
      used.startDay(other!, 8, 1);
      used.update(...conditions);
      for (const hazards of [used, fresh]) {
        hazards.startDay(vehicle!, 1, 0);
        hazards.update(...conditions);
      }
      assert.deepEqual([used.perSecond, used.cumulative], [fresh.perSecond, fresh.cumulative], conditions.join());
    }
  });

  it('are those of the latest conditions', () => {
    const [used, fresh] = [new OnsetRates(dataset.world), new OnsetRates(dataset.world)];
    used.startDay(vehicle!, 1, 0);
    for (const conditions of all) {
      used.update(...conditions);
      fresh.startDay(vehicle!, 1, 0);
      fresh.update(...conditions);
      assert.deepEqual(used.perSecond, fresh.perSecond, conditions.join());
    }
  });

  it('are more where the battery is low, in frost, and for a vehicle that needs service', () => {
    const total = (conditions: Conditions, wear = 0) => {
      const hazards = new OnsetRates(dataset.world);
      hazards.startDay(vehicle!, 1, wear);
      hazards.update(...conditions);
      return hazards.perSecond[0]!;
    };
    const usual = total([0, 12, FROST_CENTI, LOW_BATTERY_PCT]);
    assert.ok(total([0, 12, FROST_CENTI - 1, LOW_BATTERY_PCT]) > usual);
    assert.ok(total([0, 12, FROST_CENTI, LOW_BATTERY_PCT - 1]) > usual);
    assert.ok(total([0, 12, FROST_CENTI, LOW_BATTERY_PCT], 1) > usual);
  });
});
