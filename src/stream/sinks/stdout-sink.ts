import type { Output } from '../../sinks/files/output.js';
import type { MessageBlock } from '../message-block.js';
import type { MessageSink } from './message-sink.js';

/** The lines as they are, in order. */
export function createLineSink(output: Output): MessageSink {
  let added: MessageBlock | undefined;
  let underWay: Promise<void> = Promise.resolve();
  return {
    add(block: MessageBlock) {
      added = block;
    },
    async send() {
      await underWay;
      if (added === undefined) return;
      underWay = output.write(added.bytes.subarray(0, added.used));
      added = undefined;
      // The error is thrown where the promise is awaited.
      underWay.catch(() => undefined);
    },
    flush: () => underWay,
    close: async () => {},
  };
}
