"""The exceptions of the package."""

from __future__ import annotations


class FleetgenError(RuntimeError):
    """The command failed: a server can't be reached, a disk is full, it was stopped.

    Its text is one line that says what happened, where, and how to fix it.
    """

    exit_code: int | None
    """Of the command, such as 1 (failed) or 143 (stopped by SIGTERM); None if it did not run."""

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class RequestError(FleetgenError, ValueError):
    """The request was wrong (exit code 2), and nothing was changed."""


class NodeNotFoundError(FleetgenError):
    """There is no Node.js, or only one that is too old."""
