import type { Output } from '../sinks/output.js';
import type { MessageBlock } from './message-block.js';
import type { MessageSink } from './message-sink.js';

/** The lines as they are, in order. */
export function createLineSink(output: Output): MessageSink {
  return {
    write: (block: MessageBlock) => output.write(block.bytes.subarray(0, block.used)),
    flush: async () => {},
    close: async () => {},
  };
}
