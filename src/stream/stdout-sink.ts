import type { Output } from '../sinks/output.js';
import type { MessageBlock } from './message-block.js';
import type { MessageSink } from './message-sink.js';

/** The lines as they are, in order. */
export function createLineSink(output: Output): MessageSink {
  let underWay: Promise<void> = Promise.resolve();
  return {
    async write(block: MessageBlock) {
      await underWay;
      underWay = output.write(block.bytes.subarray(0, block.used));
      // It is thrown where it is awaited.
      underWay.catch(() => undefined);
    },
    flush: () => underWay,
    close: async () => {},
  };
}
