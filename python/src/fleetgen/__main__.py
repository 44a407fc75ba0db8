"""The command line: `fleetgen ...` and `python -m fleetgen ...` are the command in this package."""

from __future__ import annotations

import os
import subprocess
import sys

from ._command import packaged_command
from ._errors import FleetgenError


def main() -> int:
    """Runs the command with this process's arguments. Returns its exit code."""
    # Not FLEETGEN_COMMAND, which may well name this program.
    try:
        arguments = [*packaged_command(), *sys.argv[1:]]
    except FleetgenError as error:
        print(f"fleetgen: {error}", file=sys.stderr)
        return 1
    if os.name == "posix":
        # In place of this process, so that signals, exit codes and terminals are the command's own.
        os.execv(arguments[0], arguments)
    return subprocess.run(arguments, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
