/** All checks of believability, fed with records in order. */

import { requestError, runError } from '../../base/errors.js';
import type { Batch } from '../../columns/batch.js';
import type { TelemetryColumns } from '../../columns/telemetry.js';
import type { TruthColumns } from '../../columns/truth.js';
import type { Dataset } from '../../plan/dataset.js';
import { telemetryArrays, truthArrays } from '../../simulate/records/telemetry-arrays.js';
import type { Check } from './check.js';
import { DeviceFaults } from './devices/device-faults.js';
import { Devices } from './devices/devices.js';
import { Dirt } from './devices/dirt.js';
import { Heartbeats } from './devices/heartbeats.js';
import { Metrics } from './devices/metrics.js';
import { Reporting } from './devices/reporting.js';
import { EventRates } from './events/event-rates.js';
import { Label } from './events/label.js';
import { factsOf } from './fleet-facts.js';
import { Clock } from './habits/clock.js';
import { DaysOff } from './habits/days-off.js';
import { Distances } from './habits/distances.js';
import { Nights } from './habits/nights.js';
import { TripEnds } from './habits/trip-ends.js';
import { Variety } from './habits/variety.js';
import { Workplaces } from './habits/workplaces.js';
import { ClassLimits } from './motion/class-limits.js';
import { Motion } from './motion/motion.js';
import { Smoothness } from './motion/smoothness.js';
import { Speeding } from './motion/speeding.js';
import { type Observer, Step } from './motion/step.js';
import { Pace } from './motion/travel-times.js';
import { Pairs } from './pairs.js';
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
  const step = new Step(dataset);
  const label = new Label(dataset);
  const heartbeats = new Heartbeats(dataset);
  const observers: Observer[] = [
    new Motion(dataset),
    new Reporting(dataset),
    new Smoothness(dataset, facts),
    new ClassLimits(dataset, facts),
    new TripEnds(dataset, facts),
    new Pace(dataset),
    new RoadsAndDrivers(dataset, facts),
    new Neighbours(dataset),
    new Shores(dataset, facts),
    new Weather(dataset, facts),
    new Seams(dataset, facts),
    new Clock(dataset, facts),
    new DaysOff(dataset, facts),
    new Workplaces(dataset, facts),
    new Distances(dataset, facts),
    new Nights(dataset, facts),
    new EventRates(dataset, facts),
    new Speeding(dataset),
    new Pairs(dataset, facts),
    new Devices(dataset),
    new DeviceFaults(dataset),
    new Dirt(dataset),
    new Metrics(dataset, facts),
    label,
    new Variety(dataset),
  ];
  const { events } = dataset.world;
  let lastId = -1;

  const refuseOthers = (vehicles: Int32Array, ids: Float64Array, length: number): void => {
    for (let row = 0; row < length; row++) {
      if (vehicles[row]! >= dataset.vehicles) {
        throw requestError(
          'OTHER_DATASET',
          `record ${ids[row]} is of vehicle ${vehicles[row]}, but the dataset has ${dataset.vehicles} vehicles: give --seed, --rows, --vehicles, --days, --interval, --start and --scenario as for generate`,
        );
      }
      if (ids[row]! <= lastId) {
        throw runError('ROW_ORDER', `record ${ids[row]} comes after record ${lastId}: sort the rows by record_id`);
      }
      lastId = ids[row]!;
    }
  };

  return {
    add(batch, truth) {
      const rows = telemetryArrays(batch, dataset.world);
      const flags = events.names.map((name) => batch.arrays[name] as Uint8Array);
      refuseOthers(rows.vehicle_id, rows.record_id, batch.length);
      step.use(rows, truth === undefined ? undefined : truthArrays(truth, events), flags);
      for (let row = 0; row < batch.length; row++) {
        if (step.isHeartbeat(row)) {
          step.toHeartbeat(row);
          heartbeats.add(step);
          label.add(step);
          continue;
        }
        step.to(row);
        heartbeats.pass(step);
        for (const observer of observers) observer.add(step);
      }
    },
    checks: () => [...observers.flatMap((observer) => observer.checks()), ...heartbeats.checks()],
  };
}
