import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadRates, verdictOf } from '#src/bench/report/verdict.js';

const point = (workers: number, median: number) => ({ workers, values: [median], median });
const MAKE = [point(1, 1_000_000), point(2, 1_900_000)];
const LOAD: LoadRates = {
  ...{ csv: 500_000, binary: 505_000, unlogged: 500_000, local: true, busy: false },
  use: { fleetgen: 0.25, others: 0.7 },
};

/** The sentence about a load that differs from LOAD. */
function loadSentence(changes: Partial<LoadRates>): string {
  return verdictOf({ make: MAKE, load: { ...LOAD, ...changes } })[0]!;
}

describe('verdict', () => {
  it('names row generation if the server keeps up with it', () => {
    assert.match(
      loadSentence({ csv: 1_800_000 }),
      /^The making of rows limits a load: the server takes 95 % of what 2/,
    );
  });

  it("names the server's parsing if binary rows are faster, with the gain", () => {
    const sentence = loadSentence({ binary: 700_000 });
    assert.match(sentence, /^The server's parsing of text limits a load: the server uses 70 % .* fleetgen 25 %/);
    assert.match(sentence, /Binary rows, the default of a load, go 1\.40 times as fast/);
  });

  it("names the server's WAL if unlogged rows are faster still", () => {
    assert.match(
      loadSentence({ binary: 600_000, unlogged: 800_000 }),
      /^The server's log limits .*--unlogged tables 1\.60 times/,
    );
  });

  it('names the larger consumer of the processor if nothing changes the rate', () => {
    assert.match(loadSentence({}), /^The server's processor time limits a load: the server uses 70 %/);
    assert.match(loadSentence({ use: { fleetgen: 0.6, others: 0.3 } }), /^The processor limits a load/);
  });

  it("does not attribute other programs' processor time to the server", () => {
    assert.match(loadSentence({ busy: true }), /the server and other programs use 70 %/);
  });

  it('names the bottleneck while the processor is idle', () => {
    const idle = { use: { fleetgen: 0.1, others: 0.1 } };
    assert.match(loadSentence(idle), /^Waiting in the server \(disk or locks\).* idle for 80 %/);
    assert.match(loadSentence({ ...idle, local: false }), /^The server, or the network to it, limits a load/);
    assert.match(loadSentence({ ...idle, unlogged: 900_000 }), /^The server's log limits a load: this machine/);
  });

  it("names this machine's processor if a remote server waits for it", () => {
    assert.match(loadSentence({ local: false }), /^The processor of this machine limits a load: fleetgen uses 25 %/);
  });

  it('assesses how the rate scales with the threads', () => {
    const grown = (rate: number) => verdictOf({ make: [point(1, 1_000_000), point(4, rate)] });
    assert.match(grown(3_900_000)[0]!, /^4 threads make 3\.90 times the rows of one: each has a core of its own/);
    assert.match(grown(2_800_000)[0]!, /share something/);
    assert.match(grown(1_100_000)[0]!, /not as many cores/);
    assert.deepEqual(verdictOf({ make: [point(1, 1_000_000)] }), []);
  });
});
