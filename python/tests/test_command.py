"""Which program runs, and how it ends."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ReplaceCommand

import fleetgen
from fleetgen import _command


@pytest.fixture
def without_node_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_command, "_node_of_wheel", lambda: None)


def put_node(folder: Path, version: str) -> None:
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)


def test_the_command_of_the_environment_runs_instead(replace_command: ReplaceCommand) -> None:
    replace_command('import sys; sys.exit("fleetgen: " + " ".join(sys.argv[1:]))')
    with pytest.raises(fleetgen.FleetgenError, match=r"^generate --json --quiet --to=x --rows=5$"):
        fleetgen.generate("x", rows=5)


def test_a_command_that_says_nothing_has_an_exit_code(replace_command: ReplaceCommand) -> None:
    replace_command("raise SystemExit(3)")
    with pytest.raises(fleetgen.FleetgenError, match="exit code 3") as caught:
        fleetgen.read()
    assert caught.value.exit_code == 3


def test_a_command_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEETGEN_COMMAND", "/nowhere/fleetgen")
    with pytest.raises(fleetgen.FleetgenError, match="^/nowhere/fleetgen can't be run: No such"):
        fleetgen.read()


@pytest.mark.usefixtures("without_node_wheel")
def test_without_node_both_ways_to_get_it_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fleetgen.NodeNotFoundError) as caught:
        fleetgen.read(rows=1)
    assert re.fullmatch(
        r"fleetgen needs Node\.js \^20\.[^,]*, and there is none: "
        r'pip install "fleetgen\[node\]" brings one, or put one from https://nodejs\.org on PATH',
        str(caught.value),
    )


@pytest.mark.usefixtures("without_node_wheel")
def test_an_old_node_on_the_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_node(tmp_path, "v18.20.8")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(fleetgen.NodeNotFoundError, match=f"18.20.8 at {tmp_path}/node: pip"):
        fleetgen.read(rows=1)


@pytest.mark.usefixtures("without_node_wheel")
def test_a_node_on_the_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_node(tmp_path, "v24.6.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert _command.command()[0] == str(tmp_path / "node")


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("20.19.3", False),
        ("20.19.4", True),
        ("21.9.0", False),
        ("22.18.0", True),
        ("23.11.0", False),
        ("24.5.0", False),
        ("24.19.0", True),
        ("26.0.0", True),
    ],
)
def test_versions_of_node(version: str, good: bool) -> None:
    assert _command._satisfies(version, "^20.19.4 || ^22.18.0 || >=24.6.0") is good


@pytest.mark.parametrize(
    "call", [["-m", "fleetgen"], [str(Path(sys.executable).parent / "fleetgen")]]
)
def test_the_command_line_is_the_command(call: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEETGEN_COMMAND", "false")
    program = call if len(call) == 1 else [sys.executable, *call]
    told = subprocess.run([*program, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == fleetgen.__version__
    wrong = subprocess.run(
        [*program, "generate", "--rows", "x"], capture_output=True, text=True, check=False
    )
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("fleetgen: --rows")


@pytest.mark.parametrize(
    "call", ["fleetgen.read(rows=10**9, vehicles=500)", "fleetgen.generate('null', vehicles=9000)"]
)
def test_ctrl_c_ends_the_command(call: str) -> None:
    program = f"""
import signal, sys, fleetgen
signal.signal(signal.SIGINT, signal.default_int_handler)
from fleetgen._process import Child
finish = Child.__init__
def init(self, *arguments):
    finish(self, *arguments)
    print(self._process.pid, flush=True)
Child.__init__ = init
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "interrupted\n"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_errors_can_be_pickled() -> None:
    copy = pickle.loads(pickle.dumps(fleetgen.RequestError("wrong", 2)))
    assert (type(copy), str(copy), copy.exit_code) == (fleetgen.RequestError, "wrong", 2)
