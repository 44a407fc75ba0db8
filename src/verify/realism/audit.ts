/** All realism checks, fed with records in order. */

import { requestError, runError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import type { TruthColumns } from '../../columns/truth.js';
import type { Dataset } from '../../plan/dataset.js';
import { telemetryArrays, truthArrays } from '../../simulate/records/telemetry-arrays.js';
import type { Check } from './check.js';
import { valueAt } from './checked-arrays.js';
import { CustomMetricsObserver } from './devices/custom-metrics.js';
import { DeviceFaultsObserver } from './devices/device-faults.js';
import { DevicesObserver } from './devices/devices.js';
import { DirtObserver } from './devices/dirt.js';
import { Heartbeats } from './devices/heartbeats.js';
import { ReportingObserver } from './devices/reporting.js';
import { EventRatesObserver } from './events/event-rates.js';
import { LabelObserver } from './events/label.js';
import { ClockObserver } from './habits/clock.js';
import { DaysOffObserver } from './habits/days-off.js';
import { DistancesObserver } from './habits/distances.js';
import { NightsObserver } from './habits/nights.js';
import { TripEndsObserver } from './habits/trip-ends.js';
import { VarietyObserver } from './habits/variety.js';
import { WorkplacesObserver } from './habits/workplaces.js';
import { ClassLimitsObserver } from './motion/class-limits.js';
import { KinematicsObserver } from './motion/kinematics.js';
import { PaceObserver } from './motion/pace.js';
import { SmoothnessObserver } from './motion/smoothness.js';
import { SpeedingObserver } from './motion/speeding.js';
import { PairsObserver } from './pairs.js';
import { fleetFacts } from './records/fleet-facts.js';
import { type Observer, Step } from './records/step.js';
import { NeighboursObserver } from './surroundings/neighbours.js';
import { RoadsAndDriversObserver } from './surroundings/roads-and-drivers.js';
import { SeamsObserver } from './surroundings/seams.js';
import { ShoresObserver } from './surroundings/shores.js';
import { WeatherObserver } from './surroundings/weather-observer.js';

export interface Audit {
  /** Takes the next records of the dataset, in the order of their ids, and their truth where there is a truth table. */
  add(batch: Batch<TelemetryColumns>, truth?: Batch<TruthColumns>): void;
  /** Ends the audit. */
  checks(): Check[];
}

export function createAudit(dataset: Dataset): Audit {
  const facts = fleetFacts(dataset);
  const step = new Step(dataset, facts);
  const label = new LabelObserver(dataset);
  const heartbeats = new Heartbeats(dataset);
  const observers: Observer[] = [
    new KinematicsObserver(dataset),
    new ReportingObserver(dataset),
    new SmoothnessObserver(dataset),
    new ClassLimitsObserver(dataset),
    new TripEndsObserver(dataset),
    new PaceObserver(dataset),
    new RoadsAndDriversObserver(dataset, facts),
    new NeighboursObserver(dataset),
    new ShoresObserver(),
    new WeatherObserver(dataset),
    new SeamsObserver(dataset),
    new ClockObserver(dataset),
    new DaysOffObserver(dataset, facts),
    new WorkplacesObserver(dataset, facts),
    new DistancesObserver(dataset, facts),
    new NightsObserver(dataset),
    new EventRatesObserver(dataset),
    new SpeedingObserver(dataset),
    new PairsObserver(dataset),
    new DevicesObserver(dataset),
    new DeviceFaultsObserver(dataset),
    new DirtObserver(dataset),
    new CustomMetricsObserver(dataset),
    label,
    new VarietyObserver(dataset),
  ];
  const { events } = dataset.world;
  let lastId = -1;

  const refuseOthers = (vehicle: number, id: number): void => {
    if (vehicle >= dataset.vehicles) {
      throw requestError(
        'OTHER_DATASET',
        `record ${id} is of vehicle ${vehicle}, but the dataset has ${dataset.vehicles} vehicles: give --seed, --rows, --vehicles, --days, --interval, --start and --scenario as for generate`,
      );
    }
    if (id <= lastId) {
      throw runError('ROW_ORDER', `record ${id} comes after record ${lastId}: sort the rows by record_id`);
    }
    lastId = id;
  };

  return {
    add(batch, truth) {
      const rows = telemetryArrays(batch, dataset.world);
      for (let row = 0; row < batch.length; row++) {
        refuseOthers(valueAt(rows.vehicle_id, row), valueAt(rows.record_id, row));
      }
      step.use(rows, truth === undefined ? undefined : truthArrays(truth, events));
      for (let row = 0; row < batch.length; row++) {
        step.read(row);
        if (step.isHeartbeat) {
          heartbeats.add(step);
          label.add(step);
          continue;
        }
        step.advance();
        heartbeats.pass(step);
        for (const observer of observers) observer.add(step);
      }
    },
    checks: () => [...observers.flatMap((observer) => observer.checks()), ...heartbeats.checks()],
  };
}
