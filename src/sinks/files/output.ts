/** A place that takes bytes in order: a file being made, a device, a pipe. */
export interface Output {
  /** Resolves when the bytes have left for good, so that their memory can be used again. Throws FleetgenError. */
  write(bytes: Uint8Array): Promise<void>;
  /** After the last write: all bytes are where they should be, for good. Throws FleetgenError. */
  close(): Promise<void>;
  /** After close: makes the result visible under its name. Throws FleetgenError. */
  publish(): Promise<void>;
  /** Leaves nothing behind, at any time. Never throws. */
  discard(): Promise<void>;
}
