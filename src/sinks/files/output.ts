/** A place that takes bytes in order: a file being written, a device, a pipe. */
export interface Output {
  /** Resolves when the bytes have been handed over and their buffer can be reused. Throws FleetgenError. */
  write(bytes: Uint8Array): Promise<void>;
  /** After the last write: makes all bytes durable where the place can. Throws FleetgenError. */
  close(): Promise<void>;
  /** After close: makes the result visible under its name. Throws FleetgenError. */
  publish(): Promise<void>;
  /** Removes whatever was written; can be called at any time. Never throws. */
  discard(): Promise<void>;
}
