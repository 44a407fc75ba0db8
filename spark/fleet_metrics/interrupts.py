"""SIGINT and SIGTERM: the job ends between two looks at its queries, and can go on later."""

import signal


class Interrupted(Exception):
    """A signal asked the job to end; `code` is its exit code."""

    def __init__(self, number: int):
        super().__init__(f"interrupted by {signal.Signals(number).name}: run the same command again to go on")
        self.code = 128 + number


class Signals:
    """Notes that the job should end. Raising right away would break into a call to the virtual machine."""

    def __init__(self):
        self._number = None
        self.take()

    def take(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def check(self) -> None:
        """Raises Interrupted if a signal has come."""
        if self._number is not None:
            raise Interrupted(self._number)

    def _note(self, number: int, _frame) -> None:
        self._number = number
