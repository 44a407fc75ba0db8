"""What a query has done: a line a batch on standard error, totals for the summary."""

import sys


class Progress:
    def __init__(self, query):
        self._query = query
        self._seen = -1
        self.name = query.name
        # Of this run: batches, messages read, records dropped because they came behind the watermark.
        self.totals = {"batches": 0, "messages": 0, "droppedBehindWatermark": 0}

    def report(self) -> None:
        """Takes in what is new. Spark remembers the last hundred batches: call it more often than that."""
        for progress in self._query.recentProgress:
            # While nothing comes, Spark tells the number of the batch to be.
            if progress.batchId > self._seen and "addBatch" in progress.durationMs:
                self._seen = progress.batchId
                self._add(progress)

    def _add(self, progress) -> None:
        dropped = sum(operator.numRowsDroppedByWatermark for operator in progress.stateOperators)
        self.totals["batches"] += 1
        self.totals["messages"] += progress.numInputRows
        self.totals["droppedBehindWatermark"] += dropped
        seconds = progress.batchDuration / 1000
        line = f"{self.name}: batch {progress.batchId}, {progress.numInputRows} messages in {seconds:.1f} s"
        if dropped > 0:
            line += f"; {dropped} came behind the watermark and are NOT counted: raise --lateness-minutes"
        print(line, file=sys.stderr, flush=True)
