/** What sensors of the device show of the truth; shared by records on a trip and heartbeats. */

/** 68 % radius of a two-dimensional normal error of 1. */
export const RADIUS_68 = 1.5096;
/** The receiver's estimate is 0.8 to 1.208 of the place's accuracy: this, and steps of a byte (declared). */
const LEAST_ACCURACY = 0.8;
const ACCURACY_STEP = 0.0016;
/** Noise of the thermometer: hundredths of a degree per step of a byte (declared). */
const THERMOMETER_STEP = 0.12;

/** The receiver's estimate of its error, tenths of a metre; `place` is what the place allows, in the same unit. Bits 0-7 of the draw serve. */
export function receiverAccuracy(place: number, draw: number): number {
  return Math.round(place * (LEAST_ACCURACY + (draw & 0xff) * ACCURACY_STEP));
}

/** What the thermometer shows, tenths of a degree, of hundredths outside that it is off already. Bits 0-7 of the draw serve. */
export function shownTemperature(centi: number, draw: number): number {
  return Math.round((centi + (draw & 0xff) * THERMOMETER_STEP) / 10) | 0;
}
