/** Shows the progress of a load as the stream can: as a bar on a terminal, otherwise as lines. */
import { canRedraw } from '../../base/standard-output.js';
import type { ProgressDisplay } from './progress-display.js';

export async function openProgress(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Promise<ProgressDisplay> {
  if (canRedraw(stream, env)) return (await import('./progress-bar.js')).openProgressBar(stream);
  const { ProgressLines } = await import('./progress-lines.js');
  return new ProgressLines((line) => void stream.write(line));
}
