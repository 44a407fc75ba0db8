import type { MessageBlock } from '../message-block.js';

/** Where messages come from, in the order of arrival, ties by record_id. Times are virtual milliseconds. */
export interface Feed {
  /** Added to the times that are written; set before the first `take`. */
  shiftMs: number;
  /**
   * The arrival of the next message, or a time before it where nothing is known yet; Infinity at the end. Never falls.
   */
  next(): number;
  /** Adds messages that arrive at `until` or before, at most `most`, as long as the block has room; returns how many. */
  take(block: MessageBlock, until: number, most: number): number | Promise<number>;
  /** Gives back connections and files. Never throws. */
  close(): Promise<void>;
}
