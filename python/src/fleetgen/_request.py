"""Options of Python as flags of the command."""

from __future__ import annotations

import datetime
import json
import operator
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Scenario = str | os.PathLike[str] | Mapping[str, Any]
"""The name of a shipped scenario, the path of a file, or the contents of one."""


def flags_of(**options: Any) -> list[str]:
    """Flags for those that are neither None nor False, by their names with underscores."""
    flags: list[str] = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        flag = "--" + name.replace("_", "-")
        if value is True:
            flags.append(flag)
        elif name == "set":
            flags += [f"--set={path}={json.dumps(given)}" for path, given in value.items()]
        else:
            flags.append(f"{flag}={_TEXTS.get(name, _text)(value)}")
    return flags


@contextmanager
def scenario_flags(scenario: Scenario | None) -> Iterator[list[str]]:
    """The flag of a scenario. One that is a mapping is a file while the context lasts."""
    if isinstance(scenario, Mapping):
        with TemporaryDirectory(prefix="fleetgen-") as folder:
            path = Path(folder, "scenario.json")
            path.write_text(json.dumps(scenario, indent=2), "utf-8")
            yield [f"--scenario={path}"]
    else:
        yield [] if scenario is None else [f"--scenario={os.fspath(scenario)}"]


def _text(value: object) -> str:
    """Whole numbers, those of NumPy included, texts and paths; TypeError for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    return str(operator.index(value))  # type: ignore[arg-type]


def _duration(value: object) -> str:
    if isinstance(value, datetime.timedelta):
        seconds, rest = divmod(value, datetime.timedelta(seconds=1))
        return f"{value / datetime.timedelta(milliseconds=1):g}ms" if rest else f"{seconds}s"
    return value if isinstance(value, str) else f"{_text(value)}s"


def _day(value: object) -> str:
    if isinstance(value, datetime.datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, datetime.date) else _text(value)


def _range(value: Iterable[object]) -> str:
    first, end = value
    return f"{_text(first)}:{_text(end)}"


def _columns(value: Iterable[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


_TEXTS = {
    "interval": _duration,
    "swap_timeout": _duration,
    "start": _day,
    "end": _day,
    "range": _range,
    "columns": _columns,
}
