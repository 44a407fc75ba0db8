/** All checks of believability, fed with records in order. */

import { requestError, runError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import type { TruthColumns } from '../../columns/truth.js';
import type { Dataset } from '../../plan/dataset.js';
import { telemetryArrays, truthArrays } from '../../simulate/records/telemetry-arrays.js';
import type { Check } from './check.js';
import { CustomMetrics } from './devices/custom-metrics.js';
import { DeviceFaults } from './devices/device-faults.js';
import { Devices } from './devices/devices.js';
import { Dirt } from './devices/dirt.js';
import { Heartbeats } from './devices/heartbeats.js';
import { Reporting } from './devices/reporting.js';
import { EventRates } from './events/event-rates.js';
import { Label } from './events/label.js';
import { Clock } from './habits/clock.js';
import { DaysOff } from './habits/days-off.js';
import { Distances } from './habits/distances.js';
import { Nights } from './habits/nights.js';
import { TripEnds } from './habits/trip-ends.js';
import { Variety } from './habits/variety.js';
import { Workplaces } from './habits/workplaces.js';
import { ClassLimits } from './motion/class-limits.js';
import { Kinematics } from './motion/kinematics.js';
import { Pace } from './motion/pace.js';
import { Smoothness } from './motion/smoothness.js';
import { Speeding } from './motion/speeding.js';
import { valueAt } from './numbers.js';
import { Pairs } from './pairs.js';
import { factsOf } from './records/fleet-facts.js';
import { type Observer, Step } from './records/step.js';
import { Neighbours } from './surroundings/neighbours.js';
import { RoadsAndDrivers } from './surroundings/roads-and-drivers.js';
import { Seams } from './surroundings/seams.js';
import { Shores } from './surroundings/shores.js';
import { Weather } from './surroundings/weather.js';

export interface Audit {
  /** Takes the next records of the dataset, in the order of their ids, and their truth where there is a truth table. */
  add(batch: Batch<TelemetryColumns>, truth?: Batch<TruthColumns>): void;
  /** Ends the audit. */
  checks(): Check[];
}

export function createAudit(dataset: Dataset): Audit {
  const facts = factsOf(dataset);
  const step = new Step(dataset, facts);
  const label = new Label(dataset);
  const heartbeats = new Heartbeats(dataset);
  const observers: Observer[] = [
    new Kinematics(dataset),
    new Reporting(dataset),
    new Smoothness(dataset),
    new ClassLimits(dataset),
    new TripEnds(dataset),
    new Pace(dataset),
    new RoadsAndDrivers(dataset, facts),
    new Neighbours(dataset),
    new Shores(),
    new Weather(dataset),
    new Seams(dataset),
    new Clock(dataset),
    new DaysOff(dataset, facts),
    new Workplaces(dataset, facts),
    new Distances(dataset, facts),
    new Nights(dataset),
    new EventRates(dataset),
    new Speeding(dataset),
    new Pairs(dataset),
    new Devices(dataset),
    new DeviceFaults(dataset),
    new Dirt(dataset),
    new CustomMetrics(dataset),
    label,
    new Variety(dataset),
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
