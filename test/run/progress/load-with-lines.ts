/** A load that says its progress in lines, more often than a user's would. */
import { generate } from '#src/run/generate.js';
import { ProgressLines } from '#src/run/progress/progress-lines.js';

const lines = new ProgressLines((line) => void process.stderr.write(line), 250);
await generate({ rows: 1_500_000, to: 'null', workers: 1, onProgress: lines.update });
