/** One trip's piece of a tour's way: the edges in the order of driving, with distances from the trip's start. */
import type { RoadNetwork } from '../world/road-network.js';
import type { Route } from './route.js';

/** Most trips pass fewer edges; the arrays grow with the longest, as a stream keeps a leg for every vehicle on the road. */
const USUAL_EDGES = 16;

export class Leg {
  count = 0;
  /** Directed edges: 2 * edge + direction. */
  edges = new Int32Array(USUAL_EDGES);
  /** Metres from the trip's start to where the edge starts (negative for the first) and ends. */
  startM = new Float64Array(USUAL_EDGES);
  endM = new Float64Array(USUAL_EDGES);
  /** Expected milliseconds in free traffic from the trip's start to the end of the edge, and per metre on it. */
  endMs = new Float64Array(USUAL_EDGES);
  msPerM = new Float64Array(USUAL_EDGES);
  totalMs = 0;

  /** The piece between two places on the way, in metres from home; backwards when `to` is nearer. */
  set(route: Route, network: RoadNetwork, from: number, to: number): void {
    const back = to < from;
    const first = route.edgeAt(from);
    const last = route.edgeAt(to);
    this.count = Math.abs(last - first) + 1;
    if (this.count > this.edges.length) this.grow();
    let time = 0;
    for (let k = 0; k < this.count; k++) {
      const i = back ? first - k : first + k;
      const edgeStart = i === 0 ? 0 : route.endM[i - 1]!;
      const edgeEnd = route.endM[i]!;
      const directed = back ? route.edges[i]! ^ 1 : route.edges[i]!;
      const msPerM = network.expectedMs[directed >> 1]! / network.lengthM[directed >> 1]!;
      const start = back ? from - edgeEnd : edgeStart - from;
      const end = back ? from - edgeStart : edgeEnd - from;
      time += (end - Math.max(0, start)) * msPerM;
      this.edges[k] = directed;
      this.startM[k] = start;
      this.endM[k] = end;
      this.endMs[k] = time;
      this.msPerM[k] = msPerM;
    }
    const overshoot = this.endM[this.count - 1]! - Math.abs(to - from);
    this.totalMs = time - overshoot * this.msPerM[this.count - 1]!;
  }

  private grow(): void {
    const size = this.count + (this.count >> 2);
    this.edges = new Int32Array(size);
    this.startM = new Float64Array(size);
    this.endM = new Float64Array(size);
    this.endMs = new Float64Array(size);
    this.msPerM = new Float64Array(size);
  }
}

/** Where an edge starts and how a metre along it moves, by directed edge. */
export interface EdgeGeometry {
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  readonly latitudePerM: Float64Array;
  readonly longitudePerM: Float64Array;
  /** Degrees of longitude of one metre east at the edge. */
  readonly degreesPerMEast: Float64Array;
}

export function edgeGeometry(network: RoadNetwork): EdgeGeometry {
  const n = 2 * network.edgeCount;
  const geometry = {
    latitude: new Float64Array(n),
    longitude: new Float64Array(n),
    latitudePerM: new Float64Array(n),
    longitudePerM: new Float64Array(n),
    degreesPerMEast: new Float64Array(n),
  };
  for (let directed = 0; directed < n; directed++) {
    const edge = directed >> 1;
    const a = directed & 1 ? network.to[edge]! : network.from[edge]!;
    const b = directed & 1 ? network.from[edge]! : network.to[edge]!;
    const length = network.lengthM[edge]!;
    geometry.latitude[directed] = network.latitude[a]!;
    geometry.longitude[directed] = network.longitude[a]!;
    geometry.latitudePerM[directed] = (network.latitude[b]! - network.latitude[a]!) / length;
    geometry.longitudePerM[directed] = (network.longitude[b]! - network.longitude[a]!) / length;
    geometry.degreesPerMEast[directed] = network.degreesPerMEast[a]!;
  }
  return geometry;
}
