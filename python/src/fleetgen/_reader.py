"""Records as they come through the pipe."""

from __future__ import annotations

import io

import pyarrow as pa

from ._process import Child, summary_in
from ._request import Scenario
from ._summary import Summary, summary_of


class _Pipe(io.RawIOBase):
    """The command's stdout as a file for pyarrow, which keeps it as long as anything reads from it.

    A command that fails ends its output early, which Arrow takes for the end of the records unless
    an exception says otherwise.
    """

    def __init__(self, child: Child) -> None:
        super().__init__()
        self._child: Child | None = child
        self.summary: Summary | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._child is None:
            if self.summary is not None:
                return b""
            raise ValueError("the reader is closed")
        data = self._child.stdout.read(size)
        if len(data) < size:
            self.finish()
        return data

    def finish(self) -> None:
        """After the last record: waits for the command. Throws FleetgenError if it failed."""
        if self._child is not None:
            child, self._child = self._child, None
            self.summary = summary_of(summary_in(child.finish()))

    def finish_at_end(self) -> None:
        """The same if the last record has been read, by whomever; otherwise nothing."""
        if self._child is not None and not self._child.stdout.peek(1):  # type: ignore[attr-defined]
            self.finish()

    def close(self) -> None:
        """Ends the command if it has not ended. Nothing that reads from it has to do so itself."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        super().close()


class Reader(pa.RecordBatchStreamReader):
    """A pyarrow.RecordBatchReader of the records, in order, in batches of some 10,000.

    They are generated while they are read: memory is bounded, and a reader that pauses makes the
    command pause. Polars, DuckDB, pandas and whatever else takes a RecordBatchReader, or an object
    with `__arrow_c_stream__`, reads from it; it can be read once.

    Use it in a `with` statement, or close it: closing it before the last batch ends the command.
    If the command fails while records are read, whatever reads them raises FleetgenError or an
    error of its own with that text.
    """

    def __init__(self, arguments: list[str], scenario: Scenario | None) -> None:
        self._pipe = _Pipe(Child(arguments, scenario))
        try:
            super().__init__(pa.PythonFile(self._pipe, mode="r"))
        except BaseException:
            self._pipe.close()
            raise

    @property
    def summary(self) -> Summary | None:
        """What was generated; None before the last batch has been read, or if it never was."""
        self._pipe.finish_at_end()
        return self._pipe.summary

    def read_next_batch(self) -> pa.RecordBatch:
        """The next batch. Throws StopIteration after the last one."""
        try:
            return super().read_next_batch()
        except StopIteration:
            self._pipe.finish()
            raise

    def read_all(self) -> pa.Table:
        """All batches that have not been read."""
        table = super().read_all()
        self._pipe.finish()
        return table

    def close(self) -> None:
        """Ends the command if it has not ended. Reading on raises ValueError."""
        self._pipe.close()
