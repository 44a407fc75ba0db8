/** Sensor readings of the true values; shared by records on a trip and heartbeats. */

/** 68 % radius of a two-dimensional normal error with a standard deviation of 1 per axis. */
export const RADIUS_68 = 1.5096;
/** The receiver's estimate is 0.8 to 1.208 of the place's accuracy: this, and steps of a byte (declared). */
const MIN_ACCURACY = 0.8;
const ACCURACY_STEP = 0.0016;
/** Noise of the thermometer: hundredths of a degree per step of a byte (declared). */
const THERMOMETER_STEP = 0.12;

/**
 * The receiver's estimate of its error in tenths of a metre; `place`: the accuracy at the place, in the same unit. Uses
 * bits 0-7 of the draw.
 */
export function receiverAccuracy(place: number, draw: number): number {
  return Math.round(place * (MIN_ACCURACY + (draw & 0xff) * ACCURACY_STEP));
}

/**
 * The thermometer's reading in tenths of a degree; `centi`: outside temperature with the thermometer's bias, in
 * hundredths. Uses bits 0-7 of the draw.
 */
export function reportedTemperature(centi: number, draw: number): number {
  return Math.round((centi + (draw & 0xff) * THERMOMETER_STEP) / 10) | 0;
}
