import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openProgress } from '#src/run/progress/open-progress.js';
import { ProgressLines } from '#src/run/progress/progress-lines.js';

const opened = async (isTTY: boolean, env: NodeJS.ProcessEnv) =>
  (await openProgress({ isTTY } as NodeJS.WriteStream, env)) instanceof ProgressLines ? 'lines' : 'bar';

describe('the progress of a load', () => {
  it('is a bar on a terminal that can redraw', async () => {
    assert.equal(await opened(true, { TERM: 'xterm-256color' }), 'bar');
    assert.equal(await opened(true, { NO_COLOR: '' }), 'bar');
  });

  it('is in lines elsewhere, and where no escape sequences are wanted', async () => {
    assert.equal(await opened(false, { TERM: 'xterm-256color' }), 'lines');
    assert.equal(await opened(true, { TERM: 'dumb' }), 'lines');
    assert.equal(await opened(true, { TERM: 'xterm', NO_COLOR: '1' }), 'lines');
  });
});
