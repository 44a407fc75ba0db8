/**
 * The rate of each event that a scenario implies in a record's context: its own, and that triggered by other events.
 * Those of GPS, network and sensors also begin for reasons that no column shows; only the truth table distinguishes
 * these.
 */

import type { Dataset } from '../../../plan/dataset.js';
import { FROST_CENTI, FROST_FACTOR, LOW_BATTERY_FACTOR, LOW_BATTERY_PCT } from '../../../simulate/day/onset-rates.js';
import { BRAKING, CONTEXTS, HARSH, type Trigger } from '../../../world/tables/event-tables.js';
import type { ClassWorld, DeviceWorld, World } from '../../../world/world.js';
import { CheckedArray, CodeMap, valueAt } from '../checked-arrays.js';

/** Hours of the day with the context of events. */
const HOURS = 24;
/** In the units of records: tenths of a percent, and of a degree. */
const LOW_BATTERY = LOW_BATTERY_PCT * 10;
const FROST = FROST_CENTI / 10;

/** Peaks from which braking and accelerating are events, m/s2. */
const EVENT_PEAK = 3;

/** Whether an event is possible for a class: a laden truck never accelerates harshly. */
export function canHaveEvent({ maxBraking, maxAcceleration }: ClassWorld, event: number): boolean {
  if (event === BRAKING) return maxBraking >= EVENT_PEAK;
  return event !== HARSH || maxAcceleration >= EVENT_PEAK;
}

/**
 * A pulse of braking or accelerating takes some seconds: up to this interval, consecutive records show the
 * same.
 */
const PULSE_SHOWS_TWICE_MS = 10_000;

/** By event: whether consecutive records can show the same onset. */
export function spanningEvents({ world, intervalMs }: Dataset): readonly boolean[] {
  const short = intervalMs <= PULSE_SHOWS_TWICE_MS;
  return world.events.durationSeconds.map((seconds, e) => seconds > 0 || (short && (e === BRAKING || e === HARSH)));
}

export interface Exposure {
  readonly vehicleClass: ClassWorld;
  readonly context: number;
  readonly hour: number;
  readonly driverLog: number;
  readonly device: number;
  readonly ageYears: number;
  /** Of the device since its last service, 0 to 1. */
  readonly wear: number;
  /** Tenths of a percent. */
  readonly battery: number;
  /** Tenths of a degree Celsius. */
  readonly temperature: number;
}

export class ExpectedRates {
  /** Onsets per hour by event: its own rate, and including triggers. */
  readonly own: CheckedArray;
  readonly all: CheckedArray;
  private readonly order: readonly number[];
  private readonly fault: number;
  private readonly devices: CodeMap<DeviceWorld>;
  private readonly triggers: CodeMap<readonly Trigger[]>;

  constructor(private readonly world: World) {
    const { names, triggers } = world.events;
    this.devices = new CodeMap(world.devices);
    this.triggers = new CodeMap(triggers);
    this.own = CheckedArray.ofLength(names.length);
    this.all = CheckedArray.ofLength(names.length);
    this.fault = names.indexOf('sensor_fault_event');
    const order: number[] = [];
    const visit = (event: number): void => {
      if (order.includes(event)) return;
      triggers.forEach((targets, source) => {
        if (source !== event && targets.some((trigger) => trigger.event === event)) visit(source);
      });
      order.push(event);
    };
    for (let e = 0; e < names.length; e++) visit(e);
    this.order = order;
  }

  /** Sets `own` and `all`. */
  at(exposure: Exposure): void {
    const { own, all, order, world } = this;
    const { perHour, byHour, driverExponent } = world.events;
    const { context, hour, driverLog, vehicleClass } = exposure;
    for (let e = 0; e < own.length; e++) {
      let rate = valueAt(perHour, e * CONTEXTS + context) * valueAt(byHour, e * HOURS + hour);
      const exponent = valueAt(driverExponent, e);
      if (exponent !== 0) rate *= Math.exp(exponent * driverLog);
      if (e === this.fault) rate += this.deviceFaults(exposure);
      own.set(e, canHaveEvent(vehicleClass, e) ? rate : 0);
      all.set(e, own.get(e));
    }
    for (const e of order) {
      for (const { event, chance } of this.triggers.of(e)) {
        if (canHaveEvent(vehicleClass, event)) all.add(event, all.get(e) * valueAt(chance, context));
      }
    }
  }

  private deviceFaults({ device, ageYears, wear, battery, temperature }: Exposure): number {
    const { faultsPerHour, wearPerYear } = this.devices.of(device);
    const low = battery < LOW_BATTERY ? LOW_BATTERY_FACTOR : 1;
    const frost = temperature < FROST ? FROST_FACTOR : 1;
    const worn = 1 + (this.world.service.faults - 1) * wear;
    return faultsPerHour * (1 + wearPerYear * ageYears) * worn * low * frost;
  }
}
