import type { MessageBlock } from './message-block.js';

/** Where messages go, in order. */
export interface MessageSink {
  /**
   * Resolves when every block before this one has been delivered for good, so that one is under way while the next fills:
   * only those before it may be filled again. Throws FleetgenError.
   */
  write(block: MessageBlock): Promise<void>;
  /** Resolves when every block has been delivered. Throws FleetgenError. */
  flush(): Promise<void>;
  /** Gives back what it holds. Never throws. */
  close(): Promise<void>;
}
