import { METRES_PER_DEGREE } from '../../world/roads/network.js';

export const DEGREES_PER_M_NORTH = 1 / METRES_PER_DEGREE;
const HALF_TURN = 180000000;

/**
 * Longitude in millionths of a degree, normalised to -180 degrees (inclusive) to 180 (exclusive): roads may cross the
 * antimeridian.
 */
export function wrapLongitude(longitude: number): number {
  return longitude >= HALF_TURN
    ? longitude - 2 * HALF_TURN
    : longitude < -HALF_TURN
      ? longitude + 2 * HALF_TURN
      : longitude;
}
