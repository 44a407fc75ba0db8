"""What a query has done: a line for each batch that did something on standard error, totals for the summary."""

import sys


class Progress:
    def __init__(self, query, store):
        self._query = query
        self._store = store
        self._seen = -1
        self.name = query.name
        # Of this run: batches, messages read, records dropped because they came behind the watermark.
        self._totals = {"batches": 0, "messages": 0, "droppedBehindWatermark": 0}
        self._written = 0

    def report(self) -> None:
        """Takes in what is new. Spark remembers the last hundred batches: call it more often than that."""
        for progress in self._query.recentProgress:
            # While nothing comes, Spark tells the number of the batch to be.
            if progress.batchId > self._seen and "addBatch" in progress.durationMs:
                self._seen = progress.batchId
                self._add(progress)

    def _add(self, progress) -> None:
        dropped = sum(operator.numRowsDroppedByWatermark for operator in progress.stateOperators)
        self._totals["batches"] += 1
        self._totals["messages"] += progress.numInputRows
        self._totals["droppedBehindWatermark"] += dropped
        written = self._store.take_written(self.name, progress.batchId)
        self._written += written
        for line in lines(self.name, self._store.table_of(self.name), progress, written, dropped):
            print(line, file=sys.stderr, flush=True)

    def summary(self, in_all: dict) -> dict:
        """Of this run, and of all runs of the checkpoint. Both queries read every message: of the bad ones, only these count."""
        if self.name == "dead_letters":
            return {"badMessages": self._written, "badMessagesInAll": in_all["rowsWrittenInAll"]}
        return self._totals | in_all


def lines(name: str, table: str, progress, written: int, dropped: int) -> list[str]:
    batch = f"{name}: batch {progress.batchId},"
    if name == "dead_letters":
        # Both queries read every message: only the bad ones are this one's news.
        return [f"{batch} {written} of {progress.numInputRows} messages are bad: {table} has them and why"] if written else []
    seconds = progress.batchDuration / 1000
    line = f"{batch} {progress.numInputRows} messages changed {written} rows of {table} in {seconds:.1f} s"
    if dropped > 0:
        line += f"; {dropped} came behind the watermark and are NOT counted: raise --lateness-minutes"
    return [line]
