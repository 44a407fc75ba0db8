/**
 * A process that sends shards of made-up bytes to standard output: argument 1 is how many mebibytes. Prints the number
 * of bytes, or the error code, on standard error.
 */
import { FleetgenError } from '#src/base/errors.js';
import { FILE_DEFAULTS } from '#src/formats/file-options.js';
import { createStdoutTarget } from '#src/sinks/files/stdout.js';
import { madeUpLoad, openSinks, sendShard, shardBytes } from '../made-up-load.js';

const MIB = 1024 * 1024;
const load = madeUpLoad(Number(process.argv[2]));
const target = createStdoutTarget('csv', { ...FILE_DEFAULTS, header: false });
try {
  await target.open(load);
  const sinks = await openSinks(target, load);
  await Promise.all(sinks.map((sink, shard) => sendShard(sink, shardBytes(shard, MIB), MIB / 4)));
  const result = await target.finish();
  process.stderr.write(`${result.bytes}`);
} catch (error) {
  await target.abort();
  process.stderr.write(error instanceof FleetgenError ? error.code : String(error));
  process.exit(1);
}
