/** Devices: lost positions, the receiver's error, arrival, battery and signal. */
import { NULL_INT } from '../../../columns/column.js';
import { ROAD_TYPES } from '../../../columns/telemetry.js';
import { DIRT_KINDS } from '../../../columns/truth.js';
import type { Dataset } from '../../../plan/dataset.js';
import { cosDeg } from '../../../random/exact-math.js';
import { wrapLongitude } from '../../../simulate/records/coordinates.js';
import { METRES_PER_DEGREE } from '../../../world/roads/network.js';
import { FROZEN_GPS, TELEPORT } from '../../../world/tables/fault-tables.js';
import { type Check, check, digits, percent, tooFew, Violations } from '../check.js';
import { CodeMap } from '../checked-arrays.js';
import type { TelemetryRecord, TruthRecord } from '../records/record.js';
import type { Observer, Step } from '../records/step.js';

type RoadType = (typeof ROAD_TYPES)[number];

const RARE = 0.001;
const MIN_RECORDS = 2000;
/** What the receiver's 68 % radius may hold. */
const WITHIN_RADIUS = [0.63, 0.73] as const;
/** Held-back records arrive this much faster than they were recorded. */
const BURST = 0.5;
const MISSING_POSITION = DIRT_KINDS.indexOf('missing_position');

export class DevicesObserver implements Observer {
  private readonly lost = new Violations();
  private readonly lateness = new Violations();
  private readonly order = new Violations();
  private readonly charging = new Violations();
  private readonly withinRadius = new Violations();
  /** Milliseconds over which held-back records were recorded, and over which they arrived. */
  private made = 0;
  private arrived = 0;
  private held = 0;
  private records = 0;
  /** By road: sum of the signal, dBm, and records. */
  private readonly signals = new CodeMap(ROAD_TYPES.map((road) => ({ road, sum: 0, records: 0 })));

  private readonly delay: number;

  constructor(private readonly dataset: Dataset) {
    this.delay = dataset.world.events.names.indexOf('network_delay_event');
  }

  add(step: Step): void {
    const { record, truth } = step;
    const nulls =
      (record.latitude === NULL_INT ? 1 : 0) +
      (record.longitude === NULL_INT ? 1 : 0) +
      (record.gpsAccuracy === NULL_INT ? 1 : 0);
    const missing = truth !== undefined && truth.dirt === MISSING_POSITION;
    if (!missing) this.lost.count(nulls === 3 * record.gpsLoss);
    this.lateness.count(record.networkDelay <= this.dataset.world.sensors.max_lateness_minutes * 60000);
    this.records++;
    this.held += record.networkDelayEvent;
    if (nulls === 0 && truth !== undefined) this.receiver(record, truth);
    const signal = this.signals.of(record.roadType);
    signal.sum += record.signal;
    signal.records++;
    if (step.seen) this.follow(step);
  }

  checks(): Check[] {
    const { dirt, sensors } = this.dataset.world;
    return [
      this.lost.check('devices', 'no position exactly while GPS is lost', dirt.missing_position * 1.2),
      ...(this.withinRadius.all > MIN_RECORDS ? [this.radius()] : []),
      this.lateness.check('devices', `arrive within ${sensors.max_lateness_minutes} minutes`, 0),
      this.order.check('devices', 'arrive in order for one vehicle', 0),
      this.bursts(),
      this.charging.check('devices', 'batteries charge on the way', RARE + 2 * dirt.battery_over_100),
      this.signalByRoad(),
    ];
  }

  private follow(step: Step): void {
    const { record } = step;
    const arrival = record.recordedAt + record.networkDelay;
    this.order.count(arrival >= step.lastArrival);
    const change = record.battery - step.lastBattery;
    if (step.sameTrip) this.charging.count(change >= 0);
    if (!step.regular || step.lastEvents[this.delay] === 0 || step.events[this.delay] === 0) return;
    this.made += step.elapsedMs;
    this.arrived += arrival - step.lastArrival;
  }

  private receiver(record: TelemetryRecord, truth: TruthRecord): void {
    const fault = truth.deviceFault;
    if (fault === FROZEN_GPS || fault === TELEPORT) return;
    const north = ((record.latitude - truth.latitude) / 1e6) * METRES_PER_DEGREE;
    const narrow = cosDeg(Math.round(truth.latitude / 1e5) / 10);
    const east = (wrapLongitude(record.longitude - truth.longitude) / 1e6) * METRES_PER_DEGREE * narrow;
    const radius = record.gpsAccuracy / 10;
    this.withinRadius.count(east * east + north * north <= radius * radius);
  }

  private radius(): Check {
    const share = 1 - this.withinRadius.failed / this.withinRadius.all;
    const [min, max] = WITHIN_RADIUS;
    const name = 'positions within gps_accuracy_m of the truth';
    return check(
      'devices',
      name,
      `68 % (${percent(min)} to ${percent(max)})`,
      percent(share),
      share > min && share < max,
    );
  }

  private bursts(): Check {
    const name = 'records that were held back arrive together';
    const expected = `in ${percent(BURST)} of the time they took`;
    const share = this.arrived / Math.max(1, this.made);
    const found = `${percent(share)}; ${percent(this.held / this.records)} of records were held`;
    if (this.held < 100) return tooFew('devices', name, expected, found);
    return check('devices', name, expected, found, share < BURST);
  }

  /** In the order of the scenario's levels. */
  private signalByRoad(): Check {
    const means = [...this.signals].map(({ road, sum, records }) => ({ road, records, mean: sum / records }));
    const { signal_dbm } = this.dataset.world.sensors;
    const found = means.map(({ road, mean }) => `${road} ${digits(mean)}`).join(', ');
    const meanOn = (name: RoadType) => means.find(({ road }) => road === name)?.mean ?? Number.NaN;
    const name = 'signal by road';
    const expected = 'city above rural, as its levels are';
    const asked = Math.min(signal_dbm.centre, signal_dbm.urban) - signal_dbm.rural;
    if (asked < 3 || means.some(({ records }) => records < MIN_RECORDS))
      return tooFew('devices', name, expected, found);
    return check('devices', name, expected, `${found} dBm`, meanOn('city') > meanOn('rural') + asked / 3);
  }
}
