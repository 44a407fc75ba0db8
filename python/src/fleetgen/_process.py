"""The command as a child process."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any

from ._command import command
from ._errors import FleetgenError, RequestError
from ._request import Scenario, scenario_flags

WRONG_REQUEST = 2
# After a signal the command undoes its load or gives up after 10 s.
UNDO_SECONDS = 12
# A terminal sends Ctrl-C to the command too, and a second signal would make it give up undoing.
OWN_ACCORD_SECONDS = 2


class Child:
    """A running command. What it writes to stderr goes to a file, so that it never waits for us."""

    def __init__(self, arguments: list[str], scenario: Scenario | None = None) -> None:
        with ExitStack() as resources:
            self._stderr: IO[bytes] = resources.enter_context(TemporaryFile())
            flags = resources.enter_context(scenario_flags(scenario))
            program = command()
            try:
                self._process = subprocess.Popen(
                    [*program, *arguments, *flags],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=self._stderr,
                )
            except OSError as error:
                reason = error.strerror or str(error)
                raise FleetgenError(f"{program[0]} can't be run: {reason}") from error
            assert self._process.stdout is not None
            self.stdout = self._process.stdout
            self._resources = resources.pop_all()

    def finish(self) -> str:
        """Waits for its end. Returns what it wrote to stderr; throws FleetgenError if it failed."""
        code = self._process.wait()
        self._stderr.seek(0)
        told = self._stderr.read().decode("utf-8", "replace")
        self._release()
        if code == 0:
            return told
        raise (RequestError if code == WRONG_REQUEST else FleetgenError)(_reason(told, code), code)

    def interrupt(self) -> None:
        """Ends it after Ctrl-C, with time to undo its load."""
        try:
            if not self._ends_within(OWN_ACCORD_SECONDS):
                self._process.terminate()
                self._ends_within(UNDO_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends it at once, if it has not ended: there is nothing to undo."""
        self._process.kill()
        self._process.wait()
        self._release()

    def _ends_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _release(self) -> None:
        self.stdout.close()
        self._resources.close()


def run(arguments: list[str], scenario: Scenario | None = None) -> str:
    """Runs the command to its end. Returns what it wrote to stdout."""
    child = Child(arguments, scenario)
    try:
        written = child.stdout.read()
        child.finish()
    except KeyboardInterrupt:
        child.interrupt()
        raise
    return written.decode("utf-8")


def summary_in(told: str) -> dict[str, Any]:
    """The last line, which is the summary with --json."""
    summary: dict[str, Any] = json.loads(told.splitlines()[-1])
    return summary


def _reason(told: str, code: int) -> str:
    lines = told.splitlines() or [f"the command ended with exit code {code} and did not say why"]
    errors = [line for line in lines if line.startswith("fleetgen: ")]
    return (errors or lines)[-1].removeprefix("fleetgen: ")
