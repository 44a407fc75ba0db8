import type { MessageBlock } from '../message-block.js';

/** Where messages go, in order. */
export interface MessageSink {
  /** Makes a block ready to leave, and may keep it until it has been delivered. */
  add(block: MessageBlock): void;
  /**
   * Sends what was added. Resolves when everything sent before has been delivered for good, so that one block is under way
   * while the next fills: only those before it may be filled again. Throws FleetgenError.
   */
  send(): Promise<void>;
  /** Resolves when every block has been delivered. Throws FleetgenError. */
  flush(): Promise<void>;
  /** Gives back what it holds. Never throws. */
  close(): Promise<void>;
}
