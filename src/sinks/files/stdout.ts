/** --to -: the records in order on standard output, whatever it is connected to. */
import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { standardOutput } from '../../base/standard-output.js';
import type { FileOptions } from '../../formats/file-options.js';
import type { FormatName } from '../../formats/formats.js';
import type { LoadTarget } from '../load-target.js';
import { descriptorOutput } from './file-output.js';
import { createOrderedTarget } from './ordered-target.js';
import type { Output } from './output.js';
import { streamOutput } from './stream-output.js';

const STDOUT = 1;
const NAME = 'standard output';

/** When the reader closes the pipe, the load fails with code READER_CLOSED. */
export function createStdoutTarget(format: FormatName, options: FileOptions): LoadTarget {
  return createOrderedTarget({
    name: '-',
    file: { kind: { format, compression: undefined }, options },
    isStream: true,
    open: async () => ({ main: stdoutOutput() }),
  });
}

/**
 * Files and devices by descriptor: Node's own stream takes a short write on a full disk for a complete one. Throws a
 * runError where standard output is closed.
 */
export function stdoutOutput(): Output {
  const stream = standardOutput();
  const stat = fstatSync(STDOUT);
  const streamed = stat.isFIFO() || stat.isSocket() || isatty(STDOUT);
  return streamed ? streamOutput(stream, NAME) : descriptorOutput(STDOUT, NAME);
}
