import type { MessageBlock } from '../message-block.js';

/** A source of messages in order of arrival, ties by record_id. Times are virtual milliseconds. */
export interface Feed {
  /** Added to all times in messages; set it before the first `take`. */
  shiftMs: number;
  /**
   * Time of arrival of the next message, or a lower bound while it is unknown; Infinity at the end. Never decreases.
   */
  next(): number;
  /**
   * Adds messages that arrive up to and including `until`, at most `max`, as long as the block has room; returns their
   * number.
   */
  take(block: MessageBlock, until: number, max: number): number | Promise<number>;
  /** Closes connections and files. Never throws. */
  close(): Promise<void>;
}
