"""What the tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ReplaceCommand = Callable[[str], None]


@pytest.fixture
def replace_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReplaceCommand:
    """Has a program in Python run in place of the command."""

    def replace(program: str) -> None:
        path = tmp_path / "command.py"
        path.write_text(program)
        monkeypatch.setenv("FLEETGEN_COMMAND", f"'{sys.executable}' '{path}'")

    return replace
