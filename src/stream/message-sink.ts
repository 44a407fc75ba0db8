import type { MessageBlock } from './message-block.js';

/** Where messages go, in order. */
export interface MessageSink {
  /**
   * Resolves when the block may be filled again and every block before it has been delivered for good, so that one is
   * under way while the next fills. Throws FleetgenError.
   */
  write(block: MessageBlock): Promise<void>;
  /** Resolves when every block has been delivered. Throws FleetgenError. */
  flush(): Promise<void>;
  /** Gives back what it holds. Never throws. */
  close(): Promise<void>;
}
