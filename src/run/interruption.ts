import { FleetgenError } from '../errors.js';

/** The signal's own FleetgenError says who stopped the run; a library's plain signal gets one here. */
export function interruptionOf(signal: AbortSignal): FleetgenError {
  if (signal.reason instanceof FleetgenError) return signal.reason;
  return new FleetgenError('INTERRUPTED', 'stopped: nothing of this run is left; run it again to start over', 130);
}
