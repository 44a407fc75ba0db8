import type { MessageBlock } from '../message-block.js';

/** Takes messages in order. */
export interface MessageSink {
  /** Prepares a block for sending; may keep it until it has been delivered. */
  add(block: MessageBlock): void;
  /**
   * Sends what was added. Resolves when everything sent earlier has been acknowledged, so that one block is in flight
   * while the next is filled; only earlier blocks may be reused. Throws FleetgenError.
   */
  send(): Promise<void>;
  /** Resolves when every block has been delivered. Throws FleetgenError. */
  flush(): Promise<void>;
  /** Releases its resources. Never throws. */
  close(): Promise<void>;
}
